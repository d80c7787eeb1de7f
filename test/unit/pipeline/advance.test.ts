// SPDX-License-Identifier: Apache-2.0
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { type AdvanceOptions, inOrder, Pipeline, type StageReport } from "../../../src/pipeline/advance.ts";
import { readRecord } from "../../../src/pipeline/record.ts";
import { planPipeline } from "../../../src/pipeline/run.ts";
import type { RunContext } from "../../../src/pipeline/stage.ts";
import { badConfiguration, missing } from "../../../src/system/errors.ts";
import { failureOf, thrownBy } from "../../support/unit-failure.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";
import { fakeContext, type FakeStage, fakeStage } from "../../support/unit-stage.ts";

describe("running the stages", () => {
  const folder = temporaryFolder();
  let events: string[];
  let source: FakeStage;
  let build: FakeStage;
  let context: FakeStage;
  let tarball: FakeStage;
  let runContext: RunContext;

  beforeEach(() => {
    events = [];
    source = fakeStage("source", [], folder, events);
    build = fakeStage("build", [source], folder, events);
    context = fakeStage("context", [source, build], folder, events);
    tarball = fakeStage("tarball", [build], folder, events);
    runContext = fakeContext(folder());
  });

  const pipeline = (options: Partial<AdvanceOptions> = {}, wanted: readonly FakeStage[] = [context, tarball]) =>
    new Pipeline(wanted, { toolVersion: "1", force: false, clock: () => 0, ...options });

  const advanceAll = async (one: Pipeline): Promise<StageReport[]> => {
    const reports: StageReport[] = [];
    for (const stage of one.stages) reports.push(await one.advance(stage, runContext));
    return reports;
  };

  /** A run of its own, as a new process would do it: what ran, and what was up to date. */
  const run = async (options: Partial<AdvanceOptions> = {}) => {
    events.length = 0;
    const reports = await advanceAll(pipeline(options));
    return Object.fromEntries(reports.map(({ id, status }) => [id, status]));
  };
  const ran = (): string[] => events.filter((event) => event.startsWith("run "));

  const ALL_DONE = { source: "done", build: "done", context: "done", tarball: "done" };
  const ALL_UP_TO_DATE = {
    source: "up-to-date",
    build: "up-to-date",
    context: "up-to-date",
    tarball: "up-to-date",
  };

  it("does each once, what is needed before what needs it", async () => {
    expect(inOrder([tarball, context]).map(({ id }) => id)).to.deep.equal(["source", "build", "tarball", "context"]);
    expect(await run()).to.deep.equal(ALL_DONE);
    expect(ran()).to.deep.equal(["run source", "run build", "run context", "run tarball"]);
  });

  it("gives each what those that it needs have made", async () => {
    const one = pipeline();
    expect(one.resultOf(source)).to.equal(undefined);
    await advanceAll(one);
    expect(one.resultOf(build)).to.have.property("of").that.includes("source");
  });

  it("does nothing the second time, asks nothing of the machine, and knows the results all the same", async () => {
    const first = pipeline();
    await advanceAll(first);
    expect(await run()).to.deep.equal(ALL_UP_TO_DATE);
    expect(events).to.deep.equal([]);

    const second = pipeline();
    await advanceAll(second);
    for (const stage of second.stages) expect(second.resultOf(stage)).to.deep.equal(first.resultOf(stage));
  });

  it("does what changed and what depends on it, and nothing else", async () => {
    await run();
    tarball.parts = { given: "two" };
    expect(await run()).to.deep.equal({ ...ALL_UP_TO_DATE, tarball: "done" });
    source.parts = { given: "two" };
    expect(await run()).to.deep.equal(ALL_DONE);
    expect(await run()).to.deep.equal(ALL_UP_TO_DATE);
  });

  it("does it all again when somebody wants it or the tool is another", async () => {
    await run();
    expect(await run({ force: true })).to.deep.equal(ALL_DONE);
    expect(await run({ toolVersion: "2" })).to.deep.equal(ALL_DONE);
  });

  it("does a stage and all after it again when somebody wants it so, and knows no other stages", async () => {
    await run();
    expect(await run({ from: "build" })).to.deep.equal({ ...ALL_DONE, source: "up-to-date" });
    expect(() => pipeline({ from: "images" })).to.throw(
      "--from images: the stages are source, build, context, tarball",
    );
  });

  it("makes again what was removed, changed, or has lost what it stands on", async () => {
    await run();
    await rm(join(folder(), "out/build"));
    expect(await run()).to.deep.equal({ ...ALL_UP_TO_DATE, build: "done" });
    await writeFile(join(folder(), "out/context"), "by hand");
    expect(await run()).to.deep.equal({ ...ALL_UP_TO_DATE, context: "done" });
    tarball.lost = "the engine has no image";
    expect(await run()).to.deep.equal({ ...ALL_UP_TO_DATE, tarball: "done" });
  });

  it("asks for what is missing before the first stage runs, also for what only the last one needs", async () => {
    const absent = missing("looking for kolla", "no kolla-build", "make setup");
    tarball.missing = absent;
    expect(await thrownBy(() => run())).to.equal(absent);
    expect(ran()).to.deep.equal([]);

    // the first one is up to date: nothing of it is asked, but of all that come after it
    tarball.missing = undefined;
    await run();
    build.parts = { given: "two" };
    tarball.missing = absent;
    expect(await thrownBy(() => run())).to.equal(absent);
    expect(events).to.deep.equal(["check build", "check context", "check tarball"]);
  });

  it("tells all that is missing at once, each with its cause and what mends it", async () => {
    source.missing = missing("looking for git", "no git", "apt-get install git");
    build.missing = missing("looking for Maven", "no mvn", "apt-get install maven");
    tarball.missing = build.missing;
    const error = await failureOf(() => run());
    expect(ran()).to.deep.equal([]);
    expect([error.code, error.exitCode]).to.deep.equal(["MISSING", 3]);
    expect(error.parts).to.deep.equal([source.missing, build.missing]);
    expect(error.reason).to.equal("looking for git: no git\nlooking for Maven: no mvn");
    expect(error.hint).to.equal("apt-get install git\napt-get install maven");

    context.missing = badConfiguration(["no such override"]);
    expect(await failureOf(() => run())).to.include({ code: "BAD_CONFIGURATION", exitCode: 2 });
  });

  it("tells it so also where the first stage cannot even look without it; what it says otherwise stands", async () => {
    const git = missing("looking for git", "no git", "apt-get install git");
    source.inspect = () => Promise.reject(git);
    expect(await thrownBy(() => run())).to.equal(git);
    source.missing = git;
    const wrong = badConfiguration(["no such plugin"]);
    source.inspect = () => Promise.reject(wrong);
    expect(await thrownBy(() => run())).to.equal(wrong);
    source.inspect = () => Promise.reject(git);
    tarball.missing = missing("looking for kolla", "no kolla", "make setup");
    expect((await failureOf(() => run())).parts).to.deep.equal([git, tarball.missing]);
  });

  it("asks for what is missing once only", async () => {
    await run();
    build.parts = { given: "two" };
    await run();
    expect(events).to.deep.equal([
      ...["check build", "check context", "check tarball"],
      ...["run build", "run context", "run tarball"],
    ]);
  });

  it("goes on after a failure where it failed", async () => {
    const broken = new Error("Maven failed");
    build.failure = broken;
    expect(await thrownBy(() => run())).to.equal(broken);
    expect(ran()).to.deep.equal(["run source", "run build"]);
    expect(await readRecord(runContext.paths.state, "build")).to.equal(undefined);

    build.failure = undefined;
    expect(await run()).to.deep.equal({ ...ALL_DONE, source: "up-to-date" });
  });

  it("does not take an old result for that of a stage that failed", async () => {
    await run();
    const before = build.parts;
    build.parts = { given: "two" };
    build.failure = new Error("no");
    await thrownBy(() => run());
    // back to what it was: what the failed run may have broken is not trusted
    build.parts = before;
    build.failure = undefined;
    expect((await run())["build"]).to.equal("done");
  });

  it("never trusts a stage of which nothing can be known", async () => {
    source.parts = undefined;
    expect((await run())["source"]).to.equal("done");
    expect(await readRecord(runContext.paths.state, "source")).to.equal(undefined);
    expect((await run())["source"]).to.equal("done");
  });

  it("says how long each took", async () => {
    let now = 0;
    const reports = await advanceAll(pipeline({ clock: () => (now += 1234) }));
    expect(reports[0]).to.deep.equal({
      id: "source",
      status: "done",
      seconds: 1.234,
      because: "it has not been done yet",
    });
  });

  describe("in a dry run", () => {
    const plan = async (options: Partial<AdvanceOptions> = {}) => {
      const lines = await planPipeline(pipeline(options), runContext);
      return Object.fromEntries(lines.map(({ stage, because }) => [stage.id, because]));
    };

    it("says what would be done and why, and does nothing", async () => {
      expect(await plan()).to.deep.equal({
        source: "it has not been done yet",
        build: "it depends on what source will give",
        context: "it depends on what source will give",
        tarball: "it depends on what build will give",
      });
      expect(events).to.deep.equal([]);
      expect(await readRecord(runContext.paths.state, "source")).to.equal(undefined);
    });

    it("says the reason of each that can be known", async () => {
      await run();
      context.parts = { given: "two" };
      await rm(join(folder(), "out/tarball"));
      expect(await plan()).to.deep.equal({
        source: undefined,
        build: undefined,
        context: 'given was "one", is "two"',
        tarball: `${join(folder(), "out/tarball")} is gone`,
      });
      expect((await plan({ force: true }))["source"]).to.equal("--force");
    });

    it("promises what a run then does, whatever changed or broke before", async () => {
      const STAGES = ["source", "build", "context", "tarball"] as const;
      const harm = fc.constantFrom("none", "parts", "output", "lost", "record");
      await fc.assert(
        fc.asyncProperty(fc.tuple(harm, harm, harm, harm), fc.boolean(), async (harms, force) => {
          const stages = [source, build, context, tarball];
          for (const stage of stages) stage.lost = undefined;
          await run();
          for (const [index, stage] of stages.entries()) {
            const id = STAGES[index] ?? "source";
            if (harms[index] === "parts") stage.parts = { given: Math.random() };
            if (harms[index] === "output") await rm(join(folder(), "out", id));
            if (harms[index] === "lost") stage.lost = "lost";
            if (harms[index] === "record") await rm(join(runContext.paths.state, `stage-${id}.json`));
          }
          const promised = await plan({ force });
          const done = await run({ force });
          for (const id of STAGES) {
            // what depends on a result that is not there yet may turn out to be up to date
            if (promised[id]?.startsWith("it depends on") === true) continue;
            expect(done[id], id).to.equal(promised[id] === undefined ? "up-to-date" : "done");
          }
        }),
        { numRuns: 40 },
      );
    });
  });
});
