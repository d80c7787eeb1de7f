// SPDX-License-Identifier: Apache-2.0
/** What must be so after an accident, whatever it was. */
import { expect } from "chai";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import { expectDone, expectNothingHalfWritten } from "./integration-fakes.ts";
import { processesWith, until } from "./integration-waiting.ts";
import { filesBelow, type Run, type Sandbox } from "./sandbox.ts";

/** The longer lists of accidents are for `make test-accidents`. */
export const ALL_ACCIDENTS = process.env["ACCIDENTS"] === "all";

/** Both commands to their end; what they say of their results, and what they leave. */
export async function finish(box: Sandbox): Promise<unknown> {
  const results: object[] = [];
  for (const command of ["image", "tarball"]) {
    const run = await box.run([command, "--json"]);
    expectDone(run);
    // what was done this time is another matter
    results.push({ ...(JSON.parse(run.stdout) as Result), stages: [] });
  }
  return { results, ...leftBy(box) };
}

/** A run that an accident met: ended well, or with a failure that is told as what it is and leaves nothing behind. */
export async function expectClear(box: Sandbox, run: Run, ...codes: number[]): Promise<void> {
  expect(run.code, run.stderr).to.be.oneOf([0, ...codes]);
  expect(run.stderr).to.not.include("defect of osc-kolla");
  if (run.code !== 0) expect(run.stderr).to.match(/osc-kolla failed while /);
  await nothingRuns(box);
  expectNothingHalfWritten(box);
}

/** Waits until nothing runs any more that a run in the sandbox started: all of that has its folder in the environment. */
export const nothingRuns = (box: Sandbox): Promise<void> =>
  until("nothing runs that was started there", () => processesWith(box.root).length === 0);

/** All that a run leaves and that must not depend on what happened before: paths with digests, and the records. */
const leftBy = (box: Sandbox): object => ({
  ...digestsBelow(box.out, "kolla"),
  ...digestsBelow(box.out, "tarballs"),
  ...recordsOf(box),
});

/** All that lies below a folder of an output folder: path to mode and sha256. */
export function digestsBelow(out: string, folder: string): Record<string, string> {
  const entries = filesBelow(join(out, folder)).map((path) => {
    const stat = lstatSync(path);
    const content = stat.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "folder";
    return [relative(out, path), `${(stat.mode & 0o7777).toString(8)} ${content}`] as const;
  });
  return Object.fromEntries(entries);
}

/** The records of finished stages, but for the times and inodes of what they left. */
function recordsOf(box: Sandbox): object {
  const folder = join(box.work, "state");
  const records = readdirSync(folder).filter((name) => name.startsWith("stage-"));
  const withoutTimes = (name: string): object => {
    const record = JSON.parse(readFileSync(join(folder, name), "utf8")) as { outputs: object };
    return { ...record, outputs: Object.keys(record.outputs) };
  };
  return Object.fromEntries(records.map((name) => [name, withoutTimes(name)] as const));
}
