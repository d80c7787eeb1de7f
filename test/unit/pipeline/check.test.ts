// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Check, defineCheck, requireAll, runChecks } from "../../../src/pipeline/check.ts";
import { interrupted, missing } from "../../../src/system/errors.ts";
import { failureOf, thrownBy } from "../../support/unit-failure.ts";
import { fakeContext } from "../../support/unit-stage.ts";

describe("a check", () => {
  const context = fakeContext("/nonexistent");
  const finding = async (look: Parameters<typeof defineCheck>[2]) => defineCheck("a", "A", look).run(context);
  const error = missing("looking for git", "there is none", "install it");

  it("that finds what is needed says what", async () => {
    expect(await finding(() => Promise.resolve("git 2"))).to.deep.equal({ level: "good", found: "git 2" });
  });

  it("passes a warning on, and has nothing to say where there is nothing to look at", async () => {
    const warning = { level: "warning", found: "x", mend: "y" } as const;
    expect(await finding(() => Promise.resolve(warning))).to.equal(warning);
    expect(await finding(() => Promise.resolve(undefined))).to.equal(undefined);
  });

  it("that fails is bad, with the cause and what mends it", async () => {
    const bad = { level: "bad", found: "there is none", mend: "install it", error };
    expect(await finding(() => Promise.reject(error))).to.deep.equal(bad);
    // also where the look throws at once
    const throws = () => {
      throw error;
    };
    expect(await finding(throws)).to.deep.equal(bad);
  });

  it("that the file system refuses is bad, too", async () => {
    const refused = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", syscall: "open" });
    expect(await finding(() => Promise.reject(refused))).to.include({ level: "bad", found: refused.message });
  });

  it("with a defect does not hide it, and one that is interrupted says so", async () => {
    const defect = new TypeError("x is undefined");
    expect(await thrownBy(() => finding(() => Promise.reject(defect)))).to.equal(defect);
    const stopped = { ...context, signal: AbortSignal.abort(interrupted("SIGINT")) };
    const check = defineCheck("a", "A", () => Promise.reject(error));
    expect(await failureOf(() => check.run(stopped))).to.include({ code: "INTERRUPTED" });
  });

  it("runs once and beside the others, and is told in its order", async () => {
    let started = 0;
    let release = (): void => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    const slow = (id: string): Check =>
      defineCheck(id, id, async () => {
        started += 1;
        // nobody ends before everybody has begun
        if (started === 3) release();
        await all;
        return id === "b" ? undefined : id;
      });
    const [a, b, c] = ["a", "b", "c"].map(slow) as [Check, Check, Check];
    const seen = await runChecks([a, b, c, a], context);
    expect(seen.map(({ check, finding: { found } }) => [check.id, found])).to.deep.equal([
      ["a", "a"],
      ["c", "c"],
    ]);
    expect(started).to.equal(3);
  });

  it("ends a run only when it is bad", async () => {
    const good = defineCheck("a", "A", () => Promise.resolve("x"));
    const warning = defineCheck("b", "B", () => Promise.resolve({ level: "warning", found: "x", mend: "y" }));
    await requireAll([good, warning], context);
    const bad = defineCheck("c", "C", () => Promise.reject(error));
    expect(await thrownBy(() => requireAll([good, bad], context))).to.equal(error);
  });
});
