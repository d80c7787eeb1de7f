// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { inTurn, median, type Sample } from "../../../bench/measure.ts";
import { isReached, outcomeText, rowsOf, type Target, targetText, told, wall } from "../../../bench/report.ts";

const sample = (seconds: number, programs?: number): Sample => {
  return { wall: seconds, cpu: seconds, own: undefined, told: programs === undefined ? {} : { programs } };
};

const target: Target = { what: "ours to theirs", limit: 3, is: "at most", found: 2, unit: " ×" };

describe("what the benchmark says", () => {
  it("has the value in the middle as the median, and of an even number the mean of the two there", () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([10, 1, 2, 4])).to.equal(3);
    expect(median([7])).to.equal(7);
  });

  it("compares minima and medians with the row that is named, and with none where none is", () => {
    const samples = new Map([
      ["a", [sample(2), sample(4), sample(3)]],
      ["b", [sample(8), sample(6), sample(1)]],
    ]);
    const names = [["a", "a", wall] as const, ["b", "b", wall] as const];
    const [a, b] = rowsOf(samples, names, "a");
    expect(a).to.include({ min: 2, median: 3, ratioOfMin: 1, ratioOfMedian: 1 });
    expect(b).to.include({ min: 1, median: 6, ratioOfMin: 0.5, ratioOfMedian: 2 });
    expect(rowsOf(samples, names)[1]).to.include({ ratioOfMin: undefined, ratioOfMedian: undefined });
  });

  it("leaves out runs that have no such figure", () => {
    const samples = new Map([["a", [sample(5, 2), sample(6), sample(9, 4)]]]);
    expect(rowsOf(samples, [["programs", "a", told("programs")]])[0]?.values).to.deep.equal([2, 4]);
  });

  it("says of each target whether it was reached, the limit itself too", () => {
    expect(isReached({ ...target, found: 3 })).to.equal(true);
    expect(isReached({ ...target, found: 3.01 })).to.equal(false);
    expect(isReached({ ...target, is: "at least", found: 3 })).to.equal(true);
    expect(isReached({ ...target, is: "at least", found: 2.99 })).to.equal(false);
    expect(isReached({ ...target, found: NaN })).to.equal(false);
    expect(targetText(target)).to.equal("reached: ours to theirs at most 3 ×: 2 ×");
    expect(targetText({ ...target, found: 123.4 })).to.equal("MISSED: ours to theirs at most 3 ×: 123 ×");
  });

  it("is a table that a README can take as it is", () => {
    const rows = rowsOf(new Map([["a", [sample(0.5), sample(12.5)]]]), [["a", "a", wall]], "a");
    expect(
      outcomeText({ id: "x", title: "Title", unit: "s", rows, targets: [target], notes: ["a note"] }).split("\n"),
    ).to.deep.equal([
      "### x",
      "",
      "| Title (s) |   min | median | runs | ratio of min | of median |",
      "| --------- | ----: | -----: | ---: | -----------: | --------: |",
      "| a         | 0.500 |  6.500 |    2 |          1 × |       1 × |",
      "",
      "- reached: ours to theirs at most 3 ×: 2 ×",
      "- a note",
      "",
    ]);
  });
});

describe("those that the benchmark compares", () => {
  it("run in turn, each as often as it is told to, and only counted runs count", async () => {
    const order: string[] = [];
    const contender = (name: string, rounds?: number) => ({
      name,
      command: ["true"],
      before: () => Promise.resolve(void order.push(name)),
      ...(rounds === undefined ? {} : { rounds }),
    });
    const samples = await inTurn([contender("a"), contender("b", 1)], 2, 1, (round) =>
      Promise.resolve(void order.push(String(round))),
    );
    expect(order.join(" ")).to.equal("0 a b 1 a b 2 a");
    expect([...samples].map(([name, { length }]) => [name, length])).to.deep.equal([
      ["a", 2],
      ["b", 1],
    ]);
  });

  it("are timed with all that they wait for, and say of themselves what they like", async () => {
    const spin = "for ((i = 0; i < 60000; i++)); do :; done";
    const after = () => Promise.resolve({ programs: 7 });
    const samples = await inTurn([{ name: "a", command: ["bash", "-c", `bash -c '${spin}'; true`], after }], 1, 0);
    const [one] = samples.get("a") ?? [];
    expect(one?.cpu).to.be.greaterThan(0);
    expect(one?.wall).to.be.greaterThan(0);
    expect(one?.told).to.deep.equal({ programs: 7 });
    expect(one?.own).to.equal(undefined);
  });

  it("stop the benchmark with their own words when they fail", async () => {
    const failing = { name: "a", command: ["bash", "-c", "echo out; echo words >&2; exit 4"] };
    const thrown = await inTurn([failing], 1, 0).catch((error: unknown) => error);
    expect(String(thrown)).to.include("a ended with 4").and.include("out").and.include("words");
  });
});
