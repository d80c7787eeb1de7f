// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Fact, OracleAnswer } from "../../../src/kolla/oracle.ts";
import { findings, upgradeOf } from "../../../src/stages/oracle-words.ts";

const PLACE = { file: "/etc/kolla/kolla-build.conf", line: 3 };

const answer = (given: Partial<OracleAnswer> = {}): OracleAnswer => ({
  facts: [],
  files: [],
  options: [],
  images: ["base", "cron"],
  rendered: [],
  differences: [],
  ...given,
});

const unknownOption = (name: string, more: Partial<Extract<Fact, { kind: "unknown-option" }>> = {}): Fact => ({
  kind: "unknown-option",
  section: "DEFAULT",
  name,
  known: ["base_tag", "namespace", "tag"],
  elsewhere: [],
  place: PLACE,
  ...more,
});

const mendOf = (fact: Fact) => findings(answer({ facts: [fact] })).map(({ mend }) => mend)[0];

describe("what the oracle says", () => {
  it("is where, what, and what was probably meant", () => {
    expect(findings(answer({ facts: [unknownOption("namspace")] }))).to.deep.equal([
      {
        id: "kolla-unknown-option",
        title: "option",
        level: "warning",
        found: '/etc/kolla/kolla-build.conf:3: kolla has no option "namspace" in [DEFAULT]: it is not used',
        mend: "Did you mean namespace?",
      },
    ]);
  });

  it("tells dashes from a misspelling, and a wrong section from both", () => {
    expect(mendOf(unknownOption("base-tag"))).to.include("In a file it is written base_tag");
    expect(mendOf(unknownOption("tag", { section: "cron", known: ["type"], elsewhere: ["DEFAULT"] }))).to.equal(
      "It belongs into [DEFAULT].",
    );
    expect(mendOf(unknownOption("whatever"))).to.match(/--json/);
  });

  it("is in order first, then warnings, then what is bad", () => {
    const facts: Fact[] = [
      { kind: "refused", message: "it stops", place: null, images: [] },
      { kind: "unknown-block", name: "cron_foter", known: ["cron_footer"], place: PLACE },
    ];
    const options = [{ section: "DEFAULT", name: "base", value: "debian", origin: [PLACE] }];
    const told = findings(answer({ facts, options }));
    expect(told.map(({ level }) => level)).to.deep.equal(["good", "warning", "bad"]);
    expect(told[0]?.found).to.equal("1 set, 0 as kolla has them; 2 images");
    expect(told[2]?.found).to.equal("kolla-build stops: it stops");
  });

  it("counts the images that a fault stops where they are many", () => {
    const images = Array.from({ length: 9 }, (_, index) => `image-${String(index)}`);
    const [told] = findings(answer({ facts: [{ kind: "template-error", message: "no", place: PLACE, images }] }));
    expect(told?.found).to.match(/\nat image-0, .*, image-5 and 3 more$/);
  });

  it("names the other way out for a relative path, and says whether kolla does without it", () => {
    const path = { kind: "missing-path", name: "docker_dir", path: "/x", place: PLACE } as const;
    expect(mendOf({ ...path, relative: true, fatal: true })).to.match(/^A relative path [^\n]*$/);
    expect(mendOf({ ...path, relative: false, fatal: false })).to.match(/^kolla-build does without it/);
  });
});

describe("what an upgrade changes", () => {
  const option = (name: string, value: string | null, isSet = false) => ({
    section: "DEFAULT",
    name,
    value,
    origin: isSet ? [PLACE] : [],
  });

  it("is values, images, and faults that are new", () => {
    const old = unknownOption("namspace");
    const now = answer({ facts: [old], options: [option("base_tag", "bookworm"), option("tag", "1", true)] });
    const then = answer({
      facts: [{ ...old, known: ["other"] } as Fact, unknownOption("squash", { place: { ...PLACE, line: 9 } })],
      options: [option("base_tag", "trixie"), option("tag", "1", true), option("new", "x")],
      images: ["base", "valkey"],
    });
    const { findings: told, ...changes } = upgradeOf(now, then);
    expect(told.map(({ found }) => found)).to.deep.equal([
      '/etc/kolla/kolla-build.conf:9: kolla has no option "squash" in [DEFAULT]: it is not used',
    ]);
    expect(changes).to.deep.equal({
      changed: [
        { name: "base_tag", before: "bookworm", after: "trixie" },
        { name: "new", before: null, after: "x" },
      ],
      imagesGone: ["cron"],
      imagesNew: ["valkey"],
      differences: [],
    });
  });

  it("tells of another section only what the configuration sets there", () => {
    const source = (value: string, isSet: boolean) => ({ ...option("location", value, isSet), section: "cron" });
    const changed = (isSet: boolean) =>
      upgradeOf(answer({ options: [source("a", isSet)] }), answer({ options: [source("b", isSet)] })).changed;
    expect(changed(false)).to.deep.equal([]);
    expect(changed(true)).to.deep.equal([{ name: "[cron] location", before: "a", after: "b" }]);
  });

  it("calls no image gone where the other kolla stops before it knows them", () => {
    const facts: Fact[] = [{ kind: "refused", message: "no such base", place: null, images: [] }];
    const { imagesGone, findings: told } = upgradeOf(answer(), answer({ facts, images: [] }));
    expect([imagesGone, told.map(({ level }) => level)]).to.deep.equal([[], ["bad"]]);
  });
});
