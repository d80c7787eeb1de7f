// SPDX-License-Identifier: Apache-2.0
/** The main job, on real parts: from the sample's source to a running image. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Result } from "../../src/cli/result.ts";
import { Bench, eventually, must, ROOT, SAMPLE } from "../support/e2e.ts";
import { IMAGE_STAGES } from "../support/stage-ids.ts";

const API = "https://127.0.0.1:8090/api/server/v1/serverManagement/status";

describe("osc-kolla image, on the sample", () => {
  let bench: Bench;
  let first: Result;
  let osc = "";
  let oscBase = "";

  before(async () => {
    bench = await Bench.make("image");
    first = await bench.result("image");
    [oscBase = "", osc = ""] = (first.results.images?.images ?? []).map(({ name }) => name);
  });
  after(() => bench.remove());

  it("makes osc-base and osc under the names that kolla gives them, and says so in result.json", async () => {
    expect([oscBase, osc]).to.deep.equal([`kolla/osc-base:${bench.tag}`, `kolla/osc:${bench.tag}`]);
    const written = JSON.parse(await readFile(bench.path("out/result.json"), "utf8")) as Result;
    expect(written).to.deep.equal(first);
    expect(first.stages.map(({ id, status }) => `${id} ${status}`)).to.deep.equal(
      IMAGE_STAGES.map((id) => `${id} done`),
    );
  });

  it("makes an image that answers on 8090 and 443, becomes healthy, and stops with 0 on SIGTERM", async () => {
    const id = await bench.docker("run", "--detach", "--network", "none", "--tmpfs", "/tmp", osc);
    try {
      const ask = (...args: string[]) =>
        bench.docker("exec", id, "curl", "--disable", "--silent", "--insecure", ...args).catch(() => "");
      const status = await eventually(
        60,
        () => ask("--fail", API),
        (answer) => answer !== "",
      );
      const commit = (await must("git", ["rev-parse", "master"], {}, `${SAMPLE}/osc-core.git`)).trim();
      expect(JSON.parse(status)).to.include({
        commit,
        version: first.version,
        sdnControllerApi: "2.0.0-SNAPSHOT",
        securityMgrApi: "2.0.0",
      });
      expect(await ask("--output", "/dev/null", "--write-out", "%{http_code}", "https://127.0.0.1:443/")).to.equal(
        "200",
      );
      const health = () => bench.docker("inspect", "--format", "{{.State.Health.Status}}", id);
      expect(await eventually(60, health, (answer) => answer === "healthy")).to.equal("healthy");
      await bench.docker("stop", "--time", "20", id);
      expect(await bench.docker("inspect", "--format", "{{.State.ExitCode}}", id)).to.equal("0");
    } finally {
      await bench.docker("rm", "--force", id);
    }
  });

  it("has Java 8, graphviz' dot, the osc user in kolla's group, and the payload as root's", async () => {
    const java = await bench.inImage(
      osc,
      "sh",
      "-c",
      "java -version 2>&1; dot -V 2>&1; id osc; stat -c '%U %a' vmidc.sh",
    );
    expect(java).to.match(/version "1\.8\./);
    expect(java).to.match(/graphviz version/);
    expect(java).to.match(/uid=42999\(osc\) gid=42999\(osc\) groups=.*\(kolla\)/);
    expect(java).to.match(/^root 755$/m);
  });

  it("carries the bill of materials that lies beside the archive", async () => {
    const { results } = await bench.result("tarball");
    const inImage = await bench.inImage(osc, "sha256sum", "/usr/share/osc/sbom.cdx.json");
    expect(inImage).to.include(results.sbom.bom.sha256);
    const beside = await readFile(results.tarball?.artefacts.find(({ kind }) => kind === "sbom")?.file ?? "", "utf8");
    expect(createHash("sha256").update(beside).digest("hex")).to.equal(results.sbom.bom.sha256);
    expect(beside).to.include("pkg:maven/com.google.code.gson/gson@2.5");
  });

  it("fits its provenance, its own list, and the archive, as long as nobody changed it", async () => {
    const verify = (image: string) => bench.osc("verify", ["--image", image, bench.path("out")]);
    const good = await verify(osc);
    expect(good.code, good.stderr).to.equal(0);
    const { checked } = JSON.parse(good.stdout) as { checked: string[] };
    expect(checked.join("\n")).to.match(new RegExp(`^${osc} and its \\d+ layers against image.intoto.json$`, "m"));
    expect(checked).to.include(`${osc} has the same bill of materials as the archive`);
    const changed = await bench.docker("create", osc);
    try {
      await bench.docker("cp", join(ROOT, "LICENSE"), `${changed}:/opt/vmidc/bin/vmidc.sh`);
      await bench.docker("commit", changed, `${osc}-changed`);
      const bad = await verify(`${osc}-changed`);
      expect(bad.code).to.equal(6);
      expect(bad.stderr).to.include("/opt/vmidc/bin/vmidc.sh is not the one that was built");
    } finally {
      await bench.docker("rm", changed);
      await bench.docker("image", "rm", "--force", `${osc}-changed`);
    }
  });

  it("leaves no package source of sid behind", async () => {
    const files = await bench.inImage(
      osc,
      "sh",
      "-c",
      "grep -rl sid /etc/apt/sources.list.d /etc/apt/preferences.d; true",
    );
    expect(files).to.equal("");
  });

  it("starts neither Maven nor kolla-build when it is run again with nothing changed", async () => {
    const before = await bench.started();
    const second = await bench.result("image");
    expect(await bench.started()).to.deep.equal(before);
    expect(before).to.include.members(["mvn", "kolla-build"]);
    expect(second.stages.filter(({ status }) => status !== "up-to-date")).to.deep.equal([]);
    expect(second.stages).to.have.length(first.stages.length);
    expect(second.results.images).to.deep.equal(first.results.images);
  });

  it("has the same payload layers when kolla-build is run by hand, with the operator's own configuration in force", async () => {
    const home = bench.path("operator");
    const conf = `${home}/.kolla/kolla-build.conf`;
    await must("sh", ["-c", `mkdir -p '${home}/.kolla' && printf '[DEFAULT]\\nnamespace = operator\\n' > '${conf}'`]);
    const { kollaCommand } = await bench.result("context", [], { HOME: home });
    expect(kollaCommand).to.include(conf);
    await must("env", [...(kollaCommand ?? []), "--nocache"], { HOME: home, DOCKER_HOST: bench.endpoint });
    const byHand = `operator/osc-base:${bench.tag}`;
    expect(await bench.payloadLayers(byHand, true)).to.deep.equal(await bench.payloadLayers(oscBase, true));
    // and really by two builds: what apt installs never comes out the same
    expect((await bench.layers(byHand)).at(-6)).to.not.equal((await bench.layers(oscBase)).at(-6));
  });

  it("builds the image again when somebody removed it from the engine", async () => {
    await bench.docker("image", "rm", "--force", osc);
    const again = await bench.result("image");
    expect(again.stages.filter(({ status }) => status === "done").map(({ id }) => id)).to.deep.equal([
      "images",
      "image-provenance",
    ]);
    expect(await bench.docker("image", "ls", "--quiet", osc)).to.not.equal("");
  });
});
