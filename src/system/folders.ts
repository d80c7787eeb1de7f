// SPDX-License-Identifier: Apache-2.0
/** Looking at a folder that shall be written to, without writing. */
import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { missing } from "./errors.ts";

export interface Place {
  /** the folder itself; where it is not there yet, the nearest one above it */
  readonly path: string;
  readonly isFolder: boolean;
  /** for this user; a file system that is mounted read-only is not */
  readonly isWritable: boolean;
  /** whether it lies on such a one */
  readonly isReadOnly: boolean;
  /** bytes that this user may still write */
  readonly free: number;
}

/**
 * Makes sure that a folder can be written to, or made.
 *
 * @param option the one that chooses another
 * @throws MISSING (exit 3)
 */
export async function requireWritable(folder: string, option: string): Promise<Place> {
  const place = await lookAtFolder(folder);
  const { path, isFolder, isWritable, isReadOnly } = place;
  const doing = `looking at the folder ${folder}`;
  const other = `choose another one with ${option}`;
  if (!isFolder) throw missing(doing, `${path} is no folder`, `Remove it, or ${other}.`);
  const why = isReadOnly ? ": its file system is read-only" : "";
  if (!isWritable)
    throw missing(doing, `you may not write to ${path}${why}`, `Have it made writable for you, or ${other}.`);
  return place;
}

/** Where a folder lies or would be made. */
export async function lookAtFolder(path: string): Promise<Place> {
  let place = path;
  for (;;) {
    try {
      const isFolder = (await stat(place)).isDirectory();
      const refused = await access(place, constants.W_OK | constants.X_OK).then(
        () => undefined,
        (thrown: unknown) => (thrown as NodeJS.ErrnoException).code,
      );
      const [isWritable, isReadOnly] = [refused === undefined, refused === "EROFS"];
      return { path: place, isFolder, isWritable, isReadOnly, free: await freeSpace(place) };
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === "EACCES") return { path: place, isFolder: true, isWritable: false, isReadOnly: false, free: 0 };
      if (code !== "ENOENT" && code !== "ENOTDIR") throw thrown;
      place = dirname(place);
    }
  }
}

/** The bytes that this user may still write to the file system of an existing path. */
export async function freeSpace(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
