// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { delimiter, dirname, join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectNothingHalfWritten,
  fakeKolla,
  fakeMaven,
  forgetImages,
  kollaSucceeds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { DISTRIBUTION, zipOf } from "../support/integration-zip.ts";
import { CHECKOUT } from "../support/sandbox.ts";
import { isRunning, until, waitingProcesses, waits } from "../support/integration-waiting.ts";

describe("a run that is interrupted", () => {
  const box = useSandbox("interrupted");
  const lock = () => join(box.work, "lock.json");

  before("all is there", async () => {
    configureFakes(box);
    expectDone(await box.run(["image"]));
  });

  beforeEach("OSC is to be built and images are to be made", () => {
    configureFakes(box);
    rmSync(join(box.work, "trees"), { recursive: true, force: true });
    forgetImages(box);
    rmSync(join(box.root, "waiting"), { force: true });
  });

  /** Starts `image`, sends it the signal while a fake waits, and looks at what it leaves behind. */
  async function interrupt(signal: NodeJS.Signals, code: number): Promise<void> {
    const { child, done } = box.start(["image", "--json"]);
    const pids = await waitingProcesses(box);
    expect(pids.filter(isRunning)).to.deep.equal(pids);
    child.kill(signal);
    const run = await done;
    expect(run.code, run.stderr).to.equal(code);
    expect(run.stderr).to.include(`stopped by ${signal}`).and.to.include("Run it again");
    expect((JSON.parse(run.stdout) as { error: object }).error).to.include({ code: "INTERRUPTED" });
    await until("nothing of the group runs", () => !pids.some(isRunning));
    expect(existsSync(lock()), "the lock").to.equal(false);
    expectNothingHalfWritten(box);
  }

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`in the middle of Maven by ${signal} ends with ${String(code)}, Maven and its children gone`, async () => {
      fakeMaven(box, { first: waits(box) });
      await interrupt(signal, code);
      fakeMaven(box);
      expectDone(await box.run(["image"]));
    });
  }

  it("in the middle of a Maven that does not listen ends all the same", async () => {
    fakeMaven(box, { first: `trap '' TERM INT\n${waits(box)}` });
    // INTERRUPTED, with 143
    await interrupt("SIGTERM", 143);
    fakeMaven(box);
    expectDone(await box.run(["image"]));
  });

  it("in the middle of kolla-build ends with its children gone, and the next run builds the images alone", async () => {
    expectDone(await box.run(["context"]));
    fakeKolla(box, waits(box));
    await interrupt("SIGINT", 130);
    box.forgetCalls();
    fakeKolla(box, kollaSucceeds(box));
    expectDone(await box.run(["image"]));
    expect(box.calls("mvn")).to.deep.equal([]);
  });

  it("in the middle of a clone leaves no half of it, and the next run clones", async () => {
    rmSync(join(box.work, "clones"), { recursive: true });
    const real = (process.env["PATH"] ?? "")
      .split(delimiter)
      .map((folder) => join(folder, "git"))
      .find(existsSync);
    const wait = `echo "$$" >'${box.root}/waiting'\nexec sleep 600`;
    box.fake("git", { "*' fetch '*": wait, "*": `exec '${String(real)}' "$@"` });
    await interrupt("SIGINT", 130);
    expect(readdirSync(join(box.work, "clones"))).to.deep.equal([]);
    rmSync(join(box.bin, "git"));
    expectDone(await box.run(["image"]));
  });

  it("by SIGKILL leaves a lock that holds nobody up, and the next run ends as if nothing had happened", async () => {
    fakeMaven(box, { first: waits(box) });
    const { child, done } = box.start(["image"]);
    const pids = await waitingProcesses(box);
    child.kill("SIGKILL");
    expect((await done).endedBy).to.equal("SIGKILL");
    await until("nothing that it started runs", () => !pids.some(isRunning));
    expect(existsSync(lock()), "the dead run's lock").to.equal(true);
    fakeMaven(box);
    expectDone(await box.run(["image"]));
    expect(existsSync(lock())).to.equal(false);
    expectNothingHalfWritten(box);
  });
});

describe("two runs at once", () => {
  const box = useSandbox("two-runs");

  it("in one work folder: the second one ends with 8 and names the first one, which goes on", async () => {
    configureFakes(box);
    fakeMaven(box, { first: waits(box) });
    const first = box.start(["image"]);
    await waitingProcesses(box);
    const holder = JSON.parse(readFileSync(join(box.work, "lock.json"), "utf8")) as { pid: number };

    const second = await box.run(["tarball", "--lock-timeout", "0"]);
    expect(second.code, second.stderr).to.equal(8);
    expect(second.stderr).to.include("docs/errors/LOCKED.md");
    expect(second.stderr)
      .to.include(`process ${String(holder.pid)} `)
      .and.to.include("osc-kolla image");
    expect(second.stderr).to.include(box.work).and.to.include("--work-dir");
    expect(holder.pid).to.equal(first.child.pid);

    const plan = await box.run(["image", "--dry-run"]);
    expect(plan.code, plan.stderr).to.equal(0);

    const waiting = box.start(["tarball"]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    box.write("go", "");
    expectDone(await first.done);
    const third = await waiting.done;
    expectDone(third);
    expect(third.stderr).to.include(`Waiting for the folder ${box.work}, which another run holds: process `);
  });

  it("in two work folders: both succeed, with the same result", async () => {
    configureFakes(box);
    const other = ["--work-dir", join(box.root, "work-2"), "--output-dir", join(box.root, "out-2")];
    const both = await Promise.all([box.run(["tarball", "--force"]), box.run(["tarball", ...other])]);
    both.forEach(expectDone);
    const sums = ["out", "out-2"].map((out) => readFileSync(join(box.root, out, "tarballs", "SHA256SUMS"), "utf8"));
    expect(sums[0]).to.equal(sums[1]);
  });

  it("into one output folder: neither takes away what the other one hands to kolla-build", async () => {
    rmSync(join(box.root, "go"), { force: true });
    rmSync(join(box.root, "waiting"), { force: true });
    fakeMaven(box, { bundle: zipOf([...DISTRIBUTION, { path: "opt/vmidc/bin/other", content: "other" }]) });
    const otherMaven = box.write("other-maven", readFileSync(join(box.bin, "mvn")), 0o755);
    box.write("other.zip", readFileSync(join(box.root, "bundle.zip")));
    box.write("other-maven", readFileSync(otherMaven, "utf8").replaceAll("bundle.zip", "other.zip"), 0o755);
    configureFakes(box);
    const list = `ls "$(dirname "$2")/docker/osc-base"`;
    fakeKolla(
      box,
      [`${list} >'${box.root}/at-first'`, waits(box), `${list} >'${box.root}/at-last'`, kollaSucceeds(box)].join("\n"),
    );
    const first = box.start(["image", "--force"]);
    await waitingProcesses(box);
    await box.run([
      ...["context", "--work-dir", join(box.root, "work-3"), "--set", `maven.command=${otherMaven}`],
      ...["--lock-timeout", "1"],
    ]);
    box.write("go", "");
    await first.done;
    const listed = ["at-first", "at-last"].map((name) => readFileSync(join(box.root, name), "utf8"));
    expect(listed[1]).to.equal(listed[0]);
  });

  it("after a run that died: one of those who find its lock goes on, the others are refused", async () => {
    // six processes that ask for the lock in the same millisecond, as the command itself does
    const contender = [
      `const { takeLock } = await import(${JSON.stringify(join(CHECKOUT, "dist", "system", "lock.js"))});`,
      "const [, , folder, start] = process.argv;",
      "while (Date.now() < Number(start));",
      "try {",
      "  const signal = new AbortController().signal;",
      "  const release = await takeLock(folder, { doing: 'a test', now: new Date(), patience: 0, signal });",
      "  console.log('held');",
      // however long the others take to start
      "  process.stdin.on('end', release).resume();",
      "} catch (refused) {",
      "  console.log(refused.code);",
      "}",
    ];
    const script = box.write("contender.mjs", contender.join("\n"));
    const dead = { pid: 999_999_999, host: hostname(), since: "2018-07-01T00:00:00.000Z", doing: "nothing any more" };
    for (const round of [1, 2, 3]) {
      const folder = dirname(box.write(`contended-${String(round)}/lock.json`, JSON.stringify(dead)));
      const start = String(Date.now() + 1500);
      const contenders = Array.from({ length: 6 }, () => spawn(process.execPath, [script, folder, start]));
      const said = await Promise.all(contenders.map(async ({ stdout }) => String(await once(stdout, "data")).trim()));
      for (const { stdin } of contenders) stdin.end();
      expect(said.sort()).to.deep.equal([...Array<string>(5).fill("LOCKED"), "held"]);
    }
  });
});
