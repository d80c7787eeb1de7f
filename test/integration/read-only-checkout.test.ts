// SPDX-License-Identifier: Apache-2.0
// The command in a checkout that nobody may write to: a read-only bind mount.
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expectTold, hasNamespaces, within } from "../support/integration-doctor.ts";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { CHECKOUT, fullListing } from "../support/sandbox.ts";

describe("a checkout that is read-only", () => {
  const box = useSandbox("read-only");
  /** In the checkout itself, with the folders of the settings elsewhere or the default ones there. */
  const there = () => ({
    ...within(
      "--mount",
      `mount --bind ${CHECKOUT} ${CHECKOUT} && mount -o remount,bind,ro ${CHECKOUT}; cd ${CHECKOUT}`,
    ),
    cwd: CHECKOUT,
  });
  const settings = () => ["--config", join(box.cwd, "osc-kolla.yaml")];
  const defaults = { work_dir: undefined, output_dir: undefined };

  before(function () {
    if (!hasNamespaces("--mount")) this.skip();
  });
  beforeEach(() => configureFakes(box));

  it("is really one here: nothing can be written there", async () => {
    const run = await box.run(["config", "init"], there());
    expectFailure(run, 6, "EROFS");
  });

  it("is good enough for doctor, which writes nothing", async () => {
    expectTold(await box.run(["doctor", ...settings()], there()), 0, "has what it needs");
    expect(existsSync(box.work)).to.equal(false);
  });

  it("is good enough for a dry run, which writes nothing either", async () => {
    const run = await box.run(["image", "--dry-run", ...settings()], there());
    expectDone(run);
    expect(run.stdout).to.include(`${box.bin}/mvn -B -ntp `).and.include(`${box.bin}/kolla-build --config-file `);
    expect([box.work, box.out].filter(existsSync)).to.deep.equal([]);
  });

  it("is good enough for a whole run, with work and output folders elsewhere", async () => {
    expectDone(await box.run(["context", ...settings()], there()));
    expect(mavenBuilds(box)).to.equal(3);
    expect(readFileSync(join(box.out, "kolla/kolla-build.conf"), "utf8")).to.include("[profiles]");
    expectNothingHalfWritten(box);
  });

  it("is not, where the default folders would lie in it: one sentence says so of each, before anything is begun", async () => {
    configureFakes(box, defaults);
    box.forgetCalls();
    // its own work folder may be there, as make setup leaves it, or not
    const before = ["lock.json", "clones"].map((name) => fullListing(join(CHECKOUT, ".osc-kolla", name)));
    const run = await box.run(["context", ...settings()], there());
    expectFailure(run, 3, `looking at the folder ${CHECKOUT}/.osc-kolla`, "choose another one with --work-dir.");
    expectFailure(run, 3, `looking at the folder ${CHECKOUT}/build`, "choose another one with --output-dir.");
    expect(run.stderr).to.include(`you may not write to ${CHECKOUT}`).and.include("MISSING.md");
    expect(run.stderr.split("\n").filter((line) => /EROFS|read-only file system/i.test(line))).to.deep.equal([]);
    expect(["lock.json", "clones"].map((name) => fullListing(join(CHECKOUT, ".osc-kolla", name)))).to.deep.equal(
      before,
    );
    expect(box.calls("mvn")).to.deep.equal([]);
  });

  it("is not, where the output folder alone would lie in it: that one is named", async () => {
    configureFakes(box, { output_dir: undefined });
    const run = await box.run(["context", ...settings()], there());
    expectFailure(run, 3, `osc-kolla failed while looking at the folder ${CHECKOUT}/build:`, "with --output-dir.");
    expect(run.stderr).to.not.include("--work-dir");
  });

  it("doctor says the same of those folders", async () => {
    configureFakes(box, defaults);
    const run = await box.run(["doctor", ...settings()], there());
    expectTold(run, 3, `you may not write to ${CHECKOUT}`, "--work-dir", "--output-dir");
  });
});
