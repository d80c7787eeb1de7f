// SPDX-License-Identifier: Apache-2.0
/** How much of a stage's progress is shown. */

export interface Progress {
  readonly take: (line: string) => void;
  /** shows the last line, where it was held back */
  readonly end: () => void;
}

/** Calls back after some milliseconds, unless the function that it returns is called. */
export type After = (milliseconds: number, call: () => void) => () => void;

const after: After = (milliseconds, call) => {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
};

/**
 * Shows the first line at once and then the newest one every `interval` milliseconds, in the end the last one: what is
 * shown is never older than the interval, also where nothing new comes for minutes.
 */
export function throttle(show: (line: string) => void, interval: number, wait: After = after): Progress {
  let waiting: string | undefined;
  let stop: (() => void) | undefined;
  const flush = (): void => {
    stop = undefined;
    if (waiting === undefined) return;
    const line = waiting;
    waiting = undefined;
    show(line);
    stop = wait(interval, flush);
  };
  return {
    take: (line) => {
      waiting = line;
      if (stop === undefined) flush();
    },
    end: () => {
      stop?.();
      flush();
      stop?.();
    },
  };
}

const SECOND = 1_000;

/** By how many milliseconds a timer of Node's may end too early: it counts whole ones, and a third of them does by the clock. */
const EARLY = 5;

/**
 * Tells each second how long something has taken so far.
 *
 * @param clock milliseconds
 * @returns ends that
 */
export function tellTime(show: (time: string) => void, clock: () => number, wait: After = after): () => void {
  const started = clock();
  const elapsed = () => clock() - started + EARLY;
  // at full seconds, however late the one before was
  const next = (): (() => void) =>
    wait(SECOND - (elapsed() % SECOND) + EARLY, () => {
      stop = next();
      show(timeText(elapsed()));
    });
  let stop = next();
  return () => stop();
}

/** "5s", "1m5s": as listr2 tells the time of what is finished. */
function timeText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / SECOND);
  return `${seconds < 60 ? "" : `${String(Math.floor(seconds / 60))}m`}${String(seconds % 60)}s`;
}

/** A line that fits into a width; what is cut off leaves "…". */
export const cut = (line: string, width: number): string =>
  line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
