// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import * as errors from "../../../src/system/errors.ts";

const { OscKollaError } = errors;

/** Every error of the tool, as somebody would run into it, with its exit code by the product's contract. */
const EVERY: readonly (readonly [error: errors.OscKollaError, code: string, exitCode: number])[] = [
  [errors.usage("unknown option"), "USAGE", 2],
  [errors.badConfiguration(["a:1:1: x", "b: y"]), "BAD_CONFIGURATION", 2],
  [errors.fileExists("/srv/osc-kolla.yaml"), "FILE_EXISTS", 2],
  [errors.notOurs("/srv", "work_dir"), "NOT_OURS", 2],
  [errors.missing("looking for Maven", "none", "install it", "/log"), "MISSING", 3],
  [errors.notHere(["https://h/x"]), "NOT_HERE", 3],
  [errors.engineMissing("unix:///x", "no answer"), "ENGINE_MISSING", 3],
  [errors.sourceUnreachable("https://h", "no route", undefined, "/log"), "SOURCE_UNREACHABLE", 4],
  [errors.badRef("-x"), "BAD_REF", 4],
  [errors.unknownRef("x", "https://h", ["a"]), "UNKNOWN_REF", 4],
  [errors.cloneDamaged("/srv/osc.git", "error: inflate"), "CLONE_DAMAGED", 4],
  [errors.noVersion("https://h", "abc", "no tags"), "NO_VERSION", 4],
  [errors.sourceShape("reading a pom", "none", "see source.url"), "SOURCE_SHAPE", 4],
  [errors.libraryVersion("api", "2", "1", "set the ref"), "LIBRARY_VERSION", 4],
  [errors.badPatch("a.patch", "error: patch failed"), "BAD_PATCH", 4],
  [errors.badPlugin("a.bar", "no file"), "BAD_PLUGIN", 4],
  [errors.badJre("jre.tar.gz", "no bin/java"), "BAD_JRE", 4],
  [errors.artifactsMissing([["g:a:1", "jboss"]], ["jboss", "mine"]), "ARTIFACTS_MISSING", 5],
  [errors.repositoryRefuses("mine", "https://h", 401), "REPOSITORY_REFUSES", 5],
  [errors.buildFailed("osc-core", "error", "see above", "/log"), "BUILD_FAILED", 5],
  [errors.badDistribution("/b.zip", ["a is a link", "b is missing"]), "BAD_DISTRIBUTION", 6],
  [errors.stagingFailed("packing", "ENOSPC"), "STAGING_FAILED", 6],
  [
    errors.fileSystem(Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC", syscall: "write" })),
    "FILE_SYSTEM",
    6,
  ],
  [errors.unreadable("a.tar", "it is cut off"), "UNREADABLE", 6],
  [errors.notAsPublished("out", ["a.tar: another one"]), "NOT_AS_PUBLISHED", 6],
  [errors.unknownPath("opt/a", ["opt/b"]), "UNKNOWN_PATH", 2],
  [errors.kollaFailed("osc failed", "do this", "/log"), "KOLLA_FAILED", 7],
  [errors.imageInUse("kolla/osc:1", "a container uses it"), "IMAGE_IN_USE", 7],
  [errors.saveFailed(["kolla/osc:1"], "no such image", undefined), "SAVE_FAILED", 7],
  [errors.locked("/work", "process 1"), "LOCKED", 8],
  [errors.interrupted("SIGHUP"), "INTERRUPTED", 129],
  [errors.interrupted("SIGINT"), "INTERRUPTED", 130],
  [errors.interrupted("SIGTERM"), "INTERRUPTED", 143],
  [errors.defect(new TypeError("x is undefined")), "DEFECT", 1],
];

describe("every error", () => {
  for (const [error, code, exitCode] of EVERY) {
    it(`${code} ends the program with ${String(exitCode)}, and says what, why and what to do`, () => {
      expect(error).to.be.instanceOf(OscKollaError).and.be.instanceOf(Error);
      expect([error.name, error.code, error.exitCode]).to.deep.equal(["OscKollaError", code, exitCode]);
      expect(error.message).to.equal(`${error.what}: ${error.reason}`);
      // a clause that stands behind "failed while"
      expect(error.what).to.match(/^[a-z]+ing\b/);
      expect(error.reason).to.not.equal("");
      if (code !== "STAGING_FAILED") expect(error.hint).to.match(/\w/);
      expect(error.page).to.equal(`docs/errors/${code}.md`);
    });
  }

  it("is on this list", () => {
    const makers = Object.entries(errors).filter(
      ([name, value]) => typeof value === "function" && !["OscKollaError", "messageOf", "together"].includes(name),
    );
    const codes = new Set(EVERY.map(([, code]) => code));
    expect(makers.map(([name]) => name.replaceAll(/[A-Z]/g, (big) => `_${big}`).toUpperCase())).to.have.members([
      ...codes,
    ]);
    expect([...errors.CODES]).to.have.members([...codes]);
  });

  it("has the log where there is one", () => {
    const withLog = EVERY.filter(([error]) => error.log !== undefined).map(([, code]) => code);
    expect(withLog).to.deep.equal(["MISSING", "SOURCE_UNREACHABLE", "BUILD_FAILED", "KOLLA_FAILED"]);
  });

  it("keeps every fault of a list on a line of its own", () => {
    expect(errors.badConfiguration(["a", "b"]).reason).to.equal("a\nb");
    expect(errors.badDistribution("/b", ["a", "b"]).reason).to.equal("a\nb");
  });

  it("that is a defect of ours shows where it happened, and keeps what was thrown", () => {
    const thrown = new TypeError("x is undefined");
    const error = errors.defect(thrown);
    expect(error.reason).to.include("errors.test.ts").and.include("x is undefined");
    expect(error.cause).to.equal(thrown);
    expect(errors.defect("a text").reason).to.equal("a text");
    expect(errors.defect(thrown, "/logs/defect.txt").hint).to.include("/logs/defect.txt").and.include("report");
  });

  it("can be told of whatever was thrown", () => {
    expect([errors.messageOf(new Error("a")), errors.messageOf("b"), errors.messageOf(undefined)]).to.deep.equal([
      "a",
      "b",
      "undefined",
    ]);
  });
});
