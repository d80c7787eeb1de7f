// SPDX-License-Identifier: Apache-2.0
/** Names of revisions: what git allows, and which of a repository's refs a name means. */
import { badRef, unknownRef } from "../system/errors.ts";

/** A commit id, whole or abbreviated as people do it. */
const COMMIT_ID = /^[0-9a-f]{7,40}$/;

/** Full names of refs ("refs/heads/master") to commit ids; annotated tags are peeled. */
export type Refs = ReadonlyMap<string, string>;

export const mayBeCommitId = (ref: string): boolean => COMMIT_ID.test(ref);

/**
 * Refuses what would be an option of git, or is no name by the rules of git-check-ref-format(1).
 *
 * @throws BAD_REF (exit 4)
 */
export function checkRef(ref: string): string {
  const parts = ref.split("/");
  const wrong =
    // eslint-disable-next-line no-control-regex -- git allows none
    /^-|^\/|\/$|\.\.|@\{|^@$|\.$|[\x00-\x20\x7f~^:?*[\\]/.test(ref) ||
    parts.some((part) => part === "" || part.startsWith(".") || part.endsWith(".lock"));
  if (wrong) throw badRef(ref);
  return ref;
}

/**
 * Finds what a name means among a repository's refs: a tag before a branch, as git does it.
 *
 * @returns the commit id; undefined when the name may be a commit id and must be looked for in the clone
 * @throws UNKNOWN_REF (exit 4) with names that the repository has
 */
export function findRef(refs: Refs, ref: string, url: string): string | undefined {
  const found = [ref, `refs/tags/${ref}`, `refs/heads/${ref}`]
    .map((name) => refs.get(name))
    .find((id) => id !== undefined);
  if (found !== undefined) return found;
  if (mayBeCommitId(ref)) return undefined;
  const names = [...refs.keys()].map((name) => name.replace(/^refs\/(heads|tags)\//, ""));
  throw unknownRef(ref, url, names.slice(0, 20));
}

/** Reads what `git ls-remote` prints. */
export function parseRefs(output: string): Refs {
  const refs = new Map<string, string>();
  for (const line of output.split("\n")) {
    const [id, name] = line.split("\t");
    // "refs/tags/v1^{}" is the commit of the annotated tag v1, and comes behind it
    if (id !== undefined && name !== undefined) refs.set(name.replace(/\^\{\}$/, ""), id);
  }
  return refs;
}
