// SPDX-License-Identifier: Apache-2.0
/** From the files of a distribution to the entries of an archive. */
import { dirname, join } from "node:path";
import type { TarEntry } from "./tar.ts";

export interface PayloadFile {
  /** relative to the root of the file system of the image */
  readonly path: string;
  /** permission bits, as they shall be */
  readonly mode: number;
  /** bytes */
  readonly size: number;
  /** in hex */
  readonly sha256: string;
}

/** Orders paths by their bytes, whatever the locale. */
export const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));

/** An entry's name in an archive: a folder's ends with /. */
export const nameOf = ({ path, content, link }: TarEntry): string =>
  content === undefined && link === undefined ? `${path}/` : path;

/** Every folder above the paths, outermost first. */
function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  const add = (path: string): void => {
    const folder = dirname(path);
    if (folder === "." || folders.has(folder)) return;
    add(folder);
    folders.add(folder);
  };
  for (const path of paths) add(path);
  return folders;
}

/**
 * The entries of an archive, sorted by the bytes of their names there: a folder's ends with /, and comes before what lies in it.
 *
 * @param root the folder in which the files lie, below which their paths are the same
 * @param prefix put in front of every path in the archive: "" or "name/"
 * @param extra entries that do not lie below root
 */
export function payloadEntries(
  files: readonly PayloadFile[],
  root: string,
  prefix: string,
  extra: readonly TarEntry[] = [],
): TarEntry[] {
  const contents = files.map(({ path, mode, size }) => ({
    path: `${prefix}${path}`,
    mode,
    content: { file: join(root, path), size },
  }));
  const all: TarEntry[] = [...contents, ...extra];
  const folders = [...foldersOf(all.map(({ path }) => path))].map((path) => ({ path, mode: 0o755 }));
  return [...all, ...folders].sort(byName);
}

/** What lies in a folder follows it at once, or bsdtar (3.6.2) leaves it with the time of the unpacking. */
const byName = (a: TarEntry, b: TarEntry): number => byPath({ path: nameOf(a) }, { path: nameOf(b) });

/** A list that `sha256sum -c` reads. */
export function checksumList(files: readonly Pick<PayloadFile, "path" | "sha256">[]): string {
  return [...files]
    .sort(byPath)
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .join("");
}
