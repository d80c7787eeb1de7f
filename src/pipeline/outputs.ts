// SPDX-License-Identifier: Apache-2.0
/** What a stage left on the disk, as a list that a later run compares with what is there. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Path to "size mtime ctime inode mode": as in git's index, contents are not read again. */
export type OutputList = Readonly<Record<string, string>>;

/** Lists files and folders; a folder stands for all below it. */
export async function listOutputs(paths: readonly string[]): Promise<OutputList> {
  const list: Record<string, string> = {};
  const visit = async (path: string): Promise<void> => {
    const stat = await lstat(path, { bigint: true });
    if (stat.isDirectory()) {
      list[path] = "folder";
      for (const name of (await readdir(path)).sort()) await visit(join(path, name));
    } else {
      list[path] = [stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino, stat.mode].join(" ");
    }
  };
  for (const path of paths) await visit(path);
  return list;
}

/**
 * Compares what was recorded with what is there.
 *
 * @returns a sentence about the first difference; undefined when there is none
 */
export async function findChange(recorded: OutputList, paths: readonly string[]): Promise<string | undefined> {
  let now: OutputList;
  try {
    now = await listOutputs(paths);
  } catch (thrown) {
    const { path } = thrown as NodeJS.ErrnoException;
    return `${path ?? "an output"} is gone`;
  }
  const all = new Set([...Object.keys(recorded), ...Object.keys(now)]);
  for (const path of all) {
    if (!(path in now)) return `${path} is gone`;
    if (!(path in recorded)) return `${path} is new`;
    if (recorded[path] !== now[path]) return `${path} has changed`;
  }
  return undefined;
}
