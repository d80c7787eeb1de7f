// SPDX-License-Identifier: Apache-2.0
// What a person sees: on terminals of 60 and 200 columns, in a pipe, in CI.
import { expect } from "chai";
import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  fakeKolla,
  fakeMaven,
  kollaSucceeds,
  useSandbox,
} from "../support/integration-fakes.ts";
import type { Run, Sandbox } from "../support/sandbox.ts";
import { PLAIN, runOnTerminal, type TerminalRun } from "../support/integration-terminal.ts";
import { IMAGE_TITLES } from "../support/stage-ids.ts";

const LONG = "a-module-with-a-name-".repeat(12);

/** Maven and kolla-build that take their time, and tell how far they are. */
function configureSlow(box: Sandbox): void {
  configureFakes(box);
  const modules = ["OSC-Parent", LONG, "osc-server"].flatMap((name, index) => [
    `echo '[INFO] Building ${name} 1.0.0-SNAPSHOT     [${String(index + 1)}/3]'`,
    "sleep 0.4",
  ]);
  fakeMaven(box, { first: modules.join("\n") });
  const steps = ["osc-base:Step 3/12 : RUN x", "osc:#7 [ 4/13] RUN y"];
  const told = steps.flatMap((step) => [`echo 'INFO:kolla.common.utils.${step}'`, "sleep 0.4"]);
  fakeKolla(box, [...told, kollaSucceeds(box)].join("\n"));
}

// eslint-disable-next-line no-control-regex -- what begins every one of a terminal's
const ESCAPE = /\x1b/;

describe("on a terminal", () => {
  for (const columns of [60, 200]) {
    describe(`of ${String(columns)} columns and 15 rows`, () => {
      const box = useSandbox(`terminal-${String(columns)}`);
      const size = { columns, rows: 15 };
      let run: TerminalRun;

      before(async () => {
        configureSlow(box);
        run = await runOnTerminal(box, ["image"], size);
        expect(run.code, run.bytes).to.equal(0);
      });

      it("each stage stands there in the end, once, in its order, with its time, and nothing else", () => {
        const pattern = /^. (.*) \[(\d+m)?\d[\d.]*s\]$/u;
        expect(run.screen.lines.map((line) => pattern.exec(line)?.[1] ?? line)).to.deep.equal(IMAGE_TITLES);
      });

      it("no line was ever wider than the terminal", () => {
        expect(run.screen.wrapped).to.equal(0);
      });

      it("there never were more lines than rows", () => {
        const up = run.bytes.split("\x1b[?25h")[0] ?? "";
        // what is written over: as many lines as the cursor goes up at once
        const longest = Math.max(...(up.match(/(?:\x1b\[2K\x1b\[1A)+/g) ?? []).map((text) => text.split("A").length)); // eslint-disable-line no-control-regex -- of a terminal
        expect(longest).to.be.within(2, 15);
      });

      it("how far each long stage was could be read", () => {
        const seen = [...run.screen.seen].join("\n");
        expect(seen).to.match(/(receiving|resolving|counting|compressing) (objects|deltas): \d+ of \d+/);
        expect(seen).to.match(/› library 1 of 2: module 1 of 3: OSC-Parent/);
        expect(seen).to.match(/› library 2 of 2: module 3 of 3: osc-server/);
        expect(seen).to.match(/› module 3 of 3: osc-server/);
        expect(seen)
          .to.match(/osc-base: step 3 of 12/)
          .and.match(/osc: step 4 of 13/);
      });

      it("how long a stage has been running could be read beside its title, each second", () => {
        const times = [...run.screen.seen].map((line) => /^. Build OSC's libraries \[(\d+s)\]$/u.exec(line)?.[1]);
        expect(times).to.include("1s").and.not.include("0s");
      });

      it("what is too long is cut, and ends in …", () => {
        const [line = ""] = [...run.screen.seen].filter((one) => one.includes("module 2 of 3: a-module"));
        expect(line).to.match(/…$/);
        expect(line.length).to.be.at.most(columns);
      });

      it("the result is on stdout alone, without colours", () => {
        expect(run.stdout)
          .to.match(/^version {2}1\.0\.0-SNAPSHOT-2-g\w+\n/)
          .and.include("\nNext:\n");
        expect(run.stdout).to.not.match(ESCAPE);
        expect(run.bytes).to.not.include("Next:");
      });

      it("both on one terminal stand below one another", async () => {
        const { screen, code } = await runOnTerminal(box, ["image"], size, { apart: false });
        expect(code).to.equal(0);
        const ends = screen.lines.map((line) => line.replace(/^. | \[.*\]$/gu, ""));
        const stages = IMAGE_TITLES.length;
        expect(ends.slice(0, stages)).to.deep.equal(IMAGE_TITLES.map((title) => `${title}: up to date`));
        expect(screen.lines[stages]).to.match(/^version {2}1\.0\.0/);
        expect(screen.lines).to.include("Up to date:").and.include("  all of it").and.include("Next:");
      });

      it("a failure is told below the list, once", async () => {
        fakeKolla(box, "echo 'E: broken'\nexit 1");
        const failed = await runOnTerminal(box, ["image", "--force"], size);
        expect(failed.code).to.equal(7);
        const text = failed.screen.lines.join("\n");
        expect(text.split("E: broken")).to.have.length(2);
        // the stage after it was not begun
        const end = /. building the images with kolla-build\n. (.*)\nosc-kolla failed while building the images/u.exec(
          text,
        );
        expect(end?.[1]).to.equal(IMAGE_TITLES.at(-1));
        expect(failed.stdout).to.equal("");
      });
    });
  }

  const box = useSandbox("terminal-kinds");
  const size = { columns: 80, rows: 24 };
  const onTerminal = (args: readonly string[], env: Record<string, string> = {}) =>
    runOnTerminal(box, args, size, { env });

  before(async () => {
    configureFakes(box);
    expectDone(await box.run(["context"]));
  });

  it("there are colours", async () => {
    expect((await onTerminal(["context"])).bytes).to.match(/\x1b\[3\dm/); // eslint-disable-line no-control-regex -- a colour
  });

  for (const [what, args, env] of [
    ["--no-color", ["--no-color"], {}],
    ["NO_COLOR", [], { NO_COLOR: "1" }],
    ["FORCE_COLOR=0", [], { FORCE_COLOR: "0" }],
  ] as const) {
    it(`there are none with ${what}, and the list is live all the same`, async () => {
      const { bytes, code } = await onTerminal(["context", ...args], env);
      expect(code).to.equal(0);
      expect(bytes).to.match(ESCAPE);
      expect(bytes).to.not.match(/\x1b\[\d+m/); // eslint-disable-line no-control-regex -- a colour
    });
  }

  for (const [what, args, env] of [
    ["where it is a dumb one", [], { TERM: "dumb" }],
    ["where it is CI's", [], { CI: "true" }],
    ["with -v", ["-v", "--no-color"], {}],
  ] as const) {
    it(`there are plain lines ${what}`, async () => {
      const { bytes, code } = await onTerminal(["context", ...args], env);
      expect(code).to.equal(0);
      expect(bytes).to.not.match(ESCAPE);
      expect(bytes.replace(/^❯ \[\d\d:\d\d:\d\d\] /, "").split("\r\n")[0]).to.equal(IMAGE_TITLES[0]);
    });
  }

  it("with -q there is nothing but the result", async () => {
    const { bytes, stdout } = await onTerminal(["context", "-q"]);
    expect(bytes).to.equal("");
    expect(stdout).to.match(/^version /);
  });
});

describe("without a terminal", () => {
  const box = useSandbox("lines");
  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
    box.run(args, { env: { ...PLAIN, ...env } });
  /** Lines of stderr without their times, which each of them must have. */
  const linesOf = ({ stderr }: Run): string[] =>
    stderr
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^(.) \[\d\d:\d\d:\d\d\] /u, "$1 ").replace(/^(?![❯›✔] )/, "no line of ours: "));

  beforeEach(() => {
    configureSlow(box);
    rmSync(box.work, { recursive: true, force: true });
  });

  for (const [what, env] of [
    ["in a pipe", {}],
    ["in CI", { CI: "true" }],
    ["in a pipe with NO_COLOR", { NO_COLOR: "1" }],
  ] as const) {
    it(`${what} there is a line with its time for each start, each end, and some of what is between`, async () => {
      const done = await run(["image"], env);
      expectDone(done);
      expect(done.stdout + done.stderr).to.not.match(ESCAPE);
      expect(done.stdout).to.match(/^version /);
      const lines = linesOf(done);
      for (const [at, title] of IMAGE_TITLES.entries()) {
        const own = lines.filter((line) => line.replace(/^. | \[.*\]$/gu, "") === title);
        expect(
          own.map((line) => line[0]),
          title,
        ).to.deep.equal(["❯", "✔"]);
        expect(own[1], String(at)).to.match(/ \[(\d+m)?\d[\d.]*s\]$/);
      }
      // the first and the last of each stage, and few between: a stage of two seconds has room for one
      const progress = lines.filter((line) => line.startsWith("› "));
      expect(progress.length).to.be.within(8, 20);
      expect(lines[lines.indexOf("❯ Build the images") + 1]).to.equal("› kolla-build renders its templates");
      expect(lines[lines.indexOf("❯ Build OSC") + 1]).to.equal("› Maven fetches bnd's launcher");
      expect(lines[lines.findIndex((line) => line.startsWith("✔ Build the images")) - 1]).to.equal(
        "› osc: step 4 of 13",
      );
      expect(lines).to.include("› module 3 of 3: osc-server");
      expect(lines.find((line) => line.endsWith(" files"))).to.match(/^› 1 of \d+ files$/);
      expect(lines).to.include("› looking for dates in opt/vmidc/bin/osc-control.jar");
      expect(lines.some((line) => /^› layer \S+: \d+\.\d of \d+\.\d [kM]B written$/.test(line))).to.equal(true);
    });
  }

  it("with FORCE_COLOR=1 the lines have colours, and the result has none", async () => {
    const done = await run(["image"], { FORCE_COLOR: "1", CI: "true" });
    expectDone(done);
    expect(done.stderr).to.match(/\x1b\[32m✔/); // eslint-disable-line no-control-regex -- green
    expect(done.stdout).to.not.match(ESCAPE);
  });

  it("with -q there is nothing but the result; a failure is told nevertheless", async () => {
    const done = await run(["image", "-q"]);
    expectDone(done);
    expect(done.stderr).to.equal("");
    expect(done.stdout).to.match(/^version /);
    fakeKolla(box, "echo 'E: broken'\nexit 1");
    const failed = await run(["image", "-q", "--force"]);
    expectFailure(failed, 7, "E: broken");
    expect(failed.stderr).to.match(/^osc-kolla failed while building the images/);
  });

  it("with -v there is what the programs print, and why each stage ran", async () => {
    const done = await run(["image", "-v"]);
    expectDone(done);
    expect(done.stderr).to.include(`[INFO] Building ${LONG} 1.0.0-SNAPSHOT`);
    expect(done.stderr).to.include("INFO:kolla.common.utils.osc-base:Step 3/12 : RUN x");
    expect(linesOf(done).join("\n")).to.include("✔ Build OSC (it has not been done yet) [");
    expect(done.stderr).to.include(`$ ${join(box.bin, "kolla-build")} --config-file `);
  });

  it("the tarball tells its bytes, and how it is checked", async () => {
    const done = await run(["tarball"]);
    expectDone(done);
    expect(linesOf(done).some((line) => /^› osc-\S+\.tar\.gz: \d+\.\d of \d+\.\d [kM]B packed$/.test(line))).to.equal(
      true,
    );
    expect(done.stdout).to.match(/^ {9}\d+\.\d MB {2}sha256:[0-9a-f]{64}$/m);
    expect(done.stdout).to.match(/sha256sum --check SHA256SUMS\)\n$/);
  });
});
