// SPDX-License-Identifier: Apache-2.0
/** Running a whole command inside a test. */
import { runCommandLine } from "../../src/cli/main.ts";
import { MemoryStream } from "./unit-stream.ts";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Given {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly stdout?: MemoryStream;
  readonly now?: () => Date;
  readonly clock?: () => number;
}

/** Runs a command line; without an environment nothing is found on PATH. */
export async function runCommand(argv: readonly string[], given: Given): Promise<Ran> {
  const stdout = given.stdout ?? new MemoryStream();
  const stderr = new MemoryStream();
  const exitCode = await runCommandLine(argv, {
    env: given.env ?? {},
    cwd: given.cwd,
    stdout,
    stderr: stderr.asTerminal(),
    now: given.now ?? (() => new Date(0)),
    clock: given.clock ?? (() => 0),
    signal: given.signal ?? new AbortController().signal,
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}
