// SPDX-License-Identifier: Apache-2.0
/**
 * The main job with the oldest release of kolla: on bookworm, by the classic builder, with a bundled JRE. The JRE is made of
 * this machine's JDK: the sample runs on any Java from 8, and the real OSC would not.
 */
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import fsExtra from "fs-extra";
import type { Result } from "../../src/cli/result.ts";
import { Bench, eventually, must, ROOT, run } from "../support/e2e.ts";
import { noteRan } from "../support/matrix.ts";
import { kollaOf } from "../support/rendering.ts";

const STATUS = "https://127.0.0.1:8090/api/server/v1/serverManagement/status";

/** What the sample uses of Java. */
const MODULES = "java.se,jdk.httpserver,jdk.crypto.ec";

describe("osc-kolla image with kolla 18, on bookworm", () => {
  let bench: Bench;
  let jre = "";
  let result: Result;

  before(async () => {
    bench = await Bench.make("kolla18", kollaOf(18));
    await bench.takeDownloads();
    await must(join(ROOT, "scripts/bookworm-image.sh"), []);
    const home = dirname(dirname(await realpath((await must("sh", ["-c", "command -v javac"])).trim())));
    const made = bench.path("jdk-jre");
    const lean = ["--strip-java-debug-attributes", "--no-header-files", "--no-man-pages"];
    await must(join(home, "bin/jlink"), [...lean, "--add-modules", MODULES, "--output", made]);
    jre = bench.path("jre.tar.gz");
    await must("tar", ["-C", bench.folder, "-czf", jre, "jdk-jre"]);
  });
  after(() => bench.remove());

  it("says before it builds anything that no packaged Java 8 runs there, and the two ways out", async () => {
    const { code, stdout } = await bench.osc("image");
    expect(code).to.equal(3);
    expect(stdout).to.include("no packaged Java 8 runs on debian bookworm").and.include("image.java.jre");
    expect(await fsExtra.pathExists(bench.path("work/clones")), "nothing was cloned").to.equal(false);
  });

  it("builds osc-base and osc with a bundled JRE, in a layer of its own before all others", async () => {
    result = await bench.result("image", ["--set", `image.java.jre=${jre}`]);
    expect(result.results.images).to.deep.include({ kolla: "18.8.0", buildkit: false });
    expect(result.results.context?.archives.map(({ layer }) => layer)).to.deep.equal([
      ...["jre", "third-party", "web", "service"],
    ]);
    await noteRan({ kolla: "18.8.0", base: "debian", engine: "classic", outcome: "built" });
  });

  it("makes an image that starts on that JRE alone, becomes healthy, and stops with 0", async () => {
    const osc = result.results.images?.images[1]?.name ?? "";
    const found = await bench.inImage(
      osc,
      "sh",
      "-c",
      "command -v java; /opt/vmidc/jre/bin/java -version 2>&1; id osc",
    );
    expect(found).to.match(/^openjdk version "17[^]*uid=42999\(osc\)/);
    const id = await bench.docker("run", "--detach", "--network", "none", "--tmpfs", "/tmp", osc);
    try {
      const health = () => bench.docker("inspect", "--format", "{{.State.Health.Status}}", id);
      expect(await eventually(90, health, (answer) => answer === "healthy")).to.equal("healthy");
      const ask = ["curl", "--disable", "--fail", "--silent", "--insecure", STATUS];
      expect(JSON.parse(await bench.docker("exec", id, ...ask))).to.include({ version: result.version });
      await bench.docker("stop", "--time", "20", id);
      expect(await bench.docker("inspect", "--format", "{{.State.ExitCode}}", id)).to.equal("0");
    } finally {
      await run("docker", ["rm", "--force", id], { DOCKER_HOST: bench.endpoint });
    }
  });
});
