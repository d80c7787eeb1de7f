// SPDX-License-Identifier: Apache-2.0
/** Waiting for what other processes do, and looking whether they are gone. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "./sandbox.ts";

/** How long to wait for anything, in milliseconds. */
const PATIENCE = 60_000;

/** Waits until something is so. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(20);
  }
}

/** Whether a process is there and not merely waiting to be reaped. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return !/^\d+ \(.*\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

/** The processes of this machine, but for this one, that have a text in their environment. */
export function processesWith(text: string): number[] {
  const has = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(text);
    } catch {
      return false;
    }
  };
  const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return others.filter(has).map(Number);
}

/** Lines of sh for a fake: a child of its own, both ids noted, and then waiting, until `go` is there. */
export const waits = (box: Sandbox): string =>
  [
    `sleep 600 &`,
    `echo "$$ $!" >'${box.root}/waiting.new'`,
    `mv '${box.root}/waiting.new' '${box.root}/waiting'`,
    `while [ ! -e '${box.root}/go' ]; do sleep 0.05; done`,
    `kill $!`,
  ].join("\n");

/** The process ids of a fake that waits and of its child, once it does. */
export async function waitingProcesses(box: Sandbox): Promise<readonly number[]> {
  const file = join(box.root, "waiting");
  await until("a fake waits", () => existsSync(file));
  return readFileSync(file, "utf8").trim().split(" ").map(Number);
}
