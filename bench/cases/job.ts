// SPDX-License-Identifier: Apache-2.0
/** The whole job: nothing to do, one changed file, a changed setting, everything from nothing. */
import { join } from "node:path";
import { inTurn, type Samples } from "../measure.ts";
import { type Outcome, ownCpu, type Row, rowOf, rowsOf, type Target, told, wall } from "../report.ts";
import { byHand, changeOneFile, type Job, ours, TAG, upstream, type World } from "../world.ts";

const OURS = "osc-kolla";
const HAND = "by hand";
const UPSTREAM = "upstream's way";

/** The folders in which the first three cases go on from one another, as a user does. */
const standing = (world: World): Job => ({ tag: () => TAG, folder: () => join(world.folder, "standing") });

/** The walls of the three, and what each adds to Maven's and kolla-build's own time. */
function jobRows(samples: Samples, names: readonly string[]): Row[] {
  const walls = names.map((name) => [name, name, wall] as const);
  const parts = names.map(
    (name) => [`${name}: beside Maven and kolla-build`, name, (s) => s.wall - (told("programs")(s) ?? 0)] as const,
  ) satisfies Parameters<typeof rowsOf>[1];
  return [...rowsOf(samples, walls, OURS), ...rowsOf(samples, parts.slice(0, 2))];
}

/** @param rounds of ours; by hand it takes minutes, and is done a third as often, upstream's way once */
export async function nothingToDo(world: World, rounds: number): Promise<Outcome> {
  const job = standing(world);
  const warmUp = 1;
  const samples = await inTurn(
    [ours(world, job), byHand(world, job, Math.ceil(rounds / 3)), upstream(world, job, 1)],
    rounds,
    warmUp,
  );
  const rows = rowsOf(
    samples,
    [OURS, HAND, UPSTREAM].map((name) => [name, name, wall] as const),
    OURS,
  );
  const own = rowsOf(samples, [["osc-kolla: CPU of its own process", OURS, ownCpu]]);
  const cpu = own[0] ?? rowOf(rows, OURS);
  const targets: Target[] = [
    { what: "CPU of our own process, median", limit: 0.35, is: "at most", found: cpu.median, unit: " s" },
    {
      what: "by hand, to ours, median",
      limit: 50,
      is: "at least",
      found: rowOf(rows, HAND).ratioOfMedian ?? NaN,
      unit: " ×",
    },
  ];
  return { id: "nothing", title: "Nothing to do", unit: "s", rows: [...rows, ...own], targets, notes: [] };
}

export async function oneChangedFile(world: World, rounds: number): Promise<Outcome> {
  const job = standing(world);
  const contenders = [ours(world, job), byHand(world, job), upstream(world, job, 1)];
  const samples = await inTurn(contenders, rounds, 0, (round) => changeOneFile(world, round));
  const rows = jobRows(samples, [OURS, HAND, UPSTREAM]);
  return { id: "file", title: "One changed file of the distribution", unit: "s", rows, targets: [], notes: [] };
}

/** Another tag: what was built stays, kolla-build alone has to run. */
export async function changedSetting(world: World, rounds: number): Promise<Outcome> {
  let round = -1;
  const job = { ...standing(world), tag: () => `${TAG}-${String(round)}` };
  const contenders = [ours(world, job), byHand(world, job)];
  const samples = await inTurn(contenders, rounds, 0, (number) => Promise.resolve(void (round = number)));
  const rows = jobRows(samples, [OURS, HAND]);
  return { id: "setting", title: "A changed setting (the tag)", unit: "s", rows, targets: [], notes: [] };
}

/** New work and output folders each time; the engine keeps its cache, for what is compared is not the engine. */
export async function fromNothing(world: World, rounds: number): Promise<Outcome> {
  let round = -1;
  const job = { tag: () => TAG, folder: () => join(world.folder, `nothing-${String(round)}`) };
  const contenders = [ours(world, job), byHand(world, job)];
  const samples = await inTurn(contenders, rounds, 0, (number) => Promise.resolve(void (round = number)));
  const rows = jobRows(samples, [OURS, HAND]);
  const found = rowOf(rows, `${OURS}: beside Maven and kolla-build`).median;
  const targets: Target[] = [{ what: "our own part, median", limit: 3, is: "at most", found, unit: " s" }];
  return { id: "scratch", title: "Everything from nothing", unit: "s", rows, targets, notes: [] };
}
