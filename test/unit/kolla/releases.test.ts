// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { baseInForce } from "../../../src/kolla/base.ts";
import { NEWEST, OLDEST, parseRelease, releaseOf, RELEASES } from "../../../src/kolla/releases.ts";
import { configWith } from "../../support/unit-config.ts";

describe("a release of kolla", () => {
  it("that is newer than all that are known can what the newest of them can", () => {
    expect(releaseOf(NEWEST + 1)).to.equal(RELEASES.get(NEWEST));
    expect(() => releaseOf(OLDEST - 1)).to.throw("none of 18, 19, 20, 21, 22, 23");
  });

  it("that answers something else than was asked counts as one that cannot be asked", () => {
    for (const answer of ["", "Traceback", "{}", '{"bases":{}}', '{"bases":1,"buildkit":true}', "null"]) {
      expect(parseRelease(answer), answer).to.equal(undefined);
    }
    const release = { bases: { debian: "forky" }, buildkit: true };
    expect(parseRelease(JSON.stringify(release))).to.deep.equal(release);
  });
});

describe("the base that will be in force", () => {
  const release = releaseOf(20);
  const nobody = { base: undefined, baseTag: undefined };
  const inForce = (
    kolla: Partial<ReturnType<typeof configWith>["kolla"]>,
    given: readonly string[] = [],
    operator = {},
  ) => {
    const { name, tag } = baseInForce(configWith({ kolla }), given, { ...nobody, ...operator }, release);
    return `${name} ${String(tag)}`;
  };

  it("is debian where nobody names one, with the tag of the release", () => {
    expect(inForce({})).to.equal("debian bookworm");
    expect(inForce({}, [], { base: "rocky" })).to.equal("rocky 9");
    expect(inForce({ base: "ubuntu" }, [], { base: "rocky" })).to.equal("ubuntu 24.04");
  });

  it("has the tag that somebody names: behind --, in our settings, in the operator's configuration", () => {
    const operator = { base: "rocky", baseTag: "10" };
    expect(inForce({}, [], operator)).to.equal("rocky 10");
    expect(inForce({ base_tag: "9.4" }, [], operator)).to.equal("rocky 9.4");
    expect(
      inForce({ base_tag: "9.4" }, ["--base-tag", "10", "--base=centos", "--base-tag=stream10"], operator),
    ).to.equal("centos stream10");
    expect(inForce({ base: "debian" }, ["-b", "ubuntu"])).to.equal("ubuntu 24.04");
  });

  it("has no tag where the release does not know the distribution", () => {
    expect(inForce({ base: "fedora" })).to.equal("fedora undefined");
  });
});
