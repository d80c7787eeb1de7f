// SPDX-License-Identifier: Apache-2.0
/** Killing a run at a chosen moment, and what must be so afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Running } from "./sandbox.ts";

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
