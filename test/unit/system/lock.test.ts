// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type LockRequest, takeLock } from "../../../src/system/lock.ts";
import { failureOf } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("a work folder", () => {
  const folder = temporaryFolder();
  const SINCE = new Date("2026-11-23T02:00:00Z");
  const file = () => join(folder(), "lock.json");
  const request = (doing: string, changes: Partial<LockRequest> = {}): LockRequest => ({
    doing,
    now: SINCE,
    patience: 0,
    onWait: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  });
  const take = () => takeLock(folder(), request("osc-kolla image"));

  /** The lock as this process takes it, changed to what another holder would have left. */
  const heldBy = async (change: (holder: { pid: number; host: string; process: string }) => object) => {
    await rm(file(), { force: true });
    const release = await take();
    const holder = JSON.parse(await readFile(file(), "utf8")) as { pid: number; host: string; process: string };
    await release();
    await put(file(), JSON.stringify({ ...holder, ...change(holder) }));
  };
  const isFree = async (): Promise<boolean> => {
    const release = await take();
    await release();
    return true;
  };

  it("is one run's alone; the second one is told who has it and since when", async () => {
    const release = await take();
    const error = await failureOf(() => takeLock(folder(), request("osc-kolla tarball")));
    expect([error.code, error.exitCode]).to.deep.equal(["LOCKED", 8]);
    expect(error.what).to.include(folder());
    expect(error.reason)
      .to.include(String(process.pid))
      .and.include(hostname())
      .and.include("2026-11-23T02:00:00.000Z")
      .and.include("osc-kolla image");
    await release();
    expect(await isFree()).to.equal(true);
  });

  it("is waited for as long as the patience lasts, and the holder is told of once", async () => {
    const release = await take();
    const told: string[] = [];
    const waiting = takeLock(folder(), request("waits", { patience: 60_000, onWait: (_, who) => told.push(who) }));
    await sleep(500);
    await release();
    await (
      await waiting
    )();
    expect(told).to.have.length(1);
    expect(told[0])
      .to.include(`process ${String(process.pid)}`)
      .and.include("osc-kolla image");
  });

  it("is not waited for any longer by a run that is told to stop", async () => {
    const release = await take();
    const controller = new AbortController();
    const waiting = takeLock(folder(), request("waits", { patience: 60_000, signal: controller.signal }));
    controller.abort(new Error("stopped"));
    expect(await waiting.catch((error: unknown) => String(error))).to.equal("Error: stopped");
    await release();
  });

  it("of a holder that died is free only when what he had started has ended", async () => {
    const left = spawn("sleep", ["600"], { env: { ...process.env, _OSC_KOLLA_RUN: "mark-of-the-dead" } });
    const { pid } = spawnSync("true");
    await heldBy(() => ({ pid, mark: "mark-of-the-dead" }));
    const ended = once(left, "exit");
    expect(await isFree()).to.equal(true);
    expect(await ended).to.deep.equal([null, "SIGTERM"]);
  });

  it("is given to one of many that ask at once", async () => {
    const asked = await Promise.allSettled(Array.from({ length: 20 }, take));
    expect(asked.filter(({ status }) => status === "fulfilled")).to.have.lengthOf(1);
  });

  it("has nothing left in it when it was given back", async () => {
    await isFree();
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it("is made where there is none yet", async () => {
    await (
      await takeLock(join(folder(), "a/b"), request("x"))
    )();
  });

  it("is free when the holder died", async () => {
    const { pid } = spawnSync("true");
    await heldBy(() => ({ pid }));
    expect(await isFree()).to.equal(true);
  });

  it("is free when another process has the dead holder's id now", async () => {
    await heldBy((holder) => ({ process: holder.process.replace(/\d+$/, "1") }));
    expect(await isFree()).to.equal(true);
  });

  it("is free after the machine was started again", async () => {
    await heldBy((holder) => ({ process: holder.process.replace(/^\S+/, "00000000-0000-0000-0000-000000000000") }));
    expect(await isFree()).to.equal(true);
  });

  it("is free where the lock was torn by a crash", async () => {
    for (const torn of ["", '{"pid": 12']) {
      await writeFile(file(), torn);
      expect(await isFree()).to.equal(true);
    }
  });

  it("is held by a living process of the same machine, and by any of another one", async () => {
    await heldBy(() => ({ pid: process.ppid, process: undefined }));
    expect((await failureOf(take)).reason).to.include(String(process.ppid));
    await heldBy(() => ({ pid: spawnSync("true").pid, host: "elsewhere" }));
    expect((await failureOf(take)).reason).to.include("elsewhere");
  });
});
