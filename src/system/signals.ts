// SPDX-License-Identifier: Apache-2.0
/** Signals that end a run: one AbortController, owned by us (listr2 would exit without any clean-up). */
import { interrupted } from "./errors.ts";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

export interface SignalWatch {
  /** aborts with an INTERRUPTED error as its reason */
  readonly signal: AbortSignal;
  /** gives the signals back to Node's own handling */
  readonly release: () => void;
}

/** Turns the first SIGHUP, SIGINT or SIGTERM into an abort. */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  const handlers = SIGNALS.map((name) => [name, () => controller.abort(interrupted(name))] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  return {
    signal: controller.signal,
    release: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
