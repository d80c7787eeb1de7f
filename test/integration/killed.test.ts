// SPDX-License-Identifier: Apache-2.0
/**
 * SIGKILL at every stage, at its start, in its middle, at its end: from nothing, and while everything is made anew over
 * what an earlier run left. ACCIDENTS=all does all of them (`make test-accidents`), otherwise some.
 */
import { expect } from "chai";
import { rmSync } from "node:fs";
import type { Result } from "../../src/cli/result.ts";
import { inOrder } from "../../src/pipeline/advance.ts";
import { WANTED } from "../../src/stages/commands.ts";
import { configureFakes, expectDone, expectNothingHalfWritten, useSandbox } from "../support/integration-fakes.ts";
import { ALL_ACCIDENTS, finish, nothingRuns } from "../support/integration-accidents.ts";
import { killAt, type KillPoint, MOMENTS, type StageTimes } from "../support/integration-killing.ts";
import { steadyFakes } from "../support/integration-steady.ts";

const STAGES = inOrder([...WANTED.image, ...WANTED.tarball]).map(({ id, title }) => ({ id, title }));

/** One of the kills: where, and over what. */
interface Kill extends KillPoint {
  readonly over: "nothing" | "everything";
}

const ALL: readonly Kill[] = STAGES.flatMap(({ id: stage }) =>
  MOMENTS.flatMap((moment) => (["nothing", "everything"] as const).map((over) => ({ stage, moment, over }))),
);

/** Every stage once, and each moment and each state about as often; the two longest stages once more. */
const SOME = ALL.filter(({ stage, moment, over }) => {
  const at = STAGES.findIndex(({ id }) => id === stage);
  const often = stage === "build" || stage === "images";
  const wanted = (shift: number) =>
    moment === MOMENTS[(at + shift + 1) % 3] && over === (["nothing", "everything"] as const)[(at + shift) % 2];
  return wanted(0) || (often && wanted(1));
});

describe("a run that is killed by SIGKILL", () => {
  const box = useSandbox("killed");
  const kills = ALL_ACCIDENTS ? ALL : SOME;
  let times: StageTimes[];
  let undisturbed: unknown;
  let inTime = 0;

  const command = (stage: string) => (stage === "tarball" ? "tarball" : "image");
  const start = (over: Kill["over"], stage: string) =>
    box.start([command(stage), ...(over === "everything" ? ["--force"] : [])]);

  before("an undisturbed run shows how long each stage takes, and what must come out", async () => {
    configureFakes(box);
    steadyFakes(box, true);
    const taken = new Map<string, number>();
    for (const name of ["image", "tarball"]) {
      const run = await box.run([name, "--json"]);
      expectDone(run);
      const { stages } = JSON.parse(run.stdout) as Result;
      for (const { id, status, seconds } of stages) if (status === "done") taken.set(id, seconds);
    }
    times = STAGES.map(({ id, title }) => ({ id, title, seconds: taken.get(id) ?? 0 }));
    undisturbed = await finish(box);
  });

  for (const kill of kills) {
    it(`at the ${kill.moment} of ${kill.stage}, over ${kill.over}: the next run ends as if nothing had happened`, async () => {
      if (kill.over === "nothing") for (const folder of [box.work, box.out]) rmSync(folder, { recursive: true });
      if (await killAt(start(kill.over, kill.stage), kill, times)) inTime++;
      await nothingRuns(box);
      expect(await finish(box)).to.deep.equal(undisturbed);
      expectNothingHalfWritten(box);
    });
  }

  it("was really killed, nearly every time", () => {
    console.log(`      ${String(inTime)} of ${String(kills.length)} kills met a run that was still going on`);
    expect(inTime).to.be.greaterThan(kills.length * 0.8);
  });
});
