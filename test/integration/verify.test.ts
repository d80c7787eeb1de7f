// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readStatement, type Statement } from "../../src/stages/statement.ts";
import { configureFakes, expectDone, expectFailure, useSandbox } from "../support/integration-fakes.ts";
import { git, sample } from "../support/integration-sample.ts";

/** Changes one bit in the middle of a file. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

describe("what was published", () => {
  const box = useSandbox("verify");
  const tarballs = () => join(box.out, "tarballs");
  const find = (folder: string, pattern: RegExp): string => {
    const name = readdirSync(folder).find((one) => pattern.test(one));
    if (name === undefined) throw new Error(`${folder} has no ${String(pattern)}`);
    return join(folder, name);
  };
  const statement = (): Statement => readStatement(readFileSync(find(tarballs(), /\.intoto\.json$/), "utf8"));

  before("published", async () => {
    const patch = "--- a/NEWS\n+++ b/NEWS\n@@ -0,0 +1 @@\n+password=canary-in-a-patch\n";
    const file = box.write("a.patch", patch);
    configureFakes(box, {
      source: { url: sample().core, ref: "master", patches: [file] },
      maven: { repositories: { mine: { url: "file:///nowhere", username: "me", password: "${env.CANARY}" } } },
    });
    expectDone(await box.run(["tarball"], { env: { CANARY: "canary-of-a-repository" } }));
  });

  it("has a provenance: commits, patches, settings, programs and every file, and no secret", () => {
    const { subject, predicate } = statement();
    const { buildDefinition, runDetails } = predicate;
    const names = readdirSync(tarballs()).filter((name) => !name.endsWith(".intoto.json"));
    expect(subject.map(({ name }) => name)).to.have.members(names);
    const [core, ...others] = buildDefinition.resolvedDependencies;
    expect(core?.digest).to.deep.equal({ gitCommit: git(sample().core, "rev-parse", "master") });
    expect(others.map(({ name }) => name)).to.deep.equal(["sdn-controller-api", "security-mgr-api", "a.patch"]);
    expect(buildDefinition.externalParameters.settings["source.ref"]).to.equal("master");
    expect(Object.keys(runDetails.builder.version)).to.include.members(["osc-kolla", "java", "maven", "git", "node"]);
    const text = readFileSync(find(tarballs(), /\.intoto\.json$/), "utf8");
    expect(text).to.not.include("canary-of-a-repository");
  });

  it("is written with the same bytes when it is made again", async () => {
    const file = find(tarballs(), /\.intoto\.json$/);
    const before = readFileSync(file);
    expectDone(await box.run(["tarball", "--force"], { env: { CANARY: "x" } }));
    expect(readFileSync(file).equals(before)).to.equal(true);
  });

  it("is found to fit, by its folder and by the output folder", async () => {
    for (const folder of [tarballs(), box.out]) {
      const run = await box.run(["verify", folder]);
      expectDone(run);
      expect(run.stdout).to.match(/✔ osc-.*\.intoto\.json is as it was written\n/);
      expect(run.stdout).to.match(/✔ \d+ jars in osc-.*\.tar\.gz against osc-.*\.cdx\.json\n/);
    }
    const run = await box.run(["verify", "--json", tarballs()]);
    expectDone(run);
    expect((JSON.parse(run.stdout) as { ok: boolean }).ok).to.equal(true);
  });

  it("in zstd's format alone is opened by that program, and not without it", async () => {
    const out = join(box.root, "zst");
    const settings = ["--set", "tarball.formats=[tar.zst]", "--output-dir", out];
    expectDone(await box.run(["tarball", ...settings], { env: { CANARY: "x" } }));
    const verified = await box.run(["verify", out]);
    expectDone(verified);
    expect(verified.stdout).to.match(/✔ \d+ jars in osc-.*\.tar\.zst against osc-.*\.cdx\.json\n/);
    const compared = await box.run(["diff", "--exit-code", find(tarballs(), /(?<!-source)\.tar\.gz$/), out]);
    expectDone(compared);
    expect(compared.stdout).to.equal("No differences.\n");
    for (const command of [
      ["verify", out],
      ["diff", out, tarballs()],
    ]) {
      const run = await box.run(command, { env: { PATH: box.pathWithout("zstd") } });
      expectFailure(run, 3, "there is no program zstd", "apt-get install zstd", "an archive in another format");
    }
  });

  describe("and then changed by one bit", () => {
    const copy = () => join(box.root, "copy");
    beforeEach(() => {
      rmSync(copy(), { recursive: true, force: true });
      cpSync(tarballs(), copy(), { recursive: true });
    });

    it("says which file it is, whatever kind of file", async () => {
      for (const name of readdirSync(tarballs())) {
        cpSync(join(tarballs(), name), join(copy(), name));
        flip(join(copy(), name));
        expectFailure(await box.run(["verify", copy()]), 6, `  ${name}: `, "NOT_AS_PUBLISHED");
        cpSync(join(tarballs(), name), join(copy(), name));
      }
      expectDone(await box.run(["verify", copy()]));
    });

    it("says what is missing, and what was added", async () => {
      rmSync(find(copy(), /THIRD-PARTY/));
      const more = `${basename(find(copy(), /\.cdx\.json$/), ".cdx.json")}-more.tar.gz`;
      writeFileSync(join(copy(), more), "x");
      expectFailure(await box.run(["verify", copy()]), 6, "THIRD-PARTY.txt: is missing", `${more}: is not in`);
    });

    it("is found although sums were made to fit", async () => {
      const archive = find(copy(), /\.tar\.gz$/);
      flip(archive);
      const { execFileSync } = await import("node:child_process");
      const sum = execFileSync("sha256sum", [basename(archive)], { cwd: copy(), encoding: "utf8" });
      const sums = join(copy(), "SHA256SUMS");
      const others = readFileSync(sums, "utf8")
        .split("\n")
        .filter((line) => !line.endsWith(basename(archive)));
      writeFileSync(sums, `${sum}${others.join("\n")}`);
      expectFailure(
        await box.run(["verify", copy()]),
        6,
        `${basename(archive)}: is not the one that the provenance names`,
      );
    });
  });

  it("is not looked for where there is none", async () => {
    expectFailure(await box.run(["verify", box.cwd]), 2, "nothing to verify");
  });
});
