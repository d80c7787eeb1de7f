// SPDX-License-Identifier: Apache-2.0
/** Running kolla-build, and judging what it did. */
import { dirname, join } from "node:path";
import fsExtra from "fs-extra";
import { kollaFailed } from "../system/errors.ts";
import { maskFiles } from "../system/files.ts";
import { hintFor } from "../system/hints.ts";
import type { ProgramLog } from "../system/log.ts";
import { type ProcessRequest, type ProcessResult, runProcess, wasKilled } from "../system/process.ts";
import { failureLines } from "./failure.ts";
import { KOLLA_HINTS } from "./hints.ts";
import { hasImage, progressOf, readSummary, type Summary } from "./output.ts";
import type { KollaProgram } from "./program.ts";

export interface KollaRun {
  readonly kolla: KollaProgram;
  /** the image that must be there in the end */
  readonly image: string;
  /** what selects configuration and images; see kollaArguments */
  readonly args: readonly string[];
  /** what a person gives to kolla-build, stronger than what we choose */
  readonly given: readonly string[];
  readonly buildkit: boolean;
  /** the environment in which kolla and what it starts find the engine */
  readonly env: Readonly<Record<string, string>>;
  /** absolute path of a folder that is not there yet */
  readonly workDir: string;
  readonly cwd: string;
  readonly log: ProgramLog;
  /** absolute path of the folder that gets a log of each image in the end */
  readonly logs: string;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/**
 * Runs kolla-build. The logs that it writes itself have its build arguments, proxies too, where an image fails: they come
 * to the others when they are masked, and the next run removes those of a killed one.
 */
async function runMasked(raw: string, logs: string, request: ProcessRequest): Promise<ProcessResult> {
  await fsExtra.emptyDir(raw);
  try {
    return await runProcess(request);
  } finally {
    await maskFiles(raw);
    await fsExtra.move(raw, logs, { overwrite: true });
  }
}

/** What of a run says how kolla-build is started. */
export type KollaLine = Pick<KollaRun, "kolla" | "args" | "given" | "buildkit" | "workDir">;

const summaryOf = (workDir: string): string => join(dirname(workDir), "summary.json");

/** Where kolla-build writes its logs before they are masked. */
const rawLogsOf = (workDir: string): string => join(dirname(workDir), "logs");

/** The arguments that kolla-build is started with. */
export function kollaLine({ kolla, args, given, buildkit, workDir }: KollaLine): string[] {
  return [
    ...args,
    // its own default would try a failing image four times
    ...["--retries", "0"],
    ...(kolla.release.buildkit ? [buildkit ? "--buildkit" : "--nobuildkit"] : []),
    ...given,
    // by these we read what it did
    ...["--work-dir", workDir, "--summary-json-file", summaryOf(workDir), "--logs-dir", rawLogsOf(workDir)],
  ];
}

/**
 * Runs kolla-build. Its exit code alone says little: a pattern that matches nothing ends with 0. What counts is that
 * the image stands in the summary.
 *
 * @returns what it says it did
 * @throws KOLLA_FAILED (exit 7) with the lines of the image that failed
 */
export async function runKolla(run: KollaRun): Promise<Summary> {
  const { kolla, log } = run;
  const summaryFile = summaryOf(run.workDir);
  const raw = rawLogsOf(run.workDir);
  await fsExtra.remove(summaryFile);
  // that of all its images, for half a minute before the first step
  run.progress("kolla-build renders its templates");
  const result = await runMasked(raw, run.logs, {
    file: kolla.file,
    args: kollaLine(run),
    cwd: run.cwd,
    env: run.env,
    log,
    signal: run.signal,
    onLine: (line) => {
      const progress = progressOf(line);
      if (progress !== undefined) run.progress(progress);
    },
  });
  const summary = await readSummary(summaryFile);
  if (result.exitCode === 0 && summary !== undefined && hasImage(summary, run.image)) return summary;
  const words = await failureLines(run.logs, result.tail);
  const seemed = [
    ...(result.exitCode === 0 ? [`kolla-build ended well, but without building ${run.image}`] : []),
    ...(wasKilled(result) ? ["kolla-build was killed (SIGKILL), most often for want of memory"] : []),
  ];
  throw kollaFailed([...seemed, words].join("\n"), hintFor(words, KOLLA_HINTS), log.path);
}
