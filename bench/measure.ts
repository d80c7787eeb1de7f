// SPDX-License-Identifier: Apache-2.0
/** Timing programs as a whole, in turn. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One run of a program; seconds. */
export interface Sample {
  readonly wall: number;
  /** user and system, of the program and all that it started and waited for */
  readonly cpu: number;
  /** of the process alone, where own-cpu.cjs was loaded into it */
  readonly own: number | undefined;
  /** what the contender says of its own run, by name */
  readonly told: Readonly<Record<string, number>>;
}

/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** not timed */
  readonly before?: (round: number) => Promise<void>;
  /** not timed; what it returns goes into the sample's `told` */
  readonly after?: () => Promise<Readonly<Record<string, number>>>;
  /** runs in the first rounds only; a slow one need not run as often */
  readonly rounds?: number;
}

export type Samples = ReadonlyMap<string, readonly Sample[]>;

/**
 * Runs contenders in turn, A B C A B C …, so that all of them see the same weather.
 *
 * @param rounds counted ones
 * @param warmUp rounds before them that are not counted
 * @param eachRound comes before each round, with its number from 0
 * @throws Error with its last lines when one of them fails
 */
export async function inTurn(
  contenders: readonly Contender[],
  rounds: number,
  warmUp: number,
  eachRound: (round: number) => Promise<void> = () => Promise.resolve(),
): Promise<Samples> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round++) {
    await eachRound(round);
    for (const contender of contenders) {
      if (round - warmUp >= (contender.rounds ?? rounds)) continue;
      await contender.before?.(round);
      const sample = await runOnce(contender);
      if (round >= warmUp) samples.get(contender.name)?.push(sample);
    }
  }
  return samples;
}

/** bash's own `time` knows the CPU of all that was waited for, which Node cannot be asked for. */
const TIMED = `exec 3>"$1"; shift; TIMEFORMAT='%R %U %S'; { time "$@" 2>&4 3>&- 4>&-; } 4>&2 2>&3`;

/** Runs a contender once. */
export async function runOnce({ name, command, env, after }: Contender): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), "osc-kolla-time-"));
  try {
    const times = join(folder, "times");
    const own = join(folder, "own");
    const all = { ...process.env, ...env, OSC_BENCH_CPU: own };
    const { code, output } = await runProgram("bash", ["-c", TIMED, "bash", times, ...command], all);
    if (code !== 0) throw new Error(`${name} ended with ${String(code)}:\n${output.split("\n").slice(-30).join("\n")}`);
    const [wall = NaN, user = NaN, system = NaN] = (await readFile(times, "utf8")).trim().split(" ").map(Number);
    const ownText = await readFile(own, "utf8").catch(() => undefined);
    const told = (await after?.()) ?? {};
    return { wall, cpu: user + system, own: ownText === undefined ? undefined : Number(ownText), told };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs a program to its end; stdout and stderr together. */
function runProgram(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString("utf8") }));
  });
}

/** Runs a program that must end well; its output. */
export async function must(file: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const { code, output } = await runProgram(file, args, env);
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${String(code)}:\n${output}`);
  return output.trim();
}

export const minimum = (values: readonly number[]): number => Math.min(...values);

/** The one in the middle; of an even number, the mean of the two there. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
