// SPDX-License-Identifier: Apache-2.0
/** How much of a stage's progress is shown. */

export interface Progress {
  readonly take: (line: string) => void;
  /** shows the last line, where it was held back */
  readonly end: () => void;
}

/** Shows the first line, then one in `interval` milliseconds of `clock`, and in the end the last one. */
export function throttle(show: (line: string) => void, interval: number, clock: () => number): Progress {
  let shown = -Infinity;
  let waiting: string | undefined;
  return {
    take: (line) => {
      waiting = line;
      if (clock() - shown < interval) return;
      shown = clock();
      waiting = undefined;
      show(line);
    },
    end: () => {
      if (waiting !== undefined) show(waiting);
      waiting = undefined;
    },
  };
}

/** A line that fits into a width; what is cut off leaves "…". */
export const cut = (line: string, width: number): string =>
  line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
