// SPDX-License-Identifier: Apache-2.0
/** Killing a run at a chosen moment, and what must be so afterwards. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { filesBelow, type Running, type Sandbox } from "./sandbox.ts";
import { until } from "./integration-waiting.ts";

/** When in a stage a run is killed: as it begins, half-way, or as it has ended and the next one begins. */
export const MOMENTS = ["start", "middle", "end"] as const;

type Moment = (typeof MOMENTS)[number];

export interface KillPoint {
  readonly stage: string;
  readonly moment: Moment;
}

/** What is known of each stage from a run that nobody disturbed. */
export interface StageTimes {
  readonly id: string;
  readonly title: string;
  readonly seconds: number;
}

/**
 * Kills a run with SIGKILL at a point.
 *
 * @returns whether it was still running then
 */
export async function killAt(run: Running, point: KillPoint, stages: readonly StageTimes[]): Promise<boolean> {
  const stage = stages.find(({ id }) => id === point.stage);
  if (stage === undefined) throw new Error(`no stage ${point.stage}`);
  // the plain lines name a stage when it begins and when it has ended
  await named(run, stage.title, point.moment === "end" ? 2 : 1);
  if (point.moment === "middle") await sleep((stage.seconds * 1000) / 2);
  run.child.kill("SIGKILL");
  return (await run.done).endedBy === "SIGKILL";
}

/** Waits until a run's stderr has named something so often, or the run has ended. */
async function named(run: Running, title: string, times: number): Promise<void> {
  let said = "";
  await new Promise<void>((resolve) => {
    const look = (chunk: Buffer): void => {
      said += chunk.toString("utf8");
      const lines = said.split("\n").slice(0, -1);
      if (lines.filter((line) => isTitled(line, title)).length >= times) resolve();
    };
    run.child.stderr?.on("data", look);
    void run.done.then(() => resolve());
  });
}

/** Whether a plain line is about the stage itself: its title alone, or with what it took. */
function isTitled(line: string, title: string): boolean {
  const at = line.indexOf(title);
  return at !== -1 && /^(: up to date)?( \[.*\])?$/.test(line.slice(at + title.length));
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
