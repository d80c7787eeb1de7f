// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { Pipeline, type StageReport } from "../../../src/pipeline/advance.ts";
import type { Display } from "../../../src/pipeline/display.ts";
import { runPipeline } from "../../../src/pipeline/run.ts";
import { buildFailed } from "../../../src/system/errors.ts";
import { thrownBy } from "../../support/unit-failure.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";
import { fakeContext, type FakeStage, fakeStage } from "../../support/unit-stage.ts";
import { MemoryStream, stdoutDuring } from "../../support/unit-stream.ts";

/** What is told before the first stage that runs. */
const LOOKING = "looking at what the run needs";

describe("what is shown while the stages run", () => {
  const folder = temporaryFolder();
  let source: FakeStage;
  let build: FakeStage;
  let screen: MemoryStream;
  let reports: StageReport[];

  beforeEach(() => {
    source = fakeStage("source", [], folder, []);
    build = fakeStage("build", [source], folder, []);
    screen = new MemoryStream();
    reports = [];
  });

  const run = (renderer: Display["renderer"], explain = false) => {
    const pipeline = new Pipeline([build], { toolVersion: "1", force: false, clock: () => 0 });
    const display = { stream: screen.asTerminal(), renderer, explain, clock: () => 0 };
    return runPipeline(pipeline, fakeContext(folder()), display, reports);
  };
  // eslint-disable-next-line no-control-regex -- colours
  const lines = () => screen.text.replaceAll(/\x1b\[[\d;]*m/g, "").split("\n");

  it("is a plain line for each start, progress and end, on the stream that was given", async () => {
    source.lines = ["12 of 99 objects"];
    const stdout = await stdoutDuring(() => run("plain"));
    expect(stdout).to.equal("");
    const shown = ["Stage source", LOOKING, "12 of 99 objects", "Stage source", "Stage build", "Stage build"];
    expect(lines().filter((line) => line !== "")).to.have.lengthOf(shown.length);
    for (const [index, text] of shown.entries()) expect(lines()[index]).to.include(text);
    expect(screen.text).to.not.include("\x1b[2K");
  });

  it("is plain lines where they are wanted, also when this process has a terminal", async () => {
    const { isTTY } = process.stdout;
    process.stdout.isTTY = true;
    try {
      await run("plain");
    } finally {
      process.stdout.isTTY = isTTY;
    }
    expect(lines().filter((line) => line !== "")).to.have.lengthOf(5);
    expect(lines()[0]).to.match(/\[\d\d:\d\d:\d\d\] Stage source$/);
  });

  it("does not pile up plain lines of progress, and shows the first and the last", async () => {
    build.lines = Array.from({ length: 500 }, (_, index) => `object ${String(index)}`);
    await run("plain");
    const shown = lines().filter((line) => line.includes("object "));
    expect(shown.map((line) => line.split("object ")[1])).to.deep.equal(["0", "499"]);
  });

  it("is the last line of progress also where the stage fails", async () => {
    source.lines = ["1 of 3", "2 of 3"];
    source.failure = new Error("disk full");
    await thrownBy(() => run("plain"));
    const [progress, failure] = ["2 of 3", "disk full"].map((text) => screen.text.indexOf(text));
    expect(progress).to.be.greaterThan(0).and.below(Number(failure));
  });

  it("says of what is up to date that it is", async () => {
    await run("plain");
    screen.text = "";
    reports = [];
    await run("plain");
    expect(screen.text).to.include("Stage source: up to date").and.include("Stage build: up to date");
    expect(reports.map(({ status }) => status)).to.deep.equal(["up-to-date", "up-to-date"]);
  });

  it("is nothing at all when it shall be quiet", async () => {
    const stdout = await stdoutDuring(() => run("silent"));
    expect([stdout, screen.text]).to.deep.equal(["", ""]);
    expect(reports.map(({ id }) => id)).to.deep.equal(["source", "build"]);
  });

  for (const renderer of ["plain", "silent"] as const) {
    it(`ends with the error of the stage that fails (${renderer}), and what was done before is known`, async () => {
      const failure = buildFailed("osc-core", "line one\nline two", "hint", "/log");
      build.failure = failure;
      const stdout = await stdoutDuring(async () => {
        expect(await thrownBy(() => run(renderer))).to.equal(failure);
      });
      expect(stdout).to.equal("");
      expect(reports).to.deep.equal([
        { id: "source", status: "done", seconds: 0, because: "it has not been done yet" },
      ]);
    });
  }

  it("names the failure where it happened, and leaves the story to the end", async () => {
    build.failure = buildFailed("osc-core", "the cause", "hint", "/log");
    await thrownBy(() => run("plain"));
    expect(screen.text).to.include("building osc-core with Maven").and.not.include("the cause");
  });

  it("says why each stage ran, where that is wanted", async () => {
    await run("plain", true);
    expect(screen.text).to.include("Stage source (it has not been done yet)");
  });

  it("does not say why where it is not", async () => {
    await run("plain");
    expect(screen.text).to.include("Stage source").and.not.include("it has not been done yet");
  });

  it("does not start what comes after a failure", async () => {
    const failure = new Error("disk full");
    source.failure = failure;
    expect(await thrownBy(() => run("plain"))).to.equal(failure);
    expect(screen.text).to.include("disk full").and.not.include("Stage build");
  });
});
