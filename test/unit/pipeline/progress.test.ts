// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type After, cut, tellTime, throttle } from "../../../src/pipeline/progress.ts";

describe("a stage's progress", () => {
  let shown: string[];
  let due: (() => void) | undefined;
  const wait: After = (milliseconds, call) => {
    expect(milliseconds).to.equal(2_000);
    due = call;
    return () => (due = undefined);
  };
  /** The interval is over. */
  const tick = () => {
    const call = due;
    due = undefined;
    call?.();
  };
  const progress = () => throttle((line) => shown.push(line), 2_000, wait);

  beforeEach(() => {
    shown = [];
    due = undefined;
  });

  it("is its first line at once, the newest one every interval, and the last", () => {
    const { take, end } = progress();
    for (const line of ["1", "2", "3"]) take(line);
    expect(shown).to.deep.equal(["1"]);
    tick();
    expect(shown).to.deep.equal(["1", "3"]);
    for (const line of ["4", "5"]) take(line);
    end();
    expect(shown).to.deep.equal(["1", "3", "5"]);
    expect(due, "a timer that holds the process").to.equal(undefined);
  });

  it("is shown at once again after a silence", () => {
    const { take } = progress();
    take("1");
    tick();
    take("2");
    expect(shown).to.deep.equal(["1", "2"]);
  });

  it("says nothing twice, and nothing where there was nothing", () => {
    const one = progress();
    one.take("only");
    one.end();
    one.end();
    progress().end();
    expect(shown).to.deep.equal(["only"]);
    expect(due).to.equal(undefined);
  });

  it("is cut to a width, and says that it was", () => {
    expect(cut("module 1 of 18", 14)).to.equal("module 1 of 18");
    expect(cut("module 1 of 18", 10)).to.equal("module 1 …");
    expect(cut("module", 0)).to.equal("…");
  });
});

describe("how long a stage has been running", () => {
  it("is told at each full second, as long as it runs, also by timers that end too early or late", () => {
    let now = 500;
    let due: (() => void) | undefined;
    const waited: number[] = [];
    const wait: After = (milliseconds, call) => {
      waited.push(milliseconds);
      due = call;
      return () => (due = undefined);
    };
    const shown: string[] = [];
    const stop = tellTime(
      (time) => shown.push(time),
      () => now,
      wait,
    );
    for (const later of [1_000, 999, 57_901, 100, 3_600_000]) {
      now += later;
      due?.();
    }
    expect(shown).to.deep.equal(["1s", "2s", "59s", "1m0s", "61m0s"]);
    expect(waited).to.deep.equal([1_000, 1_000, 1_001, 100, 1_000, 1_000]);
    stop();
    expect(due, "a timer that holds the process").to.equal(undefined);
  });
});
