// SPDX-License-Identifier: Apache-2.0
/** SIGKILL in the middle of the real Maven and the real kolla-build, and an engine that really dies under it. */
import { expect } from "chai";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { digestsBelow } from "../support/integration-accidents.ts";
import { Bench, must, ROOT } from "../support/e2e.ts";
import { isRunning, processesWith, until } from "../support/integration-waiting.ts";

interface Killed {
  /** the stage from which on everything is done anew */
  readonly from: string;
  /** what the plain lines say when the moment has come */
  readonly when: string;
  /** how long after that, in seconds */
  readonly after: number;
}

const KILLS: readonly Killed[] = [
  { from: "libraries", when: "Build OSC's libraries\n", after: 3 },
  { from: "build", when: "Build OSC\n", after: 2 },
  { from: "build", when: "Build OSC\n", after: 5 },
  { from: "images", when: "Build the images\n", after: 4 },
  { from: "images", when: "Build the images\n", after: 9 },
];

describe("the real programs", () => {
  let bench: Bench;
  let undisturbed: unknown;

  before(async () => {
    bench = await Bench.make("accidents");
    undisturbed = await finish();
  });
  after(() => bench.remove());

  async function finish(): Promise<unknown> {
    await bench.result("image");
    await bench.result("tarball");
    return ["kolla", "tarballs"].map((folder) => digestsBelow(bench.path("out"), folder));
  }

  /** Starts a whole run, and waits until it says something. */
  async function startUntil({ from, when, after }: Killed) {
    const args = [join(ROOT, "bin/osc-kolla.js"), "image", "--from", from, ...bench.options];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await until(`the run says: ${when}`, () => said.includes(when) || child.exitCode !== null);
    await sleep(after * 1000);
    return { child, ended, said: () => said };
  }

  /** All that carries the mark of the run that holds, or held, the work folder. */
  function startedByHolder(): number[] {
    const { mark } = JSON.parse(readFileSync(bench.path("work", "lock.json"), "utf8")) as { mark: string };
    return processesWith(mark);
  }

  for (const kill of KILLS) {
    it(`killed ${String(kill.after)} s after "${kill.when.trim()}" leave nothing running, and the next run ends as if nothing had happened`, async () => {
      const { child, ended } = await startUntil(kill);
      const started = startedByHolder();
      expect(started, "programs that were running").to.not.deep.equal([]);
      child.kill("SIGKILL");
      await ended;
      expect(existsSync(bench.path("work", "lock.json")), "it was killed, not done").to.equal(true);
      await until("nothing runs that it started", () => !started.some(isRunning));
      expect(startedByHolder()).to.deep.equal([]);
      expect(await finish()).to.deep.equal(undisturbed);
      console.log(`      ${String(started.length)} processes were running, none stayed`);
    });
  }

  it("whose engine dies are ended with 7 and a sentence; when it is back, the images are built", async () => {
    const engine = join(ROOT, "scripts/engine.sh");
    const { ended, said } = await startUntil({ from: "images", when: "Build the images\n", after: 6 });
    await must(engine, ["stop"]);
    expect(await ended, said()).to.equal(7);
    await must(engine, ["start"]);
    expect(await finish()).to.deep.equal(undisturbed);
  });
});
