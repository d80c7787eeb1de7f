// SPDX-License-Identifier: Apache-2.0
/** Our bare clones of other people's repositories, and what is asked of them. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { noVersion, OscKollaError, sourceShape, sourceUnreachable, unknownRef } from "../system/errors.ts";
import { replace } from "../system/files.ts";
import { hintFor } from "../system/hints.ts";
import { lastLines } from "../system/process.ts";
import { mask } from "../system/secrets.ts";
import { failureIn } from "./damage.ts";
import {
  git,
  type GitCommand,
  gitCommand,
  type GitContext,
  inWorkFolder,
  lastWords,
  runGit,
  runSilentGit,
} from "./client.ts";
import { GIT_HINTS } from "./hints.ts";
import { parseRefs, type Refs } from "./refs.ts";

/** All branches and tags, forced: a tag that was moved upstream moves here. */
const REFSPECS = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

const INIT = ["init", "--quiet", "--bare", "--initial-branch=none"];

const LIST = ["ls-remote", "--heads", "--tags", "--"];

const FETCH = ["fetch", "--progress", "--prune", "--no-write-fetch-head", "--"];

/** The command by which a repository is asked for its branches and tags. */
export const listCommand = (url: string): GitCommand => ({ args: gitCommand([...LIST, url]) });

/** The commands that fetchClone would start. */
export async function fetchCommands(path: string, url: string): Promise<GitCommand[]> {
  const isThere = await fsExtra.pathExists(path);
  // it gets its final name when it is whole
  const cwd = isThere ? path : `<${path}, half made>`;
  const lines = [...(isThere ? [] : [INIT]), [...FETCH, url, ...REFSPECS]];
  return lines.map((args) => ({ args: gitCommand(args), cwd }));
}

/** Where the bare clone of a repository lies: one folder for each URL. */
export function clonePath(clones: string, name: string, url: string): string {
  const digest = createHash("sha256").update(url).digest("hex").slice(0, 12);
  return join(clones, `${name}-${digest}.git`);
}

/**
 * Asks a repository for its branches and tags.
 *
 * @param timeout in milliseconds; undefined: as long as it takes
 * @throws SOURCE_UNREACHABLE (exit 4)
 */
export async function remoteRefs(url: string, context: GitContext, timeout?: number): Promise<Refs> {
  const result = await runGit([...LIST, url], context, timeout);
  if (result.exitCode === 0) return parseRefs(result.stdout);
  throw unreachable(url, result.timedOut ? `${url} does not answer` : lastLines(result, Infinity), context);
}

/**
 * Brings our bare clone up to date, and makes it where there is none: full, with tags (a shallow one cannot be
 * described, and OSC's is 11 MB). No remote is stored, so that no credential of a URL is.
 *
 * @throws SOURCE_UNREACHABLE (exit 4)
 */
export async function fetchClone(path: string, url: string, context: GitContext): Promise<void> {
  const fetchInto = async (folder: string) => {
    try {
      await git(folder, context).raw([...FETCH, url, ...REFSPECS]);
    } catch (thrown) {
      throw unreachable(url, thrown, context);
    }
  };
  if (await fsExtra.pathExists(path)) {
    await removeLocks(path);
    return fetchInto(path).catch(async (thrown: unknown) => {
      throw thrown instanceof OscKollaError ? await failureIn(path, context, thrown) : thrown;
    });
  }
  await replace(path, async (temporary) => {
    await fsExtra.ensureDir(temporary);
    await inWorkFolder(`making ${path}`, context, () => runSilentGit(temporary, INIT, context));
    await fetchInto(temporary);
  });
}

/** A git that was killed leaves its locks; while we hold the work folder's lock, no other git works in our clone. */
async function removeLocks(path: string): Promise<void> {
  const entries = await readdir(path, { recursive: true });
  const locks = entries.filter((name) => name.endsWith(".lock"));
  await Promise.all(locks.map((name) => fsExtra.remove(join(path, name))));
}

function unreachable(url: string, thrown: unknown, context: GitContext): unknown {
  if (context.signal.aborted) return context.signal.reason;
  const words = lastWords(thrown);
  return sourceUnreachable(mask(url), words, hintFor(words, GIT_HINTS), context.log?.path);
}

/**
 * The commit that a name or expression stands for in our clone.
 *
 * @returns undefined when there is no such commit
 */
export async function commitOf(path: string, revision: string, context: GitContext): Promise<string | undefined> {
  if (!(await fsExtra.pathExists(path))) return undefined;
  try {
    return await git(path, context).raw([
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    ]);
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

/**
 * The commit of the first of some names or expressions that stands for one in our clone; git is started once for all.
 *
 * @param revisions none of them begins with -
 * @returns undefined when none of them does
 */
export async function firstCommitOf(
  path: string,
  revisions: readonly string[],
  context: GitContext,
): Promise<string | undefined> {
  if (!(await fsExtra.pathExists(path))) return undefined;
  const list = ["rev-list", "--no-walk=unsorted", "--ignore-missing", "--max-count=1"];
  try {
    const commit = await git(path, context).raw([...list, "--end-of-options", ...revisions, "--"]);
    return commit === "" ? undefined : commit;
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

/** As commitOf, where the commit must be there. */
export async function requireCommit(path: string, revision: string, url: string, context: GitContext): Promise<string> {
  const commit = await commitOf(path, revision, context);
  if (commit !== undefined) return commit;
  const names = await git(path, context).raw(["for-each-ref", "--count=20", "--format=%(refname:short)"]);
  throw await failureIn(path, context, unknownRef(revision, mask(url), names === "" ? [] : names.split("\n")));
}

/**
 * What `git describe --long` says: the version that OSC's poms use.
 *
 * @throws NO_VERSION (exit 4) when no annotated tag is reachable
 */
export async function describeCommit(path: string, commit: string, url: string, context: GitContext): Promise<string> {
  try {
    return await git(path, context).raw(["describe", "--long", commit]);
  } catch (thrown) {
    throw await failureIn(path, context, noVersion(mask(url), commit.slice(0, 12), lastWords(thrown)));
  }
}

/** When a commit was made, in seconds since 1970. */
export async function commitTime(path: string, commit: string, context: GitContext): Promise<number> {
  return Number(await git(path, context).raw(["log", "-1", "--format=%ct", commit]));
}

/**
 * A file's content at a commit.
 *
 * @throws SOURCE_SHAPE (exit 4) when the commit has no such file
 */
export async function fileAt(path: string, commit: string, file: string, context: GitContext): Promise<string> {
  try {
    return await git(path, context).raw(["cat-file", "blob", `${commit}:${file}`]);
  } catch {
    const otherwise = sourceShape(
      `reading ${file} of commit ${commit.slice(0, 12)}`,
      "the commit has no such file",
      LOOK_AT_SOURCE,
    );
    throw await failureIn(path, context, otherwise);
  }
}

/**
 * Which of some texts stand in the files of a commit that fit a pathspec; git is started once for all of them.
 *
 * @param texts none of them holds a line break
 */
export async function textsAt(
  path: string,
  commit: string,
  texts: readonly string[],
  pathspec: string,
  context: GitContext,
): Promise<readonly string[]> {
  const patterns = texts.flatMap((text) => ["-e", text]);
  const args = ["grep", "-h", "-F", ...patterns, commit, "--", pathspec];
  const result = await runGit(args, context, undefined, path);
  // 1: nothing is found
  if ((result.exitCode ?? 2) > 1) {
    const words = lastLines(result, Infinity);
    throw await failureIn(path, context, sourceShape(`searching commit ${commit.slice(0, 12)}`, words, LOOK_AT_SOURCE));
  }
  return texts.filter((text) => result.stdout.includes(text));
}

const LOOK_AT_SOURCE = "Is this a repository of OSC? See source.url.";
