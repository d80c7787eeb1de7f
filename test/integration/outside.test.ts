// SPDX-License-Identifier: Apache-2.0
/** What happens outside of a run: a server breaks off, the engine dies, the clock jumps. The next run ends as if nothing had happened. */
import { expect } from "chai";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ALL_ACCIDENTS, expectClear, finish } from "../support/integration-accidents.ts";
import {
  configure,
  configureFakes,
  expectDone,
  fakeDocker,
  fakeKolla,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { type CuttingServer, serveCutting } from "../support/integration-http.ts";
import { jarWith } from "../support/integration-zip.ts";
import { LIBRARIES, sample } from "../support/integration-sample.ts";
import { steadyFakes } from "../support/integration-steady.ts";
import type { RunOptions } from "../support/sandbox.ts";

/** A plugin. */
const FAR = jarWith("far ".repeat(1000));

describe("a server that breaks off in the middle of a file", () => {
  const box = useSandbox("cut");
  let server: CuttingServer;
  let undisturbed: unknown;
  let files: number;

  before(async () => {
    server = await serveCutting(sample().folder, { "far.bar": FAR });
    configureFakes(box);
    steadyFakes(box);
    configure(box, {
      source: { url: `${server.url}/osc-core.git`, ref: "master" },
      libraries: LIBRARIES.map((name) => ({ name, url: `${server.url}/${name}.git` })),
      plugins: [{ url: `${server.url}/far.bar`, sha256: createHash("sha256").update(FAR).digest("hex") }],
    });
    undisturbed = await finish(box);
    files = server.sent();
  });
  after(() => server.close());

  it("is named, whatever it was about to send; nothing half is kept, and the next run ends as if nothing had happened", async () => {
    const step = ALL_ACCIDENTS ? 1 : Math.ceil(files / 4);
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
  for (const [title, by, after] of ALL_ACCIDENTS ? JUMPS : JUMPS.slice(0, 2)) {
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
