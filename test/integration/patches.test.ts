// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeMaven,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { checkoutOf, git, sample } from "../support/integration-sample.ts";
import { filesBelow, fullListing, type Run } from "../support/sandbox.ts";

const README = "README.md";

/** The patch that makes one README of osc-core of another. */
function patch(from: string, to: string): string {
  const tree = checkoutOf(sample().core);
  writeFileSync(join(tree, README), from);
  git(tree, "add", README);
  writeFileSync(join(tree, README), to);
  return `${git(tree, "diff", "--", README)}\n`;
}

describe("patches to OSC's source", () => {
  const box = useSandbox("patches");
  const original = readFileSync(join(checkoutOf(sample().core), README), "utf8");
  const text = (line: string) => original.replace(/^# .*$/m, line);
  const built = () => readFileSync(join(box.root, "built"), "utf8");
  const configured = (...patches: readonly string[]) => {
    configureFakes(box, { source: { patches } });
    // what Maven finds where it runs
    fakeMaven(box, {
      first: `[ "\${PWD##*/}" != osc-core ] || { cat ${README}; git describe --long; } >'${box.root}/built'`,
    });
  };
  const resultOf = (run: Run): Result => {
    expectDone(run);
    return JSON.parse(run.stdout) as Result;
  };
  const sha256 = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(box.root, file)))
      .digest("hex");
  const three = ["one.patch", "patches"].map((name) => `../${name}`);

  before(() => {
    box.write("one.patch", patch(original, text("# first")));
    // by name, not by age
    box.write("patches/2-third.diff", patch(text("# second"), text("# third")));
    box.write("patches/1-second.patch", patch(text("# first"), text("# second")));
    box.write("patches/README", "no patch\n");
  });

  beforeEach(() => {
    box.forgetCalls();
    expectNothingHalfWritten(box);
  });

  it("are applied in their order, a folder's by name, before Maven runs; git still describes the commit", async () => {
    configured(...three);
    expectDone(await box.run(["tarball"]));
    expect(built())
      .to.include("# third")
      .and.to.match(/^v1\.0\.0-SNAPSHOT-2-g[0-9a-f]+$/m);
    expect(mavenBuilds(box)).to.equal(3);
  });

  it("are counted in the version, and listed in result.json by name and sha256", async () => {
    const run = await box.run(["tarball", "--json"]);
    const { version, stages, results } = resultOf(run);
    expect(new Set(stages.map(({ status }) => status))).to.deep.equal(new Set(["up-to-date"]));
    expect(version).to.match(/^1\.0\.0-SNAPSHOT-2-g[0-9a-f]+\+p3$/);
    expect(results.build.patches).to.deep.equal([
      { name: "one.patch", sha256: sha256("one.patch") },
      { name: "1-second.patch", sha256: sha256("patches/1-second.patch") },
      { name: "2-third.diff", sha256: sha256("patches/2-third.diff") },
    ]);
    expect(JSON.parse(readFileSync(join(box.out, "result.json"), "utf8"))).to.deep.equal(JSON.parse(run.stdout));
    expect(filesBelow(box.out).map((path) => basename(path))).to.include(`osc-${version}.tar.gz`);
  });

  it("build OSC again, and OSC alone, when one has changed", async () => {
    box.write("patches/2-third.diff", patch(text("# second"), text("# another")));
    const { results } = resultOf(await box.run(["tarball", "--json"]));
    expect(built()).to.include("# another");
    expect(results.build.patches[2]?.sha256).to.equal(sha256("patches/2-third.diff"));
    expect(mavenBuilds(box)).to.equal(1);
  });

  it("that do not fit are named, with the part that git rejects; what was made before stays", async () => {
    configured("../patches", "../one.patch");
    const made = () => fullListing(box.out).slice(1);
    const before = made();
    const run = await box.run(["tarball"]);
    expectFailure(
      run,
      4,
      "applying the patch 1-second.patch",
      "patch failed: README.md:",
      "source.patches",
      "BAD_PATCH.md",
    );
    expect(mavenBuilds(box)).to.equal(0);
    expect(made()).to.deep.equal(before);
    configured(...three);
    expect(resultOf(await box.run(["tarball", "--json"])).version).to.match(/\+p3$/);
  });

  it("that are none are named", async () => {
    configured("../patches/README");
    expectFailure(await box.run(["tarball"]), 4, "applying the patch README", "No valid patches");
    expect(mavenBuilds(box)).to.equal(0);
  });

  it("that would write outside of the work tree are refused", async () => {
    box.write("outside.patch", "--- /dev/null\n+++ b/../../outside\n@@ -0,0 +1 @@\n+here\n");
    configured("../outside.patch");
    expectFailure(await box.run(["tarball"]), 4, "outside.patch", "invalid path");
    expect(filesBelow(box.root).filter((path) => basename(path) === "outside")).to.deep.equal([]);
  });

  it("taken away again are in nothing that is built", async () => {
    configured();
    const { version, results } = resultOf(await box.run(["tarball", "--json"]));
    expect(version).not.to.include("+");
    expect(results.build.patches).to.deep.equal([]);
    expect(built().startsWith(original)).to.equal(true);
  });

  it("that are not there are named before anything is cloned", async () => {
    rmSync(box.work, { recursive: true });
    configured("../one.patch", "../nowhere.patch");
    expectFailure(await box.run(["tarball"]), 4, `${box.root}/nowhere.patch`, "no such file");
    expect(existsSync(join(box.work, "clones"))).to.equal(false);
    expect(box.calls("mvn").filter(([first]) => first !== "--version")).to.deep.equal([]);
  });
});
