// SPDX-License-Identifier: Apache-2.0
/** What must be so after an accident, whatever it was. */
import { expect } from "chai";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expectDone, expectNothingHalfWritten } from "./integration-fakes.ts";
import { until } from "./integration-waiting.ts";
import { filesBelow, type Run, type Sandbox } from "./sandbox.ts";

/** The longer lists of accidents are for `make test-accidents`. */
export const ALL_ACCIDENTS = process.env["ACCIDENTS"] === "all";

/** Both commands to their end, and what they leave. */
export async function finish(box: Sandbox): Promise<unknown> {
  expectDone(await box.run(["image"]));
  expectDone(await box.run(["tarball"]));
  return leftBy(box);
}

/** A run that an accident met: ended well, or with a failure that is told as what it is and leaves nothing behind. */
export async function expectClear(box: Sandbox, run: Run, ...codes: number[]): Promise<void> {
  expect(run.code, run.stderr).to.be.oneOf([0, ...codes]);
  expect(run.stderr).to.not.include("defect of osc-kolla");
  if (run.code !== 0) expect(run.stderr).to.match(/osc-kolla failed while /);
  await nothingRuns(box);
  expectNothingHalfWritten(box);
}

/** The processes of this machine that carry a sandbox's folder in their environment: all that a run there started. */
function processesOf(box: Sandbox): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(box.root);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits until nothing runs any more that a run in the sandbox started. */
export const nothingRuns = (box: Sandbox): Promise<void> =>
  until("nothing runs that was started there", () => processesOf(box).length === 0);

/** All that a run leaves and that must not depend on what happened before: paths with digests, and the records. */
export function leftBy(box: Sandbox): object {
  const written = ["kolla", "tarballs"].flatMap((folder) => filesBelow(join(box.out, folder)));
  const files = written.map((path) => {
    const stat = lstatSync(path);
    const content = stat.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "folder";
    return [relative(box.out, path), `${(stat.mode & 0o7777).toString(8)} ${content}`] as const;
  });
  return { ...Object.fromEntries(files), ...recordsOf(box) };
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
