// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { forget, readRecord, writeRecord } from "../../../src/pipeline/record.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("the record of a finished stage", () => {
  const folder = temporaryFolder();
  const FINISHED = {
    fingerprint: "f",
    parts: { a: [1, "é"] },
    result: { b: null },
    outputs: { "/x": "1 2" },
    seconds: 3,
  };
  const file = () => join(folder(), "stage-build.json");

  it("is read back as it was written, for that stage alone", async () => {
    await writeRecord(folder(), "build", FINISHED);
    expect(await readRecord(folder(), "build")).to.deep.include(FINISHED);
    expect(await readRecord(folder(), "source")).to.equal(undefined);
  });

  it("counts as none wherever it is torn", async () => {
    await writeRecord(folder(), "build", FINISHED);
    const whole = (await readFile(file(), "utf8")).trimEnd();
    for (let length = 0; length < whole.length; length++) {
      await writeFile(file(), whole.slice(0, length));
      expect(await readRecord(folder(), "build"), `torn after ${String(length)}`).to.equal(undefined);
    }
  });

  it("counts as none when another release wrote it in another form", async () => {
    await put(file(), JSON.stringify({ ...FINISHED, format: 99 }));
    expect(await readRecord(folder(), "build")).to.equal(undefined);
    await put(file(), JSON.stringify(FINISHED));
    expect(await readRecord(folder(), "build")).to.equal(undefined);
  });

  it("can be forgotten, also when there is none", async () => {
    await forget(folder(), "build");
    await writeRecord(folder(), "build", FINISHED);
    await forget(folder(), "build");
    expect(await readRecord(folder(), "build")).to.equal(undefined);
  });
});
