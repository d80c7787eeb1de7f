// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configureFakes, expectDone, useSandbox } from "../support/integration-fakes.ts";
import { CHECKOUT } from "../support/sandbox.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

describe("the version", () => {
  const box = useSandbox("launcher");

  for (const option of ["--version", "-V"]) {
    it(`is all that ${option} prints, by whatever way it is answered`, async () => {
      for (const args of [[option], [option, "image"]]) {
        const run = await box.run(args);
        expect(run).to.deep.equal({
          code: 0,
          endedBy: null,
          stdout: `${version}\n`,
          stderr: "",
        });
      }
    });
  }
});

describe("a checkout that was brought up to date, at the same version", () => {
  const box = useSandbox("brought-up-to-date");

  it("does everything again, and says why; as long as its code is the same, nothing", async () => {
    const tool = join(box.root, "tool");
    for (const part of ["bin", "dist", "kolla-overrides", "package.json"]) {
      cpSync(join(CHECKOUT, part), join(tool, part), { recursive: true });
    }
    const inTool = { before: `node=$1; shift 2; set -- "$node" '${tool}/bin/osc-kolla.js' "$@"` };
    configureFakes(box);
    expectDone(await box.run(["image"]));
    const same = await box.run(["image", "--json"], inTool);
    expectDone(same);
    expect(same.stdout).to.not.include('"status":"done"');
    writeFileSync(join(tool, "dist", "bundle", "build-id"), "another\n");
    const plan = await box.run(["image", "--dry-run"], inTool);
    expectDone(plan);
    expect(plan.stdout).to.match(/^source +would run: it was done by another version of osc-kolla$/m);
    const other = await box.run(["image", "--json"], inTool);
    expectDone(other);
    expect(other.stdout).to.not.include('"status":"up-to-date"');
  });
});
