// SPDX-License-Identifier: Apache-2.0
/**
 * Programs that would outlive a killed run.
 *
 * Whatever we start, and what that starts, carries the run's mark in its environment. A watcher waits on a pipe to us:
 * when it ends without a word, we failed or were killed, and the watcher ends all that has the mark. What it cannot end
 * (it was killed too) the next run ends, by the mark in the dead run's lock.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";

/** A name that is no setting's: see environmentLayer. */
const VARIABLE = "_OSC_KOLLA_RUN";

/** This run's mark. */
export const RUN_MARK: string = randomUUID();

/** The variable that every program we start is given. */
export const MARKED: Readonly<Record<string, string>> = { [VARIABLE]: RUN_MARK };

/** Ends what has the mark $1 (SIGTERM, after five seconds SIGKILL), unless there is a line to read first. Needs /proc. */
const SCRIPT = `
IFS= read -r _ && exit 0
marked() { grep -lzsxF -- "${VARIABLE}=$1" /proc/[0-9]*/environ | cut -d / -f 3; }
for signal in TERM KILL; do
  pids=$(marked "$1")
  [ -n "$pids" ] || exit 0
  kill -s "$signal" $pids 2>/dev/null
  left=50
  while [ "$left" -gt 0 ] && [ -n "$(marked "$1")" ]; do sleep 0.1; left=$((left - 1)); done
done
`;

let watcher: ChildProcess | undefined;

/** Makes sure that the watcher is there; it needs no program of this machine but a shell, grep and cut. */
export function watchOverChildren(): void {
  if (watcher !== undefined) return;
  watcher = start(RUN_MARK, "pipe");
  // it must neither keep this process alive nor bring it down
  watcher.unref();
  watcher.on("error", () => undefined);
  const { stdin } = watcher;
  stdin?.on("error", () => undefined);
  (stdin as { unref?: () => void } | null)?.unref?.();
  // after a failure a program may be left that does not listen, as git's children while a server is silent
  process.once("exit", (code) => code === 0 && stdin?.write("done\n"));
}

/** Ends what a killed run left running; does nothing when nothing is left. */
export async function endOrphans(mark: string): Promise<void> {
  const child = start(mark, "ignore");
  await once(child, "close").catch(() => undefined);
}

/** In a session of its own: a terminal's Ctrl-C is for us. */
const start = (mark: string, stdin: "pipe" | "ignore"): ChildProcess =>
  spawn("/bin/sh", ["-c", SCRIPT, "osc-kolla-watcher", mark], {
    detached: true,
    stdio: [stdin, "ignore", "ignore"],
    cwd: "/",
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
  });
