// SPDX-License-Identifier: Apache-2.0
// A disk is "full" here by a limit on the size of files (ulimit -f): writes beyond it fail as they do on a full disk.
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeMaven,
  useSandbox,
} from "../support/integration-fakes.ts";
import { DISTRIBUTION, jarWith, zipOf } from "../support/integration-zip.ts";
import type { Run } from "../support/sandbox.ts";

/** Files of at most this many kilobytes (sh counts blocks of 512 bytes). */
const room = (kilobytes: number) => ({ before: `ulimit -f ${String(2 * kilobytes)}` });

describe("when there is no room left", () => {
  const box = useSandbox("full-disk");
  const jar = (at: number) => ({
    path: `opt/vmidc/bin/jar/third-${String(at)}.jar`,
    content: jarWith(randomBytes(300_000)),
  });
  const page = (at: number) => ({ path: `opt/vmidc/bin/webapp/page-${String(at)}.html`, content: "page" });
  const pages = Array.from({ length: 500 }, (_, at) => page(at));
  const folderOf = (...names: string[]) => join(box.root, ...names);
  const listOf = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  /** Nothing was left half-written, and with room the same command succeeds. */
  const expectMended = async (...args: string[]) => {
    expectNothingHalfWritten(box);
    expect(existsSync(join(box.work, "lock.json")), "the lock").to.equal(false);
    expectDone(await box.run(args));
  };

  before(() => {
    configureFakes(box);
    fakeMaven(box, { bundle: zipOf([...DISTRIBUTION, ...Array.from({ length: 8 }, (_, at) => jar(at)), ...pages]) });
  });

  beforeEach("all is there", async () => {
    expectDone(await box.run(["context"]));
  });

  it("for the tarball: names it, leaves none, and makes it when there is room", async () => {
    const run = await box.run(["tarball"], room(1000));
    expectFailure(run, 6, `packing ${box.out}/tarballs/osc-1.0.0`, "EFBIG", "STAGING_FAILED.md");
    expect(listOf(folderOf("out", "tarballs"))).to.deep.equal([]);
    await expectMended("tarball");
    expect(listOf(folderOf("out", "tarballs"))).to.have.length(8);
  });

  it("for the context: names its folder, leaves none, and writes it when there is room", async () => {
    rmSync(folderOf("out", "kolla"), { recursive: true });
    expectFailure(await box.run(["context"], room(1000)), 6, `writing ${box.out}/kolla`, "EFBIG");
    expect(existsSync(folderOf("out", "kolla"))).to.equal(false);
    await expectMended("context");
  });

  it("for the context: leaves the one that is there as it is", async () => {
    const before = listOf(folderOf("out", "kolla", "docker", "osc-base"));
    rmSync(folderOf("work", ".osc-kolla", "state", "stage-context.json"));
    expectFailure(await box.run(["context"], room(1000)), 6, "EFBIG");
    expect(listOf(folderOf("out", "kolla", "docker", "osc-base"))).to.deep.equal(before);
    await expectMended("context");
  });

  it("for a file of the distribution: names it, leaves no tree, and takes it out when there is room", async () => {
    rmSync(folderOf("work", ".osc-kolla", "distribution"), { recursive: true });
    const run = await box.run(["tarball"], room(200));
    expectFailure(run, 6, "taking the distribution out", "EFBIG");
    expect(existsSync(folderOf("work", ".osc-kolla", "distribution"))).to.equal(false);
    await expectMended("tarball");
  });

  /** A failure that is told as what it is: by what was being done, not as a defect of the tool. */
  const expectToldAsItIs = (run: Run) => {
    expect(run.code, run.stderr).to.be.oneOf([4, 5, 6]);
    expect(run.stderr).to.include("osc-kolla failed while ").and.not.to.include("defect of osc-kolla");
  };

  it("for the list of the distribution's files", async () => {
    fakeMaven(box, { bundle: zipOf([...DISTRIBUTION, ...pages]) });
    rmSync(folderOf("work", ".osc-kolla", "trees", "osc-core", "target"), { recursive: true });
    await expectMended("tarball");
    rmSync(folderOf("work", ".osc-kolla", "distribution"), { recursive: true });
    expectFailure(await box.run(["tarball"], room(40)), 6, "EFBIG");
    expect(existsSync(folderOf("work", ".osc-kolla", "distribution"))).to.equal(false);
    await expectMended("tarball");
  });

  it("for a clone: leaves none, and makes it when there is room", async () => {
    rmSync(folderOf("work", ".osc-kolla", "clones"), { recursive: true });
    const run = await box.run(["tarball"], room(8));
    expectFailure(run, 4, "fetching");
    expect(listOf(folderOf("work", ".osc-kolla", "clones"))).to.deep.equal([]);
    await expectMended("tarball");
  });

  it("for a work tree: says so, and makes it when there is room", async () => {
    rmSync(folderOf("work", ".osc-kolla", "trees"), { recursive: true });
    expectToldAsItIs(await box.run(["tarball"], room(2)));
    await expectMended("tarball");
  });

  it("for result.json: says so, leaves the old one, and writes it when there is room", async () => {
    const run = await box.run(["tarball"], room(1));
    expectToldAsItIs(run);
    expect(run.stderr).to.include("FILE_SYSTEM.md");
    await expectMended("tarball");
  });
});

describe("a work or output folder that cannot be one", () => {
  const box = useSandbox("no-folder");

  for (const [title, option] of [
    ["work", "--work-dir"],
    ["output", "--output-dir"],
  ] as const) {
    it(`says that the ${title} folder lies below a file, and does not call that a defect`, async () => {
      configureFakes(box);
      const file = box.write("file", "a file\n");
      const run = await box.run(["tarball", option, `${file}/below`]);
      expect(run.code, run.stderr).to.be.oneOf([2, 3, 6]);
      expect(run.stderr).to.include(`${file}/below`).and.not.to.include("defect of osc-kolla");
    });
  }

  it("says that the work folder holds somebody else's files, and leaves them", async () => {
    configureFakes(box);
    const file = box.write("theirs/logs/app.log", "precious\n");
    const run = await box.run(["tarball", "--work-dir", join(box.root, "theirs")]);
    expectFailure(run, 2, join(box.root, "theirs"), "was not made by osc-kolla", "--work-dir", "NOT_OURS.md");
    expect(readFileSync(file, "utf8")).to.equal("precious\n");
    expect(readdirSync(join(box.root, "theirs"))).to.deep.equal(["logs"]);
  });
});
