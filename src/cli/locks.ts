// SPDX-License-Identifier: Apache-2.0
/** Taking the folders that a command writes to, and telling people whom it waits for. */
import { takeLock } from "../system/lock.ts";
import type { Io } from "./io.ts";

/**
 * Takes the locks of several folders, or of none: a run with another work folder could write into the same output folder.
 *
 * @param doing what this run does, for the one that has to wait
 * @param seconds how long to wait for a living holder
 * @returns a function that gives them back
 * @throws LOCKED (exit 8)
 */
export async function takeLocks(
  folders: readonly string[],
  doing: string,
  seconds: number,
  io: Io,
): Promise<() => Promise<void>> {
  const request = {
    doing,
    now: io.now(),
    patience: seconds * 1000,
    onWait: (folder: string, holder: string) => {
      io.stderr.write(`Waiting for the folder ${folder}, which another run holds: ${holder}\n`);
    },
    signal: io.signal,
  };
  const releases: (() => Promise<void>)[] = [];
  const release = async () => {
    for (const giveBack of releases.reverse()) await giveBack();
  };
  try {
    for (const folder of new Set(folders)) releases.push(await takeLock(folder, request));
    return release;
  } catch (thrown) {
    await release();
    throw thrown;
  }
}
