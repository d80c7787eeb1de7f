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
  const { path, isFolder, isWritable } = place;
  const doing = `looking at the folder ${folder}`;
  const other = `choose another one with ${option}`;
  if (!isFolder) throw missing(doing, `${path} is no folder`, `Remove it, or ${other}.`);
  if (!isWritable) throw missing(doing, `you may not write to ${path}`, `Have it made writable for you, or ${other}.`);
  return place;
}

/** Where a folder lies or would be made. */
export async function lookAtFolder(path: string): Promise<Place> {
  let place = path;
  for (;;) {
    try {
      const isFolder = (await stat(place)).isDirectory();
      const isWritable = await access(place, constants.W_OK | constants.X_OK).then(
        () => true,
        () => false,
      );
      return { path: place, isFolder, isWritable, free: await freeSpace(place) };
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === "EACCES") return { path: place, isFolder: true, isWritable: false, free: 0 };
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
