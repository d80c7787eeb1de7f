// SPDX-License-Identifier: Apache-2.0
/** Running Maven in a private home. */
import { join } from "node:path";
import { buildFailed } from "../system/errors.ts";
import { writeFileAtomic } from "../system/files.ts";
import { type ProcessResult, runProcess, wasKilled } from "../system/process.ts";
import { errorLines, failedModule, progressOf } from "./output.ts";
import type { MavenProgram } from "./program.ts";
import type { Repositories } from "./repositories.ts";
import { settingsXml } from "./settings.ts";

export interface MavenRun {
  readonly maven: Pick<MavenProgram, "file">;
  /** the environment; HOME is set here */
  readonly env: Readonly<Record<string, string>>;
  readonly repositories: Repositories;
  /** what is built, for people */
  readonly project: string;
  /** the work tree */
  readonly tree: string;
  /** the private home: .m2/repository and settings.xml lie below it */
  readonly home: string;
  /** goals and what goes with them */
  readonly args: readonly string[];
  readonly log: string;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** Where the local repository of a private home lies; osc-export reads it below user.home. */
export const localRepository = (home: string): string => join(home, ".m2/repository");

/**
 * Builds a work tree: always the whole reactor (resuming with -rf gives other file names), in batch mode.
 *
 * Java takes user.home from the passwd file, not from $HOME; bnd takes $HOME first: both are given.
 *
 * @throws BUILD_FAILED (exit 5) with the failing module and the lines that count
 */
export async function runMaven(run: MavenRun): Promise<void> {
  const { maven, home, log } = run;
  const settings = join(home, "settings.xml");
  const content = settingsXml({ localRepository: localRepository(home), ...run.repositories });
  await writeFileAtomic(settings, content, 0o600);
  const args = ["-B", "-ntp", "-s", settings, `-Duser.home=${home}`, `-Dmaven.repo.local=${localRepository(home)}`];
  const errors: string[] = [];
  const result = await runProcess({
    file: maven.file,
    args: [...args, ...run.args],
    cwd: run.tree,
    env: { ...run.env, HOME: home },
    log,
    signal: run.signal,
    onLine: (line) => {
      const progress = progressOf(line);
      if (progress !== undefined) run.progress(progress);
      if (line.startsWith("[ERROR]")) errors.push(line);
    },
  });
  if (result.exitCode === 0) return;
  const module = failedModule(errors);
  const project = module === undefined || module === run.project ? run.project : `${module} of ${run.project}`;
  throw buildFailed(project, cause(errors, result), "The lines above are Maven's; the log has all of it.", log);
}

function cause(errors: readonly string[], result: ProcessResult): string {
  if (wasKilled(result)) return "Maven was killed (SIGKILL), most often for want of memory";
  const lines = errorLines(errors);
  return (lines.length > 0 ? lines : result.tail.slice(-5)).join("\n");
}
