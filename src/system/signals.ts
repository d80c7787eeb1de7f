// SPDX-License-Identifier: Apache-2.0
/** What ends a run from outside: signals, and exceptions that nobody catches. One AbortController, owned by us. */
import { interrupted } from "./errors.ts";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** How long a run may take to end after an exception that nobody caught, in milliseconds: who waits for it may wait forever. */
const GRACE = 15_000;

export interface SignalWatch {
  /** aborts with an INTERRUPTED error as its reason, or with what was thrown and not caught (as in an event's handler) */
  readonly signal: AbortSignal;
  /** gives the signals back to Node's own handling (listr2's would exit without any clean-up) */
  readonly release: () => void;
}

/**
 * Turns the first SIGHUP, SIGINT, SIGTERM or uncaught exception into an abort, so that programs are ended and locks given
 * back.
 *
 * @param onStuck is called when a run does not end after an uncaught exception; it must end the process
 */
export function watchSignals(onStuck: (thrown: unknown) => void): SignalWatch {
  const controller = new AbortController();
  const handlers = SIGNALS.map((name) => [name, () => controller.abort(interrupted(name))] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  let timer: NodeJS.Timeout | undefined;
  const onCrash = (thrown: unknown) => {
    controller.abort(thrown);
    timer ??= setTimeout(onStuck, GRACE, thrown);
  };
  process.on("uncaughtException", onCrash);
  return {
    signal: controller.signal,
    release: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
      process.off("uncaughtException", onCrash);
      clearTimeout(timer);
    },
  };
}
