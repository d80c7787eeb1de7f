// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { cut, throttle } from "../../../src/pipeline/progress.ts";

describe("a stage's progress", () => {
  let now: number;
  let shown: string[];
  const progress = () =>
    throttle(
      (line) => shown.push(line),
      2_000,
      () => now,
    );

  beforeEach(() => {
    now = 0;
    shown = [];
  });

  it("is its first line, one every interval, and the last", () => {
    const { take, end } = progress();
    for (let second = 0; second < 7; second += 0.5) {
      now = second * 1000;
      take(`at ${String(second)}`);
    }
    end();
    expect(shown).to.deep.equal(["at 0", "at 2", "at 4", "at 6", "at 6.5"]);
  });

  it("says nothing twice, and nothing where there was nothing", () => {
    const one = progress();
    one.take("only");
    one.end();
    one.end();
    progress().end();
    expect(shown).to.deep.equal(["only"]);
  });

  it("is cut to a width, and says that it was", () => {
    expect(cut("module 1 of 18", 14)).to.equal("module 1 of 18");
    expect(cut("module 1 of 18", 10)).to.equal("module 1 …");
    expect(cut("module", 0)).to.equal("…");
  });
});
