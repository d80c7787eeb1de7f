// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { contentOf, shapeOf } from "../../../bench/trees.ts";
import { secondsOfPrograms } from "../../../bench/world.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

const LIST = "path\tmode\tbytes\na/one.jar\t0644\t70000\ntwo.txt\t0755\t80000\n";

describe("a tree that the benchmark packs", () => {
  it("has the files of the list, as often as it is wanted, each time in another folder", () => {
    const once = [
      { path: "a/one.jar", size: 70000 },
      { path: "two.txt", size: 80000 },
    ];
    expect(shapeOf(LIST, 1)).to.deep.equal(once);
    const thrice = shapeOf(LIST, 3);
    expect(new Set(thrice.map(({ path }) => path)).size).to.equal(6);
    expect(thrice.map(({ size }) => size)).to.deep.equal([70000, 80000, 70000, 80000, 70000, 80000]);
  });

  it("has contents of the right length, jars hardly to be compressed and texts well", () => {
    const noise = randomBytes(50_000);
    const [jar, text] = shapeOf(LIST, 1).map((shape) => contentOf(shape, noise));
    expect([jar?.length, text?.length]).to.deep.equal([70000, 80000]);
    expect(gzipSync(jar ?? "").length).to.be.greaterThan(60_000);
    expect(gzipSync(text ?? "").length).to.be.lessThan(2_000);
  });
});

describe("the seconds of Maven and kolla-build in a run", () => {
  const folder = temporaryFolder();

  it("are those of the steps that its log has, of all of its programs these alone", async () => {
    const steps = [
      { program: "/usr/bin/mvn", seconds: 4.5 },
      { program: "git", args: [] },
      { program: "/usr/bin/docker", seconds: 100 },
      { stage: "build", seconds: 1000 },
      { program: "/venv/bin/kolla-build", seconds: 20 },
    ];
    const lines = steps.map((step) => `${JSON.stringify(step)}\n`).join("");
    await put(join(folder(), "run/steps.ndjson"), lines);
    expect(await secondsOfPrograms([join(folder(), "run"), join(folder(), "empty")])).to.equal(24.5);
    expect(await secondsOfPrograms([])).to.equal(0);
  });
});
