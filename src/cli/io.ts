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
