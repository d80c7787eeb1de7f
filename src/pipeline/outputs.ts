// SPDX-License-Identifier: Apache-2.0
/** What a stage left on the disk, as a list that a later run compares with what is there. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Path to "size mtime ctime inode mode": as in git's index, contents are not read again. */
export type OutputList = Readonly<Record<string, string>>;

const FOLDER = "folder";

/** Lists files and folders; a folder stands for all below it. */
export async function listOutputs(paths: readonly string[]): Promise<OutputList> {
  const list: Record<string, string> = {};
  const visit = async (path: string): Promise<void> => {
    const stat = await lstat(path, { bigint: true });
    if (stat.isDirectory()) {
      list[path] = FOLDER;
      for (const name of (await readdir(path)).sort()) await visit(join(path, name));
    } else {
      list[path] = [stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino, stat.mode].join(" ");
    }
  };
  for (const path of paths) await visit(path);
  return list;
}

/** How long two changes can have the same time, in milliseconds: a kernel's tick; where times are whole seconds, two. */
const TICK = 20;
const WHOLE_SECONDS = 2_000;

/**
 * Lists what is about to be recorded, when its times are past: what changes later then has another ctime, also where size and
 * mtime are kept. This is git's care for a racy index.
 */
export async function listSettled(paths: readonly string[]): Promise<OutputList> {
  const list = await listOutputs(paths);
  const times = Object.values(list).flatMap((one) => (one === FOLDER ? [] : [BigInt(one.split(" ")[2] ?? 0)]));
  const newest = times.reduce((a, b) => (a > b ? a : b), 0n);
  const tick = newest % 1_000_000_000n === 0n ? WHOLE_SECONDS : TICK;
  if (newest / 1_000_000n < BigInt(Date.now() - tick)) return list;
  await setTimeout(tick);
  return listOutputs(paths);
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
