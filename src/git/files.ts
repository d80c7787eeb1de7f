// SPDX-License-Identifier: Apache-2.0
/** The files of a commit, as git has them: no attribute, filter or setting changes a byte. */
import { messageOf, stagingFailed } from "../system/errors.ts";
import { type GitContext, readGit } from "./client.ts";
import { failureIn } from "./damage.ts";

export interface CommitFile {
  /** relative to the root of the work tree */
  readonly path: string;
  /** permission bits: git knows 0644 and 0755 */
  readonly mode: number;
  readonly content?: Uint8Array;
  /** of a symbolic link: what stands in it */
  readonly link?: string;
}

/**
 * Reads all files of a commit, in git's order; a submodule is an empty folder, as in a clone without it.
 *
 * @param clone absolute path of a repository that has the commit
 * @throws CLONE_DAMAGED (exit 4); STAGING_FAILED (exit 6) with git's words, or a name that is not UTF-8
 */
export async function filesAt(clone: string, commit: string, context: GitContext): Promise<CommitFile[]> {
  try {
    const listed = await readGit(clone, ["ls-tree", "-r", "-z", "--full-tree", commit], [], context);
    const entries = parseTree(listed);
    const ids = entries.filter(({ type }) => type === "blob").map(({ id }) => `${id}\n`);
    const blobs = parseBlobs(await readGit(clone, ["cat-file", "--batch"], [Buffer.from(ids.join(""))], context));
    return entries.map((entry) => fileOf(entry, blobs));
  } catch (thrown) {
    const otherwise = stagingFailed(`reading the files of commit ${commit.slice(0, 12)}`, messageOf(thrown));
    throw await failureIn(clone, context, otherwise);
  }
}

interface TreeEntry {
  /** as in git's index, octal: "100644", "100755", "120000" (a link), "160000" (a submodule) */
  readonly mode: string;
  readonly type: string;
  readonly id: string;
  readonly path: string;
}

function fileOf({ mode, type, id, path }: TreeEntry, blobs: ReadonlyMap<string, Uint8Array>): CommitFile {
  if (type !== "blob") return { path, mode: 0o755 };
  const content = blobs.get(id);
  if (content === undefined) throw new Error(`${path} (${id}) cannot be read`);
  if (mode === "120000") return { path, mode: 0o777, link: utf8(content, `what the link ${path} holds`) };
  return { path, mode: Number.parseInt(mode, 8) & 0o777, content };
}

/** What `git ls-tree -z` prints: "100644 blob <id>\t<path>\0" for each. */
function parseTree(listed: Buffer): TreeEntry[] {
  const lines = listed.toString("latin1").split("\0").slice(0, -1);
  return lines.map((line) => {
    const tab = line.indexOf("\t");
    const [mode = "", type = "", id = ""] = line.slice(0, tab).split(" ");
    const name = Buffer.from(line.slice(tab + 1), "latin1");
    return { mode, type, id, path: utf8(name, `the name ${JSON.stringify(name.toString())}`) };
  });
}

/** What `git cat-file --batch` prints: "<id> blob <size>\n", the content and a line break for each. */
function parseBlobs(printed: Buffer): Map<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < printed.length;) {
    const end = printed.indexOf("\n", at);
    const [id = "", , size = ""] = printed.toString("latin1", at, end).split(" ");
    const start = end + 1;
    at = start + Number(size) + 1;
    // "<id> missing" has no size
    if (size === "" || end < 0 || at > printed.length) throw new Error(`${id} cannot be read`);
    blobs.set(id, printed.subarray(start, at - 1));
  }
  return blobs;
}

function utf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${what} is not UTF-8`);
  }
}
