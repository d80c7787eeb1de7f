// SPDX-License-Identifier: Apache-2.0
/** What goes wrong around a run: it fails clearly or succeeds rightly, and the next one ends as if nothing had happened. */
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  configure,
  configureFakes,
  expectDone,
  expectNothingHalfWritten,
  fakeDocker,
  fakeKolla,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { type CuttingServer, serveCutting } from "../support/integration-http.ts";
import { leftBy, nothingRuns } from "../support/integration-killing.ts";
import { LIBRARIES, sample } from "../support/integration-sample.ts";
import { ACCIDENT, steadyFakes } from "../support/integration-steady.ts";
import type { Run, RunOptions, Sandbox } from "../support/sandbox.ts";

/** The longer lists of accidents are for `make test-accidents`. */
const all = process.env["ACCIDENTS"] === "all";

async function finish(box: Sandbox): Promise<unknown> {
  expectDone(await box.run(["image"]));
  expectDone(await box.run(["tarball"]));
  return leftBy(box);
}

/** A run that an accident met: ended well, or with a failure that is told as what it is and leaves nothing behind. */
async function expectClear(box: Sandbox, run: Run, ...codes: number[]): Promise<void> {
  expect(run.code, run.stderr).to.be.oneOf([0, ...codes]);
  expect(run.stderr).to.not.include("defect of osc-kolla");
  if (run.code !== 0) expect(run.stderr).to.match(/osc-kolla failed while /);
  await nothingRuns(box);
  expectNothingHalfWritten(box);
}

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

  const rooms = all ? [0, 8, 40, 100, 300, 1000, 2000, 4000, 8000, 12_000, 16_000, 20_000, 30_000] : [0, 12_000];
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
      const some = all ? files : [files[Math.floor(files.length / 2)]];
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

describe("a server that breaks off in the middle of a file", () => {
  const box = useSandbox("cut");
  let server: CuttingServer;
  let undisturbed: unknown;
  let files: number;

  before(async () => {
    server = await serveCutting(sample().folder, { "far.bar": "far ".repeat(1000) });
    configureFakes(box);
    steadyFakes(box);
    configure(box, {
      source: { url: `${server.url}/osc-core.git`, ref: "master" },
      libraries: LIBRARIES.map((name) => ({ name, url: `${server.url}/${name}.git` })),
      plugins: [
        { url: `${server.url}/far.bar`, sha256: createHash("sha256").update("far ".repeat(1000)).digest("hex") },
      ],
    });
    undisturbed = await finish(box);
    files = server.sent();
  });
  after(() => server.close());

  it("is named, whatever it was about to send; nothing half is kept, and the next run ends as if nothing had happened", async () => {
    const step = all ? 1 : Math.ceil(files / 4);
    let failed = 0;
    for (let at = 0; at < files; at += step) {
      for (const folder of [box.work, box.out]) rmSync(folder, { recursive: true });
      server.cut(at);
      const run = await box.run(["image"]);
      await expectClear(box, run, 4);
      if (run.code !== 0) failed++;
      server.cut(undefined);
      expect(await finish(box), `file ${String(at)}`).to.deep.equal(undisturbed);
    }
    expect(failed, "runs that failed").to.be.greaterThan(0);
    console.log(`      ${String(Math.ceil(files / step))} of ${String(files)} files were cut off`);
  });
});

describe("an engine that dies while kolla-build runs", () => {
  const box = useSandbox("dying-engine");

  it("is named, and when it is back the images are built, and nothing else", async () => {
    configureFakes(box);
    steadyFakes(box);
    const undisturbed = await finish(box);
    const gone = "echo 'Cannot connect to the Docker daemon. Is the docker daemon running?' >&2\nexit 1";
    const dead = join(box.root, "dead");
    fakeKolla(box, `touch '${dead}'\necho 'docker.errors.DockerException: Connection aborted.' >&2\nexit 1`);
    const dies = `if [ -e '${dead}' ]; then\n${gone}\nfi\n`;
    fakeDocker(box, { "image*": `${dies}exit 1`, version: `${dies}echo 'Version: 28'` });
    const run = await box.run(["image", "--from", "images"]);
    await expectClear(box, run, 7);
    expect(run.code).to.equal(7);
    expect((await box.run(["image"])).code).to.equal(3);
    rmSync(dead);
    steadyFakes(box);
    fakeDocker(box);
    box.forgetCalls();
    expect(await finish(box)).to.deep.equal(undisturbed);
    expect(mavenBuilds(box)).to.equal(0);
  });
});

describe("a clock that jumps", () => {
  const box = useSandbox("clock");
  const DAY = 86_400_000;

  /** Has Date jump by so many milliseconds when it has been asked so often. */
  const jump = (by: number, after: number): RunOptions => {
    const preload = box.write(
      "jump.cjs",
      [
        "const RealDate = Date;",
        "let asked = 0;",
        `const shift = () => (++asked > ${String(after)} ? ${String(by)} : 0);`,
        "globalThis.Date = class extends RealDate {",
        "  constructor(...given) { super(...(given.length === 0 ? [RealDate.now() + shift()] : given)); }",
        "  static now() { return RealDate.now() + shift(); }",
        "};",
      ].join("\n"),
    );
    return { env: { NODE_OPTIONS: `--require=${preload}` } };
  };

  const JUMPS = [
    ["is twenty years behind", -20 * 365 * DAY, 0],
    ["goes a day ahead in the middle of a run", DAY, 5],
    ["is a year ahead", 365 * DAY, 0],
    ["goes an hour back in the middle of a run", -DAY / 24, 5],
  ] as const;
  for (const [title, by, after] of all ? JUMPS : JUMPS.slice(0, 2)) {
    it(`and ${title}: the run ends well with the same result, and with nothing changed does nothing`, async () => {
      configureFakes(box);
      steadyFakes(box);
      rmSync(box.work, { recursive: true, force: true });
      const undisturbed = await finish(box);
      const run = await box.run(["image", "--force", "--json"], jump(by, after));
      expectDone(run);
      const { stages } = JSON.parse(run.stdout) as { stages: { seconds: number }[] };
      for (const { seconds } of stages) expect(seconds).to.be.within(0, 100);
      const again = await box.run(["image", "--json"], jump(by, after));
      expect(again.stdout).to.not.include('"status":"done"');
      expect(await finish(box)).to.deep.equal(undisturbed);
    });
  }
});
