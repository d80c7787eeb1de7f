// SPDX-License-Identifier: Apache-2.0
/** make bench: runs the cases that are named (all of them without a name), prints tables and writes build/bench.json. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, release } from "node:os";
import { join } from "node:path";
import { archives, tenfoldArchives } from "./cases/archives.ts";
import { changedSetting, fromNothing, nothingToDo, oneChangedFile } from "./cases/job.ts";
import { push } from "./cases/push.ts";
import { start } from "./cases/start.ts";
import { isReached, type Outcome, outcomeText, targetText } from "./report.ts";
import { makeWorld, removeWorld, ROOT, type World } from "./world.ts";

type Case = (world: World, factor: number) => Promise<readonly Outcome[]>;

const times = (factor: number, rounds: number): number => Math.max(1, Math.round(factor * rounds));

/** In the order in which they run: the first of the job fills the caches that the later ones use. */
const CASES: Readonly<Record<string, Case>> = {
  start: async (_, factor) => [await start(times(factor, 15))],
  archives: (world, factor) => archives(world, times(factor, 5)),
  tenfold: (world, factor) => tenfoldArchives(world, times(factor, 2)),
  nothing: async (world, factor) => [await nothingToDo(world, times(factor, 6))],
  setting: async (world, factor) => [await changedSetting(world, times(factor, 2))],
  file: async (world, factor) => [await oneChangedFile(world, times(factor, 2))],
  scratch: async (world, factor) => [await fromNothing(world, times(factor, 2))],
  push: (world) => push(world, "buildkit"),
  "push-classic": (world) => push(world, "classic"),
};

const OUTPUT = join(ROOT, "build/bench.json");

function usage(): number {
  process.stderr.write(`usage: make bench ARGS="[--factor NUMBER] [CASE ...]"

Cases: ${Object.keys(CASES).join(", ")}; all of them, about 30 minutes, without a name.
--factor 2 runs each twice as often, --factor 0.5 half as often.
The tables are printed; build/bench.json has the same with every single figure. Targets that are missed are no failure.
`);
  return 2;
}

interface Wanted {
  readonly names: readonly string[];
  readonly factor: number;
}

function read(args: readonly string[]): Wanted | undefined {
  const at = args.indexOf("--factor");
  const factor = at === -1 ? 1 : Number(args[at + 1]);
  const names = args.filter((_, index) => at === -1 || (index !== at && index !== at + 1));
  if (!(factor > 0) || names.some((name) => !Object.hasOwn(CASES, name))) return undefined;
  return { names: names.length > 0 ? names : Object.keys(CASES), factor };
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = read(args);
  if (wanted === undefined) return usage();
  const world = await makeWorld();
  const outcomes: Outcome[] = [];
  const began = new Date();
  try {
    for (const name of Object.keys(CASES).filter((one) => wanted.names.includes(one))) {
      process.stderr.write(`bench: ${name} ...\n`);
      for (const outcome of (await CASES[name]?.(world, wanted.factor)) ?? []) {
        outcomes.push(outcome);
        process.stdout.write(`${outcomeText(outcome)}\n`);
        // what is known so far outlives a later case that fails
        await record(outcomes, began);
      }
    }
  } finally {
    await removeWorld(world);
  }
  const targets = outcomes.flatMap((outcome) => outcome.targets);
  const missed = targets.filter((target) => !isReached(target));
  process.stdout.write(`${String(targets.length - missed.length)} of ${String(targets.length)} targets reached\n`);
  for (const target of missed) process.stdout.write(`${targetText(target)}\n`);
  return 0;
}

async function record(outcomes: readonly Outcome[], began: Date): Promise<void> {
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
  const [first] = cpus();
  const machine = {
    node: process.version,
    kernel: release(),
    cpus: cpus().length,
    cpu: first?.model ?? "",
    load: loadavg(),
  };
  await mkdir(join(ROOT, "build"), { recursive: true });
  await writeFile(OUTPUT, `${JSON.stringify({ version, began, machine, outcomes }, null, 2)}\n`);
}

process.exitCode = await main(process.argv.slice(2));
