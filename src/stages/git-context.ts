// SPDX-License-Identifier: Apache-2.0
/** What the stages that use git have in common. */
import fsExtra from "fs-extra";
import type { GitCommand, GitContext } from "../git/client.ts";
import { fetchClone, fetchCommands, listCommand, remoteRefs } from "../git/clone.ts";
import type { Refs } from "../git/refs.ts";
import type { RunContext, StageContext } from "../pipeline/stage.ts";
import { missing, notHere } from "../system/errors.ts";
import { howToInstall } from "../system/os-release.ts";
import { findProgram } from "../system/programs.ts";
import { mask } from "../system/secrets.ts";

/** How a stage calls git while it only looks. */
export const lookingGit = ({ env, signal, network }: StageContext): GitContext => ({ env, signal, dry: !network });

/** How a stage calls git while it runs: with a log and progress. */
export function runningGit({ env, signal, log, progress }: RunContext): GitContext {
  return { env, signal, progress, log: log.program("git") };
}

/**
 * A repository's branches and tags; offline, those that our clone of it has.
 *
 * @returns undefined in a dry run of a repository on another machine, and offline where there is no clone
 */
export async function askRefs(url: string, clone: string, context: StageContext): Promise<Refs | undefined> {
  if (!context.network && !context.offline && !isLocal(url)) return undefined;
  await requireGit(context);
  if (context.offline && !isLocal(url)) {
    return (await fsExtra.pathExists(clone)) ? remoteRefs(clone, lookingGit(context)) : undefined;
  }
  return remoteRefs(url, lookingGit(context));
}

/**
 * Brings our clone up to date; offline, it is taken as it is.
 *
 * @throws SOURCE_UNREACHABLE (exit 4); OFFLINE (exit 3) where there is no clone
 */
export async function bringUpToDate(clone: string, url: string, context: RunContext): Promise<void> {
  if (!context.offline || isLocal(url)) return fetchClone(clone, url, runningGit(context));
  if (!(await fsExtra.pathExists(clone))) throw notHere([mask(url)]);
}

/** The commands that askRefs and bringUpToDate would start. */
export async function updateCommands(
  clone: string,
  url: string,
  { offline }: StageContext,
): Promise<{ readonly listed: GitCommand[]; readonly fetched: GitCommand[] }> {
  if (!offline || isLocal(url)) return { listed: [listCommand(url)], fetched: await fetchCommands(clone, url) };
  return { listed: (await fsExtra.pathExists(clone)) ? [listCommand(clone)] : [], fetched: [] };
}

const isLocal = (url: string): boolean => url.startsWith("/") || url.startsWith("file://");

/**
 * Finds git.
 *
 * @returns its absolute path
 * @throws MISSING (exit 3) when there is none
 */
export async function requireGit({ env, cwd }: StageContext): Promise<string> {
  const file = await findProgram("git", env, cwd);
  if (file !== undefined) return file;
  const install = await howToInstall("git", { "apt-get": "git", dnf: "git", zypper: "git" });
  throw missing("looking for git", "there is no program git", `${install}.`);
}

/** Makes sure that there is a folder, as a working directory or a place for clones. */
export const ensureFolder = (path: string): Promise<unknown> => fsExtra.ensureDir(path);
