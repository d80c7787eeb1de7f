// SPDX-License-Identifier: Apache-2.0
/** What a stage left on the disk, as a list that a later run compares with what is there. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Path to "size mtime ctime inode mode": as in git's index, contents are not read again. */
export type OutputList = Readonly<Record<string, string>>;

/**
 * Lists what a stage has just left, so that every later change shows.
 *
 * A file system's clock ticks (ext4's every 4 ms, FAT's every 2 s): what is written in the tick of the listing, at equal
 * size, would look the same. git calls such an entry racy and reads the file again; we wait for the next tick.
 */
export async function listNewOutputs(paths: readonly string[]): Promise<OutputList> {
  if (paths.length === 0) return {};
  for (let left = ATTEMPTS; ; left--) {
    await setTimeout(TICK);
    const started = Date.now();
    const list = await listOutputs(paths);
    const changes = Object.values(list).flatMap((entry) => (entry === FOLDER ? [] : [changeOf(entry)]));
    const tick = changes.every(({ isWhole }) => isWhole) ? COARSE_TICK : TICK;
    // a time that is ahead of us is another clock's, or that of one that jumped: what changes gets another one
    const isRacy = changes.some(({ time }) => time > started - tick && time <= started);
    if (!isRacy || left === 0) return list;
    if (tick === COARSE_TICK) await setTimeout(COARSE_TICK);
  }
}

/** In milliseconds: no Linux ticks more slowly than every 10 ms. */
const TICK = 12;

/** FAT's; file systems that count whole seconds are below it. */
const COARSE_TICK = 2_000;

/** How often it is listed again while somebody writes there. */
const ATTEMPTS = 5;

/** When an entry was last changed, in milliseconds since 1970, and whether that is a number of whole seconds. */
function changeOf(entry: string): { readonly time: number; readonly isWhole: boolean } {
  const nanoseconds = BigInt(entry.split(" ")[2] ?? 0);
  return { time: Number(nanoseconds / 1_000_000n), isWhole: nanoseconds % 1_000_000_000n === 0n };
}

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
