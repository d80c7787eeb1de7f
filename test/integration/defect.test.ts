// SPDX-License-Identifier: Apache-2.0
// The command really crashes: one of the functions of its runtime is broken before it starts.
import { expect } from "chai";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { configureFakes, expectDone, expectFailure, useSandbox } from "../support/integration-fakes.ts";
import type { Run } from "../support/sandbox.ts";

describe("a defect of the command itself", () => {
  const box = useSandbox("defect");

  /** A clock that stops to work in the middle of a run. */
  const broken = () => {
    const preload = box.write(
      "preload.cjs",
      [
        "const now = performance.now.bind(performance);",
        "let calls = 0;",
        "performance.now = () => {",
        `  if (++calls > 32) throw new TypeError("no time at https://user:canary-1@h.example/x");`,
        "  return now();",
        "};",
      ].join("\n"),
    );
    return { NODE_OPTIONS: `--require=${preload}` };
  };

  const reportOf = (run: Run): string => String(/report it with the file (\/\S+\.txt) /.exec(run.stderr)?.[1]);

  it("says so, and leaves a report without secrets in the logs of the work folder", async () => {
    configureFakes(box);
    const settings = ["--set", "lock_timeout=7", "--tag", "1.0"];
    const args = ["image", "--json", ...settings, "--", "--build-args", "http_proxy:http://u:canary-2@proxy:3128"];
    const run = await box.run(args, { env: broken() });
    expect(run.code, run.stderr).to.equal(1);
    const { error } = JSON.parse(run.stdout) as { error: { code: string; log: string; page: string } };
    expect(error).to.include({ code: "DEFECT", page: "docs/errors/DEFECT.md" });
    expect(run.stderr).to.include("This is a defect of osc-kolla").and.include("no time at https://***@h.example/x");

    const file = reportOf(run);
    expect(error.log).to.equal(file);
    expect(dirname(file)).to.equal(join(box.work, "logs"));
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const report = readFileSync(file, "utf8");
    for (const fact of [
      `node ${process.version}`,
      "osc-kolla image --json --set lock_timeout=7 --tag 1.0 -- --build-args http_proxy:http://***@proxy:3128",
      "lock_timeout: 7 (--set lock_timeout)",
      'source.ref: "master" (osc-kolla.yaml:',
      "TypeError: no time at https://***@h.example/x",
      '"program":"git"',
    ]) {
      expect(report).to.include(fact);
    }
    expect(report + run.stdout + run.stderr).to.not.include("canary");
  });

  it("in the handler of an event, too: what was started is ended, and the folders are free", () => {
    // git's progress comes by events, and the clock of that run stood still in the first stage already
    expect(existsSync(join(box.work, "lock.json"))).to.equal(false);
    expect(box.halfWritten()).to.deep.equal([]);
  });

  it("leaves the report in the temporary folder where there is no work folder", async () => {
    const preload = box.write(
      "preload-early.cjs",
      `Intl.Collator = class { constructor() { throw new TypeError("no collation"); } };`,
    );
    const env = { NODE_OPTIONS: `--require=${preload}`, TMPDIR: join(box.root, "home") };
    const run = await box.run(["config", "--set", "a=b", "--source-url", "https://u:canary-3@h.example/"], { env });
    expectFailure(run, 1, "This is a defect of osc-kolla", "no collation", "DEFECT.md");
    const file = reportOf(run);
    expect(dirname(file)).to.equal(join(box.root, "home"));
    expect(readFileSync(file, "utf8")).to.include("could not be loaded").and.not.include("canary");
    expect(existsSync(join(box.root, "work-none"))).to.equal(false);
  });

  it("is gone with what was broken: the same command then succeeds", async () => {
    expectDone(await box.run(["image"]));
  });
});
