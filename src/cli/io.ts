// SPDX-License-Identifier: Apache-2.0
/** What a command is given of the process that it runs in, so that a whole command runs inside a test. */
import type { Environment } from "../system/environment.ts";

export interface Io {
  readonly env: Environment;
  /** absolute path */
  readonly cwd: string;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => Date;
  /** milliseconds of a clock that never goes back */
  readonly clock: () => number;
  /** aborts when the run shall end */
  readonly signal: AbortSignal;
}

/** Whether a stream may be coloured: a terminal, unless NO_COLOR says otherwise, or whatever FORCE_COLOR wants. */
export function hasColours(stream: NodeJS.WritableStream, env: Environment): boolean {
  const isSet = (name: string) => env[name] !== undefined && env[name] !== "";
  if (isSet("NO_COLOR")) return false;
  if (isSet("FORCE_COLOR")) return env["FORCE_COLOR"] !== "0";
  return (stream as Partial<NodeJS.WriteStream>).isTTY === true && env["TERM"] !== "dumb";
}
