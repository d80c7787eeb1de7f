// SPDX-License-Identifier: Apache-2.0
/** The lock of a folder that is written to: one run at a time, and a dead holder does not block. */
import { link, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import fsExtra from "fs-extra";
import { locked } from "./errors.ts";
import { readJson, temporaryPath } from "./files.ts";
import { endOrphans, RUN_MARK } from "./orphans.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601 */
  readonly since: string;
  readonly doing: string;
  /** tells this process from a later one with the same id; undefined where there is no /proc */
  readonly process: string | undefined;
  /** the mark of all that it started; see orphans.ts */
  readonly mark: string;
}

export interface LockRequest {
  /** what this run does, for the one that has to wait */
  readonly doing: string;
  readonly now: Date;
  /** how long to wait for a living holder, in milliseconds */
  readonly patience: number;
  /** is told once of the holder that is waited for */
  readonly onWait: (folder: string, holder: string) => void;
  readonly signal: AbortSignal;
}

/** How often a holder is looked after, in milliseconds. */
const INTERVAL = 200;

/**
 * Takes the lock of a folder that a run writes to; what a dead holder left running is ended first.
 *
 * @returns a function that gives the lock back
 * @throws LOCKED (exit 8) when a living process holds it for longer than the patience; the signal's reason
 */
export async function takeLock(folder: string, request: LockRequest): Promise<() => Promise<void>> {
  const { doing, now, patience, onWait, signal } = request;
  const isNew = !(await fsExtra.pathExists(folder));
  await fsExtra.ensureDir(folder);
  const path = join(folder, "lock.json");
  const me: Holder = {
    pid: process.pid,
    host: hostname(),
    since: now.toISOString(),
    doing,
    process: await processIdentity(process.pid),
    mark: RUN_MARK,
  };
  const end = performance.now() + patience;
  for (let told = false; ;) {
    signal.throwIfAborted();
    if (await create(path, me)) return () => giveBack(path, isNew ? folder : undefined);
    const holder = await livingHolder(path);
    if (holder === undefined) {
      await clearAway(path, me);
      continue;
    }
    const who = `process ${String(holder.pid)} on ${holder.host} since ${holder.since} (${holder.doing})`;
    if (performance.now() >= end) throw locked(folder, who);
    if (!told) onWait(folder, who);
    told = true;
    await setTimeout(INTERVAL);
  }
}

/** A folder that was made for the lock goes with it, unless the run has put something into it. */
async function giveBack(path: string, folder: string | undefined): Promise<void> {
  await rm(path, { force: true });
  if (folder !== undefined) await rmdir(folder).catch(() => undefined);
}

/** Who holds a lock; undefined when it is free, torn, or its holder is dead. */
async function livingHolder(path: string): Promise<Holder | undefined> {
  const holder = await holderOf(path);
  return holder !== undefined && (await isAlive(holder)) ? holder : undefined;
}

/** Whose name is in a lock; undefined when it is free or torn. */
async function holderOf(path: string): Promise<Holder | undefined> {
  return ((await readJson(path)) as Holder | null | undefined) ?? undefined;
}

/**
 * Removes a dead holder's lock. Of several that find it, only one may: another could have taken the lock by then, and
 * would lose it. So that one holds a second lock while it looks again and removes.
 */
async function clearAway(path: string, me: Holder): Promise<void> {
  const breaking = `${path}.breaking`;
  if (await create(breaking, me)) {
    if ((await livingHolder(path)) === undefined) {
      const dead = await holderOf(path);
      if (dead?.host === me.host) await endOrphans(dead.mark);
      await rm(path, { force: true });
    }
    await rm(breaking, { force: true });
  } else if ((await livingHolder(breaking)) === undefined) {
    // killed in the millisecond in which it held this
    await rm(breaking, { force: true });
  } else {
    await setTimeout(20);
  }
}

/** Creates the lock file with its content at once: a link to a finished file either appears or fails. */
async function create(path: string, holder: Holder): Promise<boolean> {
  const temporary = temporaryPath(path);
  await writeFile(temporary, JSON.stringify(holder));
  try {
    await link(temporary, path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** On another host nothing can be asked: its lock counts as held. */
async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return holder.process === undefined || holder.process === (await processIdentity(holder.pid));
}

/** Boot id and start time (field 22 of /proc/PID/stat, proc(5)): together they name one process for ever. */
async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const stat = await readFile(`/proc/${String(pid)}/stat`, "utf8");
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return started === undefined ? undefined : `${boot.trim()} ${started}`;
  } catch {
    return undefined;
  }
}
