// SPDX-License-Identifier: Apache-2.0
/** How stages are shown: listr2's renderers, writing to one stream only, and never wider than it. */
import {
  DefaultRenderer,
  ListrLogger,
  type ListrRendererFactory,
  PRESET_TIMER,
  PRESET_TIMESTAMP,
  ProcessOutput,
  SilentRenderer,
  SimpleRenderer,
} from "listr2";
import { cut } from "./progress.ts";

export interface Display {
  /** where progress goes: stderr, so that stdout is the result alone */
  readonly stream: NodeJS.WriteStream;
  readonly renderer: "live" | "plain" | "silent";
  /** whether each stage that ran says why */
  readonly explain: boolean;
  /** milliseconds of a clock that never goes back */
  readonly clock: () => number;
}

/** How often a stage's progress is shown, in milliseconds: a live line is overwritten by the next, plain ones pile up. */
export const INTERVAL = { live: 100, plain: 2_000, silent: 60_000 } as const;

/** How wide a terminal is that doesn't say it. */
const USUAL_WIDTH = 80;

/** What stands beside a live line: its icon and blanks. */
const BESIDE = 6;

/** Cuts what is too long for a line of a terminal: listr2 goes by the width of stdout, which may be a pipe. */
export function fit(line: string, { renderer, stream }: Display): string {
  // a stream that is no terminal has no columns, whatever its type says
  const columns = (stream.columns as number | undefined) ?? USUAL_WIDTH;
  return renderer === "live" ? cut(line, columns - BESIDE) : line;
}

/** listr2 would want stdout to be a terminal, too. */
class LiveRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

/** listr2's options for a display. */
export function rendererOf({ stream, renderer }: Display): {
  readonly renderer: ListrRendererFactory;
  readonly rendererOptions?: object;
} {
  if (renderer === "silent") return { renderer: SilentRenderer };
  // the same stream twice: what listr2 sends to stdout must not mix with the result
  const processOutput = new ProcessOutput(stream, stream, { leaveEmptyLine: false });
  const options = { logger: new ListrLogger({ processOutput, useIcons: true }), timer: PRESET_TIMER };
  return renderer === "live"
    ? { renderer: LiveRenderer, rendererOptions: { ...options, formatOutput: "truncate" } }
    : { renderer: SimpleRenderer, rendererOptions: { ...options, timestamp: PRESET_TIMESTAMP } };
}
