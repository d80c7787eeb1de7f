// SPDX-License-Identifier: Apache-2.0
/** Disks that fill up, or cannot be written to: the run says so, and the next one ends as if nothing had happened. */
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ALL_ACCIDENTS, expectClear, finish } from "../support/integration-accidents.ts";
import { configureFakes, expectNothingHalfWritten, useSandbox } from "../support/integration-fakes.ts";
import { ACCIDENT, steadyFakes } from "../support/integration-steady.ts";

describe("a disk that fills up, or can only be read, while Maven runs", () => {
  const box = useSandbox("filling");
  const disks = () => ["work", "out"].map((name) => join(box.root, name));
  const megabytes = 150;
  let undisturbed: unknown;
  let failures = 0;

  before("both folders lie on small disks of their own", async () => {
    configureFakes(box);
    steadyFakes(box, true);
    for (const disk of disks()) {
      mkdirSync(disk);
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${String(megabytes)}m`, "osc-kolla-test", disk]);
    }
    undisturbed = await finish(box);
  });

  after(() => {
    console.log(`      ${String(failures)} of ${String(2 * rooms.length)} runs on disks that filled up failed`);
    for (const disk of disks()) execFileSync("umount", ["--lazy", disk]);
  });

  /** Empties the folders, and has Maven fill a disk up to so many kilobytes as it begins. */
  function fill(disk: string, kilobytes: number): string {
    for (const folder of disks())
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    const ballast = join(box.root, disk, "ballast");
    const free = `$(df --output=avail -k '${box.root}/${disk}' | tail -n 1)`;
    box.write(ACCIDENT, `[ -e '${ballast}' ] || fallocate -l "$((${free} - ${String(kilobytes)}))k" '${ballast}'\n`);
    return ballast;
  }

  const rooms = ALL_ACCIDENTS
    ? [0, 8, 40, 100, 300, 1000, 2000, 4000, 8000, 12_000, 16_000, 20_000, 30_000]
    : [0, 12_000];
  for (const disk of ["work", "out"]) {
    for (const room of rooms) {
      it(`of the ${disk} folder, to ${String(room)} kB: says so, and with room again all comes out the same`, async () => {
        const ballast = fill(disk, room);
        const run = await box.run(["image"]);
        await expectClear(box, run, 4, 5, 6, 7);
        if (run.code !== 0) failures++;
        if (run.code !== 0 && run.code !== 5)
          expect(run.stderr, run.stderr).to.match(/ENOSPC|[Nn]o space left|Out of diskspace/);
        rmSync(join(box.root, ACCIDENT));
        rmSync(ballast, { force: true });
        expect(await finish(box)).to.deep.equal(undisturbed);
      });
    }
  }

  for (const disk of ["work", "out"]) {
    it(`of the ${disk} folder can only be read: says so before anything is begun`, async () => {
      execFileSync("mount", ["-o", "remount,ro", join(box.root, disk)]);
      const run = await box.run(["image", "--force"]);
      execFileSync("mount", ["-o", "remount,rw", join(box.root, disk)]);
      expect(run.code, run.stderr).to.equal(3);
      expect(run.stderr)
        .to.match(/you may not write to .*: its file system is read-only/)
        .and.to.include(disk === "work" ? box.work : box.out);
      expect(await finish(box)).to.deep.equal(undisturbed);
    });

    it(`of the ${disk} folder can only be read from the middle of Maven on: says so, and leaves nothing half-made`, async () => {
      box.write(ACCIDENT, `mount -o remount,ro '${join(box.root, disk)}'\n`);
      const run = await box.run(["image", "--force"]);
      execFileSync("mount", ["-o", "remount,rw", join(box.root, disk)]);
      rmSync(join(box.root, ACCIDENT));
      expect(run.code, run.stderr).to.be.oneOf([4, 5, 6]);
      expect(run.stderr, run.stderr).to.match(/[Rr]ead-only file system|EROFS/);
      expect(await finish(box)).to.deep.equal(undisturbed);
      expectNothingHalfWritten(box);
    });
  }
});
