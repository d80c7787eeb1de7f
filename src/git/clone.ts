// SPDX-License-Identifier: Apache-2.0
/** Our bare clones of other people's repositories, and the work trees that are built in. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { badPatch, noVersion, sourceShape, sourceUnreachable, stagingFailed, unknownRef } from "../system/errors.ts";
import { messageOf } from "../system/errors.ts";
import { replace } from "../system/files.ts";
import { mask } from "../system/secrets.ts";
import { git, type GitContext } from "./client.ts";
import { parseRefs, type Refs } from "./refs.ts";

/** All branches and tags, forced: a tag that was moved upstream moves here. */
const REFSPECS = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

/** Where the bare clone of a repository lies: one folder for each URL. */
export function clonePath(clones: string, name: string, url: string): string {
  const digest = createHash("sha256").update(url).digest("hex").slice(0, 12);
  return join(clones, `${name}-${digest}.git`);
}

/**
 * Asks a repository for its branches and tags.
 *
 * @throws SOURCE_UNREACHABLE (exit 4)
 */
export async function remoteRefs(url: string, folder: string, context: GitContext): Promise<Refs> {
  try {
    return parseRefs(await git(folder, context).raw(["ls-remote", "--heads", "--tags", "--", url]));
  } catch (thrown) {
    throw unreachable(url, thrown, context);
  }
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
      await git(folder, context).raw([
        "fetch",
        "--progress",
        "--prune",
        "--no-write-fetch-head",
        "--",
        url,
        ...REFSPECS,
      ]);
    } catch (thrown) {
      throw unreachable(url, thrown, context);
    }
  };
  if (await fsExtra.pathExists(path)) {
    await removeLocks(path);
    return fetchInto(path);
  }
  await replace(path, async (temporary) => {
    await fsExtra.ensureDir(temporary);
    await inWorkFolder(`making ${path}`, context, async () => {
      await git(temporary, context).raw(["init", "--quiet", "--bare", "--initial-branch=none"]);
    });
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
  return sourceUnreachable(mask(url), lastWords(thrown), context.log);
}

/** What git says at the end: its last two "fatal:" or "error:" lines, else its last line. */
function lastWords(thrown: unknown): string {
  const lines = mask(messageOf(thrown))
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "");
  const told = lines.filter((line) => /^(fatal|error|remote):/.test(line));
  return (told.length > 0 ? told.slice(-2) : lines.slice(-1)).join("\n");
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

/** As commitOf, where the commit must be there. */
export async function requireCommit(path: string, revision: string, url: string, context: GitContext): Promise<string> {
  const commit = await commitOf(path, revision, context);
  if (commit !== undefined) return commit;
  const names = await git(path, context).raw(["for-each-ref", "--count=20", "--format=%(refname:short)"]);
  throw unknownRef(revision, mask(url), names === "" ? [] : names.split("\n"));
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
    context.signal.throwIfAborted();
    throw noVersion(mask(url), commit.slice(0, 12), lastWords(thrown));
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
    context.signal.throwIfAborted();
    throw sourceShape(
      `reading ${file} of commit ${commit.slice(0, 12)}`,
      "the commit has no such file",
      "Is this a repository of OSC? See source.url.",
    );
  }
}

/** The files of a commit, among those that fit a pathspec, that hold a text. */
export async function grepFiles(
  path: string,
  commit: string,
  text: string,
  pathspec: string,
  context: GitContext,
): Promise<string[]> {
  try {
    const found = await git(path, context).raw(["grep", "-l", "-F", "-e", text, commit, "--", pathspec]);
    return found.split("\n").map((line) => line.slice(line.indexOf(":") + 1));
  } catch {
    // git grep ends with 1 when nothing is found
    context.signal.throwIfAborted();
    return [];
  }
}

/** An annotated tag for a commit that has none of that name; only an annotated one counts for git describe. */
export interface NewTag {
  readonly name: string;
  /** seconds since 1970, so that the same tag is the same object every time */
  readonly time: number;
}

/**
 * Makes a work tree of its own for a build: a clone of our clone with all its tags, checked out at `commit`. What was
 * there is replaced.
 */
export async function makeTree(
  clone: string,
  commit: string,
  tree: string,
  context: GitContext,
  tag?: NewTag,
): Promise<void> {
  await replace(tree, async (temporary) => {
    await inWorkFolder(`making the work tree ${tree}`, context, async () => {
      // no "--" before the (absolute) paths: simple-git appends --progress
      await git(clone, context).raw(["clone", "--quiet", "--local", "--no-checkout", clone, temporary]);
      await git(temporary, context).raw(["checkout", "--quiet", "--detach", commit]);
      if (tag !== undefined) await addTag(temporary, tag, commit, context);
    });
  });
}

/** git working in our own folders: when it fails there, it is the machine's fault (a full disk), not the repository's. */
async function inWorkFolder(what: string, context: GitContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    context.signal.throwIfAborted();
    const words = lastWords(thrown);
    throw stagingFailed(what, words === "" ? "git failed without a word" : words, "Is there room on the disk?");
  }
}

/**
 * Applies a patch to a work tree; nothing is committed, so that git describes it as before.
 *
 * @param name for people
 * @throws BAD_PATCH (exit 4) with the part that git rejects
 */
export async function applyPatch(tree: string, file: string, name: string, context: GitContext): Promise<void> {
  try {
    await git(tree, context).raw(["apply", "--whitespace=nowarn", "--", file]);
  } catch (thrown) {
    context.signal.throwIfAborted();
    const lines = messageOf(thrown)
      .split("\n")
      .filter((line) => line.startsWith("error:"));
    throw badPatch(name, lines.length > 0 ? lines.join("\n") : messageOf(thrown));
  }
}

async function addTag(tree: string, tag: NewTag, commit: string, context: GitContext): Promise<void> {
  const lines = [
    `object ${commit}`,
    "type commit",
    `tag ${tag.name}`,
    `tagger osc-kolla <osc-kolla@localhost> ${String(tag.time)} +0000`,
  ];
  const file = join(tree, ".git", "osc-kolla-tag");
  await fsExtra.writeFile(file, `${lines.join("\n")}\n\nThe version that OSC's pom asks for\n`);
  const inTree = git(tree, context);
  const id = await inTree.raw(["hash-object", "-t", "tag", "-w", "--", file]);
  await inTree.raw(["update-ref", `refs/tags/${tag.name}`, id]);
}
