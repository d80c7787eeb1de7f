// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { isSnapshot, packageVersion, releaseOf, revisionsOf, tagOf, versionOf } from "../../../src/osc/versions.ts";

describe("OSC's versions", () => {
  it("are what git describe says, without the v", () => {
    expect(versionOf("v1.0.0-SNAPSHOT-2-g4441c96")).to.equal("1.0.0-SNAPSHOT-2-g4441c96");
    expect(versionOf("v0.8.0-0-gabcdef0")).to.equal("0.8.0-0-gabcdef0");
    expect(versionOf("0.8.0-0-gabcdef0")).to.equal("0.8.0-0-gabcdef0");
  });

  it("are compared with the pom's without distance and commit", () => {
    expect(releaseOf("v1.0.0-SNAPSHOT-12-g4441c96")).to.equal("1.0.0-SNAPSHOT");
    expect(releaseOf("v2.0.0-0-gabcdef0")).to.equal("2.0.0");
    // a tag may look like a distance
    expect(releaseOf("v2.0.0-3-gabc-0-gabcdef0")).to.equal("2.0.0-3-gabc");
  });

  it("of a release are found at its tag alone", () => {
    expect(revisionsOf("2.0.0")).to.deep.equal(["refs/tags/v2.0.0"]);
    expect([isSnapshot("2.0.0"), tagOf("2.0.0")]).to.deep.equal([false, "v2.0.0"]);
  });

  it("of a snapshot are found at its own tag, else just before the release", () => {
    expect(revisionsOf("2.0.0-SNAPSHOT")).to.deep.equal(["refs/tags/v2.0.0-SNAPSHOT", "refs/tags/v2.0.0~1"]);
    expect([isSnapshot("2.0.0-SNAPSHOT"), tagOf("2.0.0-SNAPSHOT")]).to.deep.equal([true, "v2.0.0-SNAPSHOT"]);
  });

  it("are written for packages: what follows a hyphen is before the release, what git counts after it", () => {
    const both = (text: string) => ({ debian: text, rpm: text.replace("+", "^") });
    expect(packageVersion("1.0.0-SNAPSHOT-38-g4441c96")).to.deep.equal(both("1.0.0~SNAPSHOT+38.g4441c96"));
    expect(packageVersion("1.0.0-SNAPSHOT-38-g4441c96+p2")).to.deep.equal(both("1.0.0~SNAPSHOT+38.g4441c96.p2"));
    expect(packageVersion("1.0.0-SNAPSHOT-0-g4441c96")).to.deep.equal(both("1.0.0~SNAPSHOT"));
    expect(packageVersion("0.8.0-0-gabcdef0")).to.deep.equal(both("0.8.0"));
    expect(packageVersion("0.8.0-0-gabcdef0+p1")).to.deep.equal(both("0.8.0+0.gabcdef0.p1"));
    expect(packageVersion("release/1.0-3-gabcdef0")).to.deep.equal(both("1.0+3.gabcdef0"));
    expect(packageVersion("nightly-3-gabcdef0")).to.deep.equal(both("0~nightly+3.gabcdef0"));
  });

  it("hold nothing that a package's version may not, whatever the tag", () => {
    const described = fc.tuple(fc.string({ minLength: 1, unit: "grapheme" }), fc.nat(), fc.nat(20));
    fc.assert(
      fc.property(described, ([tag, distance, patches]) => {
        const { debian, rpm } = packageVersion(
          `${tag}-${String(distance)}-gabc${patches === 0 ? "" : `+p${String(patches)}`}`,
        );
        expect(debian).to.match(/^[0-9][A-Za-z0-9.~]*(\+[a-z0-9.]+)?$/);
        expect(rpm).to.equal(debian.replace("+", "^"));
      }),
    );
  });
});
