// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { decide, type Question } from "../../../src/pipeline/decide.ts";
import { fingerprint } from "../../../src/pipeline/fingerprint.ts";
import type { Finished } from "../../../src/pipeline/record.ts";
import type { Parts } from "../../../src/pipeline/stage.ts";

describe("why a stage runs", () => {
  const PARTS = { commit: "abc", maven: "3.8.7" };

  const record = (parts: Parts, toolVersion = "1"): Finished => ({
    fingerprint: fingerprint("build", toolVersion, parts),
    parts,
    result: { bundle: "/b" },
    outputs: {},
  });

  const ask = (given: Partial<Question> = {}) => {
    const question: Question = {
      id: "build",
      toolVersion: "1",
      parts: PARTS,
      record: record(PARTS),
      damage: undefined,
      force: undefined,
      ...given,
    };
    const decision = decide(question);
    return decision.run ? decision.because : decision.finished.result;
  };

  it("does not, with everything as it was, and gives what it made then", () => {
    expect(ask()).to.deep.equal({ bundle: "/b" });
  });

  it("is that somebody wants it", () => {
    expect(ask({ force: "--force" })).to.equal("--force");
    expect(ask({ force: "--force", record: undefined, parts: undefined, damage: "x" })).to.equal("--force");
  });

  it("is that it was never finished", () => {
    expect(ask({ record: undefined })).to.equal("it has not been done yet");
    expect(ask({ record: undefined, parts: undefined })).to.equal("it has not been done yet");
  });

  it("is that nobody can know without running it", () => {
    expect(ask({ parts: undefined })).to.match(/known only when it runs/);
  });

  it("is what changed, with both values", () => {
    expect(ask({ parts: { ...PARTS, commit: "def" } })).to.equal('commit was "abc", is "def"');
    expect(ask({ parts: { ...PARTS, java: "8" } })).to.equal('java was nothing, is "8"');
    expect(ask({ parts: { maven: "3.8.7" } })).to.equal('commit was "abc", is nothing');
    expect(ask({ parts: { commit: "def", maven: "3.9" } })).to.equal(
      'commit was "abc", is "def"; maven was "3.8.7", is "3.9"',
    );
  });

  it("is what is new and what is gone of a list", () => {
    const was = record({ ...PARTS, arguments: ["--profile", "osc", "--nopull"] });
    const now = (list: readonly string[]) => ask({ record: was, parts: { ...PARTS, arguments: list } });
    expect(now(["--profile", "osc", "--tag", "2"])).to.equal('arguments: "--tag" "2" new, "--nopull" gone');
    expect(now(["--profile", "osc"])).to.equal('arguments: "--nopull" gone');
    expect(now(["--nopull", "--profile", "osc"])).to.equal("arguments: another order");
  });

  it("is said briefly, however long the values are", () => {
    const because = String(ask({ parts: { ...PARTS, commit: "x".repeat(5000) } }));
    expect(because).to.match(/^commit was "abc", is "x+…$/);
    expect(because.length).to.be.below(100);
  });

  it("is that another version of the tool did it", () => {
    expect(ask({ record: record(PARTS, "0.9") })).to.equal("it was done by another version of osc-kolla");
  });

  it("is that its result is not as it was left; what changed before that counts first", () => {
    expect(ask({ damage: "/b is gone" })).to.equal("/b is gone");
    expect(ask({ damage: "/b is gone", parts: { ...PARTS, commit: "def" } })).to.match(/^commit was/);
  });
});
