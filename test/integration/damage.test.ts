// SPDX-License-Identifier: Apache-2.0
/** Flipped bytes: they are noticed, and what they were in is made anew. */
import { expect } from "chai";
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ALL_ACCIDENTS, expectClear, finish } from "../support/integration-accidents.ts";
import { configureFakes, useSandbox } from "../support/integration-fakes.ts";
import { steadyFakes } from "../support/integration-steady.ts";

describe("a flipped byte in what a stage left", () => {
  const box = useSandbox("flipped");
  let undisturbed: unknown;

  before(async () => {
    configureFakes(box);
    steadyFakes(box);
    undisturbed = await finish(box);
  });

  const outputsOf = (stage: string): string[] => {
    const record = JSON.parse(readFileSync(join(box.work, "state", `stage-${stage}.json`), "utf8")) as {
      outputs: Record<string, string>;
    };
    return Object.entries(record.outputs).flatMap(([path, what]) =>
      what === "folder" || what.startsWith("0 ") ? [] : [path],
    );
  };

  /** Size and mtime stay as they were. */
  function flip(file: string): void {
    const { atime, mtime } = statSync(file);
    const content = readFileSync(file);
    const at = Math.floor(content.length / 2);
    content.writeUInt8(content.readUInt8(at) ^ 1, at);
    writeFileSync(file, content);
    utimesSync(file, atime, mtime);
  }

  for (const stage of ["libraries", "build", "distribution", "context", "tarball"]) {
    it(`of ${stage} is noticed, and the same comes out as before`, async () => {
      const files = outputsOf(stage);
      expect(files).to.not.deep.equal([]);
      const some = ALL_ACCIDENTS ? files : [files[Math.floor(files.length / 2)]];
      let noticed = 0;
      for (const file of some as string[]) {
        flip(file);
        const plan = await box.run([stage === "tarball" ? "tarball" : "image", "--dry-run"]);
        if (plan.stdout.includes(`${file} has changed`)) noticed++;
        expect(await finish(box), file).to.deep.equal(undisturbed);
      }
      expect(noticed).to.equal(some.length);
      console.log(`      ${String(noticed)} of ${String(some.length)} flipped bytes were noticed`);
    });
  }
});

describe("flipped bytes", () => {
  const box = useSandbox("damaged");

  it("in a clone is told as what it is, whatever git was reading, and the next run clones anew", async () => {
    configureFakes(box);
    steadyFakes(box);
    const undisturbed = await finish(box);
    const clones = join(box.work, "clones");
    const told: string[] = [];
    // what git reads differs: nothing at first, then more and more of the clone
    for (const from of [[], ["--from", "build"], ["--from", "libraries"], ["--from", "artifacts"], ["--force"]]) {
      const osc = join(clones, String(readdirSync(clones).find((name) => name.startsWith("osc-"))));
      const packs = join(osc, "objects", "pack");
      for (const name of readdirSync(packs).filter((one) => one.endsWith(".pack"))) damage(join(packs, name));
      const run = await box.run(["image", ...from]);
      await expectClear(box, run, 4);
      if (run.code !== 0) {
        expect(run.stderr).to.include(`reading ${osc}`).and.include("CLONE_DAMAGED");
        expect(readdirSync(clones)).to.not.include(basename(osc));
        told.push(from.join(" "));
      }
      expect(await finish(box)).to.deep.equal(undisturbed);
    }
    expect(told).to.include.members(["--from build", "--force"]);
  });

  /** Not through a hard link: git's own clones of local repositories have them. */
  function damage(file: string): void {
    const content = readFileSync(file);
    for (let at = 1000; at < content.length; at += 200) content.writeUInt8(content.readUInt8(at) ^ 1, at);
    rmSync(file);
    writeFileSync(file, content);
  }
});
