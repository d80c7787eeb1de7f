// SPDX-License-Identifier: Apache-2.0
// The names of what packagers get.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configureFakes, expectDone, useSandbox } from "../support/integration-fakes.ts";
import { checkoutOf, commit, git, sample } from "../support/integration-sample.ts";

describe("a tarball", () => {
  const box = useSandbox("tarball");

  it("of a commit whose tag has a slash lies in the folder itself, with a dash in its name; the version stays git's", async () => {
    configureFakes(box);
    const tree = checkoutOf(sample().core);
    const id = commit(tree, { NEWS: "1.0\n" });
    git(tree, "tag", "--annotate", "--message", "1.0", "release/1.0");
    const run = await box.run(["tarball", "--json", "--source-url", tree, "--ref", "release/1.0"]);
    expectDone(run);
    const version = `release/1.0-0-g${id.slice(0, 7)}`;
    expect((JSON.parse(run.stdout) as { version: string }).version).to.equal(version);

    const folder = join(box.out, "tarballs");
    const name = `osc-${version.replace("/", "-")}`;
    expect(readdirSync(folder).sort()).to.deep.equal(["SHA256SUMS", `${name}.tar.gz`]);
    expect(readFileSync(join(folder, "SHA256SUMS"), "utf8")).to.match(
      new RegExp(`^[0-9a-f]{64}  ${name}\\.tar\\.gz\n$`),
    );
    execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: folder });
    const paths = execFileSync("tar", ["-tzf", join(folder, `${name}.tar.gz`)], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(new Set(paths.map((path) => path.split("/")[0]))).to.deep.equal(new Set([name]));
  });
});
