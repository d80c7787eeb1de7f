// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { findingsText, reportOf } from "../../../src/cli/findings.ts";
import { failureText } from "../../../src/cli/failure.ts";
import type { Finding, Seen } from "../../../src/pipeline/check.ts";
import { missing, together } from "../../../src/system/errors.ts";

const seen = (id: string, finding: Finding): Seen => ({
  check: { id, title: `The ${id}`, run: () => Promise.resolve(undefined) },
  finding,
});
const error = missing("looking for git", "no git\nnowhere", "install it");
const GOOD = seen("engine", { level: "good", found: "docker 28" });
const WARNING = seen("home", { level: "warning", found: "no HOME", mend: "set it" });
const BAD = seen("git", { level: "bad", found: "no git\nnowhere", mend: "install it", error });

describe("what doctor tells", () => {
  it("is aligned lines with sign and word, below each what mends it, and a summary", () => {
    expect(findingsText(reportOf([GOOD, WARNING, BAD]), false)).to.equal(
      [
        "✔ good     The engine  docker 28",
        "! warning  The home    no HOME",
        "                       → set it",
        "✖ bad      The git     no git",
        "                       nowhere",
        "                       → install it",
        "",
        "1 good, 1 warning, 1 bad: `osc-kolla image` cannot succeed before what is bad is mended.",
        "",
      ].join("\n"),
    );
  });

  it("is well when nothing is bad", () => {
    const report = reportOf([GOOD, WARNING]);
    expect(report.ok).to.equal(true);
    expect(findingsText(report, false)).to.include("1 good, 1 warning, 0 bad: `osc-kolla image` has what it needs.");
  });

  it("is told to programs with one shape", () => {
    expect(reportOf([GOOD, BAD])).to.deep.equal({
      ok: false,
      checks: [
        { id: "engine", title: "The engine", level: "good", found: "docker 28", mend: null },
        { id: "git", title: "The git", level: "bad", found: "no git\nnowhere", mend: "install it" },
      ],
    });
  });

  it("has the same words with colours", () => {
    const report = reportOf([GOOD, WARNING, BAD]);
    const coloured = findingsText(report, true);
    expect(coloured).to.include("\x1b[31m✖ bad    \x1b[39m");
    // eslint-disable-next-line no-control-regex -- colours
    expect(coloured.replaceAll(/\x1b\[\d+m/g, "")).to.equal(findingsText(report, false));
  });
});

describe("a failure of several things", () => {
  it("is told thing by thing, each with what mends it", () => {
    expect(failureText(together([error, missing("looking for kolla", "no kolla", "make setup")]))).to.equal(
      [
        "osc-kolla failed while looking for what the run needs: 2 things are missing or unfit.",
        "",
        "looking for git:",
        "  no git",
        "  nowhere",
        "install it",
        "",
        "looking for kolla:",
        "  no kolla",
        "make setup",
        "",
        "More about MISSING: docs/errors/MISSING.md",
        "",
      ].join("\n"),
    );
  });
});
