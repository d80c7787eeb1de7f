// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
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
    const file = log.file("maven-osc-core");
    expect(file).to.equal(join(log.folder, "maven-osc-core.log"));
    expect(existsSync(log.folder)).to.equal(true);
  });

  it("can be read by their owner alone", async () => {
    const before = process.umask(0);
    try {
      const log = runAt(1);
      log.file("git");
      expect((await stat(log.folder)).mode & 0o777).to.equal(0o700);
    } finally {
      process.umask(before);
    }
  });

  it("are one folder for each run, with a file for each program", () => {
    const [one, two] = [runAt(1), runAt(2)];
    expect(one.folder).to.not.equal(two.folder);
    expect(one.file("git")).to.not.equal(one.file("kolla-build"));
    expect(one.folder.startsWith(`${logs()}/2026-11-23T02-01-00`)).to.equal(true);
  });

  it("are kept of the last ten runs, those with the oldest ones removed", async () => {
    for (let minute = 0; minute < 14; minute++) await put(runAt(minute).file("git"), String(minute));
    const kept = await readdir(logs());
    expect(kept).to.have.lengthOf(10);
    expect(kept.sort()[0]).to.match(/T02-04-00/);
    expect(kept.at(-1)).to.match(/T02-13-00/);
  });

  it("are not tidied up by a run that starts no program", async () => {
    for (let minute = 0; minute < 10; minute++) await put(runAt(minute).file("git"), "");
    runAt(11);
    expect(await readdir(logs())).to.have.lengthOf(10);
    expect((await readdir(logs())).sort()[0]).to.match(/T02-00-00/);
  });
});
