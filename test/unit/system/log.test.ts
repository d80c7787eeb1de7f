// SPDX-License-Identifier: Apache-2.0
import { existsSync, rmSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { RunLog } from "../../../src/system/log.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("the logs of the runs", () => {
  const folder = temporaryFolder();
  const logs = () => join(folder(), "work/logs");
  const runAt = (minute: number) => new RunLog(logs(), new Date(Date.UTC(2026, 10, 23, 2, minute)));

  it("do not exist before the first program writes one", () => {
    const log = runAt(1);
    expect(existsSync(join(folder(), "work"))).to.equal(false);
    const file = log.program("maven-osc-core").path;
    expect(file).to.equal(join(log.folder, "maven-osc-core.log"));
    expect(existsSync(log.folder)).to.equal(true);
  });

  it("can be read by their owner alone", async () => {
    const before = process.umask(0);
    try {
      const log = runAt(1);
      log.program("git");
      expect((await stat(log.folder)).mode & 0o777).to.equal(0o700);
    } finally {
      process.umask(before);
    }
  });

  it("are one folder for each run, with a file for each program", () => {
    const [one, two] = [runAt(1), runAt(2)];
    expect(one.folder).to.not.equal(two.folder);
    expect(one.program("git").path).to.not.equal(one.program("kolla-build").path);
    expect(one.folder.startsWith(`${logs()}/2026-11-23T02-01-00`)).to.equal(true);
  });

  it("are kept of the last ten runs, those with the oldest ones removed", async () => {
    for (let minute = 0; minute < 14; minute++) await put(runAt(minute).program("git").path, String(minute));
    const kept = await readdir(logs());
    expect(kept).to.have.lengthOf(10);
    expect(kept.sort()[0]).to.match(/T02-04-00/);
    expect(kept.at(-1)).to.match(/T02-13-00/);
  });

  it("have every program's lines as they come, given to whoever wants to see them, without passwords", async () => {
    const seen: string[] = [];
    const log = new RunLog(logs(), new Date(0), { echo: (line) => seen.push(line) });
    const git = log.program("git");
    git.write("fetching https://me:canary@h/x");
    git.write("done");
    expect(await readFile(git.path, "utf8")).to.equal("fetching https://***@h/x\ndone\n");
    expect(seen).to.deep.equal(["fetching https://***@h/x", "done"]);
    expect((await stat(git.path)).mode & 0o777).to.equal(0o600);
  });

  it("have one file with every step, a JSON object a line; none of a run that started no program", async () => {
    const now = new Date("2026-11-23T06:00:00Z");
    const log = new RunLog(logs(), now, { clock: () => now });
    log.step({ stage: "source" });
    expect(existsSync(log.folder)).to.equal(false);
    log.program("git").step({ program: "git", args: ["fetch", "https://me:canary@h"] });
    log.step({ stage: "source", status: "done", seconds: 1 });
    const lines = (await readFile(join(log.folder, "steps.ndjson"), "utf8")).trimEnd().split("\n");
    const time = "2026-11-23T06:00:00.000Z";
    expect(lines.map((line) => JSON.parse(line) as unknown)).to.deep.equal([
      { time, program: "git", args: ["fetch", "https://***@h"], log: join(log.folder, "git.log") },
      { time, stage: "source", status: "done", seconds: 1 },
    ]);
  });

  it("do not disturb a program when the disk is full", () => {
    const log = runAt(1);
    const git = log.program("git");
    rmSync(log.folder, { recursive: true });
    expect(() => git.write("x")).to.not.throw();
  });

  it("are not tidied up by a run that starts no program", async () => {
    for (let minute = 0; minute < 10; minute++) await put(runAt(minute).program("git").path, "");
    runAt(11);
    expect(await readdir(logs())).to.have.lengthOf(10);
    expect((await readdir(logs())).sort()[0]).to.match(/T02-00-00/);
  });
});
