// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { checkRef, findRef, mayBeCommitId, parseRefs } from "../../../src/git/refs.ts";
import { OscKollaError } from "../../../src/system/errors.ts";
import { failureOf } from "../../support/unit-failure.ts";

const accepted = (ref: string): boolean => {
  try {
    return checkRef(ref) === ref;
  } catch (thrown) {
    if (thrown instanceof OscKollaError && thrown.code === "BAD_REF" && thrown.exitCode === 4) return false;
    throw thrown;
  }
};

const id = (digit: string) => digit.repeat(40);

describe("a ref that somebody gives", () => {
  it("may be a branch, a tag, a commit id, or the full name of one", () => {
    const good = [
      "master",
      "v0.8.0",
      "v1.0.0-SNAPSHOT",
      "feature/x-1",
      "refs/tags/v1",
      id("a"),
      "abcdef0",
      "a@b",
      "grün",
    ];
    for (const ref of good) expect(accepted(ref), ref).to.equal(true);
  });

  it("is refused where git would take it for an option, whatever follows", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (rest) => !accepted(`-${rest}`)));
  });

  it("is refused with a control character or a blank anywhere in it", () => {
    const control = fc.constantFrom(...Array.from({ length: 33 }, (_, code) => String.fromCharCode(code)), "\x7f");
    fc.assert(fc.property(fc.string(), control, fc.string(), (a, bad, b) => !accepted(`${a}${bad}${b}`)));
  });

  it("is refused with what git gives a meaning of its own", () => {
    const special = fc.constantFrom("..", "@{", "~", "^", ":", "?", "*", "[", "\\", "//");
    fc.assert(fc.property(fc.string(), special, fc.string(), (a, bad, b) => !accepted(`${a}${bad}${b}`)));
  });

  it("is refused where git allows no such name", () => {
    for (const ref of ["", "@", "/a", "a/", "a.", ".a", "a/.b", "a.lock", "a.lock/b", "HEAD~1", "v1^{}", "a b"]) {
      expect(accepted(ref), JSON.stringify(ref)).to.equal(false);
    }
  });

  it("is quoted in the refusal, so that nothing in it reaches the terminal as it is", async () => {
    const error = await failureOf(() => checkRef("-\x1b[31m"));
    expect(error.what).to.include(String.raw`"-\u001b[31m"`);
    expect(error.hint).to.include("--ref");
  });

  it("counts as a commit id from seven hex digits on", () => {
    expect(["abcdef0", id("a"), id("a").slice(1)].map(mayBeCommitId)).to.deep.equal([true, true, true]);
    expect(["abcdef", "abcdefg", id("A"), `${id("a")}a`, "master"].map(mayBeCommitId)).to.not.include(true);
  });
});

describe("what a ref means", () => {
  const lsRemote = [
    `${id("1")}\trefs/heads/master`,
    `${id("2")}\trefs/heads/v1`,
    `${id("3")}\trefs/tags/v1`,
    `${id("4")}\trefs/tags/v2`,
    `${id("5")}\trefs/tags/v2^{}`,
    `${id("6")}\trefs/heads/abcdef0`,
    "",
  ].join("\n");
  const refs = parseRefs(lsRemote);
  const find = (ref: string) => findRef(refs, ref, "https://host/osc");

  it("is the branch or the tag of that name", () => {
    expect(find("master")).to.equal(id("1"));
    expect(find("refs/heads/v1")).to.equal(id("2"));
  });

  it("is the tag where a branch has the same name", () => {
    expect(find("v1")).to.equal(id("3"));
  });

  it("is the commit of an annotated tag, not the tag's own id", () => {
    expect(find("v2")).to.equal(id("5"));
    expect([...refs.values()]).to.not.include(id("4"));
  });

  it("is left to the clone where it may be a commit id, unless a branch is called so", () => {
    expect(find("abcdef1")).to.equal(undefined);
    expect(find("abcdef0")).to.equal(id("6"));
  });

  it("is unknown otherwise: the error names the repository and what it has", async () => {
    const error = await failureOf(() => find("v3"));
    expect([error.code, error.exitCode]).to.deep.equal(["UNKNOWN_REF", 4]);
    expect(error.what).to.include('"v3"').and.include("https://host/osc");
    expect(error.reason).to.include("it has master, v1, v1, v2, abcdef0");
  });

  it("is unknown in an empty repository, and in one with thousands of names not all are listed", async () => {
    expect((await failureOf(() => findRef(new Map(), "v3", "u"))).reason).to.include("no branch and no tag");
    const many = parseRefs(Array.from({ length: 5000 }, (_, n) => `${id("1")}\trefs/tags/t${String(n)}`).join("\n"));
    const { reason } = await failureOf(() => findRef(many, "v3", "u"));
    expect(reason).to.include("t0,").and.not.include("t4999");
  });
});
