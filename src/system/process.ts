// SPDX-License-Identifier: Apache-2.0
/** The one way to start a program (git apart, which simple-git starts). */
import { PassThrough, pipeline, Readable } from "node:stream";
import { execa } from "execa";
import type { ProgramLog } from "./log.ts";
import { MARKED, watchOverChildren } from "./orphans.ts";
import { quote } from "./quote.ts";
import { mask } from "./secrets.ts";

/** How many of its last lines a failing program is quoted with. */
const TAIL_LINES = 200;

/** How long a group that was asked to end may take before it is killed, in milliseconds. */
const GRACE = 5_000;

export interface ProcessRequest {
  /** the program: a name looked up on PATH, or a path */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** the whole environment of the child; see childEnvironment */
  readonly env: Readonly<Record<string, string>>;
  /** gets every line, and the run's steps this program */
  readonly log?: ProgramLog;
  /** ends the whole process group when it aborts */
  readonly signal?: AbortSignal;
  /** is given each line as it comes, secrets masked */
  readonly onLine?: (line: string) => void;
  /** milliseconds after which the process group is ended; it is then reported as timed out */
  readonly timeout?: number;
  /** what it reads from its standard input; nothing, otherwise */
  readonly input?: Iterable<Uint8Array>;
  /** takes its standard output as it is, in the place of all who are given lines of it: bytes have none */
  readonly output?: (bytes: AsyncIterable<Uint8Array>) => Promise<void>;
}

export interface ProcessResult {
  /** undefined when the program was ended by a signal or could not be started */
  readonly exitCode: number | undefined;
  /** the signal that ended it, as in "SIGKILL" */
  readonly endedBy: string | undefined;
  readonly timedOut: boolean;
  /** why it could not be started ("ENOENT", "EACCES" …) */
  readonly startError: string | undefined;
  /** all of stdout, secrets masked, without the last newline */
  readonly stdout: string;
  /** the last lines of stdout and stderr as they came, secrets masked */
  readonly tail: readonly string[];
}

/** Whether the kernel ended it, most often for want of memory; a shell around a program tells it as 128 + 9. */
export const wasKilled = ({ endedBy, exitCode }: Pick<ProcessResult, "endedBy" | "exitCode">): boolean =>
  endedBy === "SIGKILL" || exitCode === 137;

/** The last lines of a program that failed, blank ones behind them aside; where it left none, how it ended. */
export function lastLines(result: ProcessResult, lines: number): string {
  const { tail, startError, timedOut, endedBy, exitCode } = result;
  const said = tail
    .slice(0, tail.findLastIndex((line) => line.trim() !== "") + 1)
    .slice(-lines)
    .join("\n")
    .trim();
  if (said !== "") return said;
  if (startError !== undefined) return `it cannot be started (${startError})`;
  if (timedOut) return "it did not answer in time";
  return endedBy === undefined ? `it ended with ${String(exitCode)}, without a word` : `it was ended by ${endedBy}`;
}

/**
 * Runs a program to its end, in a process group of its own.
 *
 * A failure of the program is a result, not an exception: only the caller knows what it means. When `signal` aborts,
 * the group gets SIGTERM, after five seconds SIGKILL, and the signal's reason is thrown. When we are killed ourselves, it
 * ends too; see orphans.ts.
 *
 * @throws what `input` and `output` throw; the program has ended then
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  request.signal?.throwIfAborted();
  watchOverChildren();
  const started = performance.now();
  const lines = new LineSink(request);
  const input = request.input === undefined ? undefined : new Input(request.input);
  const child = start(request, input);
  const group = endGroupOn(child.pid, request.signal, request.timeout);
  try {
    const stdout: string[] = [];
    const reading =
      request.output === undefined
        ? [
            readLines(child.iterable({ from: "all" }), (line) => lines.take(line)),
            readLines(child.iterable({ from: "stdout" }), (line) => stdout.push(mask(line))),
          ]
        : [
            readLines(child.iterable({ from: "stderr" }), (line) => lines.take(line)),
            readBytes(child.stdout, request.output),
          ];
    const [result, ...taken] = await Promise.all([child, ...reading]);
    const { exitCode, signal } = result;
    const seconds = Math.round(performance.now() - started) / 1000;
    request.log?.step({ program: request.file, args: request.args, cwd: request.cwd, exitCode, signal, seconds });
    request.signal?.throwIfAborted();
    throwFirst([input?.failure, ...taken]);
    return {
      exitCode: result.exitCode,
      endedBy: result.signal,
      timedOut: group.timedOut(),
      startError: child.pid === undefined ? (result.code ?? "unknown") : undefined,
      stdout: stdout.join("\n"),
      tail: lines.tail,
    };
  } finally {
    group.release();
  }
}

const start = ({ file, args, cwd, env, output }: ProcessRequest, input: Input | undefined) =>
  execa(file, args, {
    cwd,
    env: { ...env, ...MARKED },
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: input === undefined ? "ignore" : input.bytes(),
    all: output === undefined,
  });

interface Failure {
  readonly thrown: unknown;
}

/** What a program is given; where it cannot be had to its end, the program is given what there was. */
class Input {
  failure: Failure | undefined;
  readonly #bytes: Iterable<Uint8Array>;

  constructor(bytes: Iterable<Uint8Array>) {
    this.#bytes = bytes;
  }

  *bytes(): Generator<Uint8Array> {
    try {
      yield* this.#bytes;
    } catch (thrown) {
      this.failure = { thrown };
    }
  }
}

function throwFirst(failures: readonly (Failure | undefined)[]): void {
  for (const failure of failures) if (failure !== undefined) throw failure.thrown;
}

/** @returns why whoever took them did not want all of them */
async function readBytes(
  stdout: Readable | undefined,
  take: NonNullable<ProcessRequest["output"]>,
): Promise<Failure | undefined> {
  // at once: execa throws away what nobody has begun to read
  const bytes = new PassThrough();
  pipeline(stdout ?? Readable.from([]), bytes, () => undefined);
  try {
    await take(bytes);
    return undefined;
  } catch (thrown) {
    return { thrown };
  } finally {
    // the program ends when it writes more
    bytes.destroy();
  }
}

async function readLines(lines: AsyncIterable<string>, take: (line: string) => void): Promise<undefined> {
  const iterator = lines[Symbol.asyncIterator]();
  for (;;) {
    // execa's iterables throw when the program fails; the result says so
    const next = await iterator.next().catch(() => undefined);
    if (next === undefined || next.done === true) return undefined;
    take(next.value);
  }
}

/** Where a program's lines go: the log, the last lines, the caller. */
class LineSink {
  readonly tail: string[] = [];
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #log: ProgramLog | undefined;

  constructor(request: ProcessRequest) {
    this.#onLine = request.onLine;
    this.#log = request.log;
    this.#log?.write(`$ ${[request.file, ...request.args].map(quote).join(" ")}`);
  }

  take(line: string): void {
    const masked = mask(line);
    this.tail.push(masked);
    if (this.tail.length > TAIL_LINES) this.tail.shift();
    this.#log?.write(masked);
    this.#onLine?.(masked);
  }
}

/** Ends the process group of `pid` when the signal aborts or the time is over. */
function endGroupOn(pid: number | undefined, signal: AbortSignal | undefined, timeout: number | undefined) {
  const timers: NodeJS.Timeout[] = [];
  let late = false;
  const end = () => {
    if (pid === undefined) return;
    signalGroup(pid, "SIGTERM");
    timers.push(setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE));
  };
  signal?.addEventListener("abort", end, { once: true });
  if (timeout !== undefined) {
    timers.push(
      setTimeout(() => {
        late = true;
        end();
      }, timeout),
    );
  }
  return {
    timedOut: () => late,
    release: () => {
      signal?.removeEventListener("abort", end);
      timers.forEach(clearTimeout);
      // whatever the program left running in its group must not outlive it
      if (pid !== undefined && (late || signal?.aborted === true)) signalGroup(pid, "SIGKILL");
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // the group has ended already
  }
}
