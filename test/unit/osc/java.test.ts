// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { javaMajorIn, lacksJava } from "../../../src/osc/java.ts";

describe("a packaged Java 8", () => {
  it("is not to be had on bookworm and on Red Hat's release 10, by whatever tag", () => {
    for (const base of ["debian bookworm", "debian 12.9-slim", "rocky 10", "rocky 10.1", "centos stream10"]) {
      const [name = "", tag] = base.split(" ");
      expect(lacksJava(name, tag), base).to.equal(true);
    }
  });

  it("may be there on all others, and on an image with a tag that tells nothing", () => {
    for (const base of [
      "debian trixie",
      "debian 13",
      "rocky 9",
      "centos stream9",
      "ubuntu 24.04",
      "debian ours",
      "x 10",
    ]) {
      const [name = "", tag] = base.split(" ");
      expect(lacksJava(name, tag), base).to.equal(false);
    }
    expect(lacksJava("debian", undefined)).to.equal(false);
  });
});

describe("which Java a JRE is", () => {
  it("stands in its file release", () => {
    expect(javaMajorIn('IMPLEMENTOR="x"\nJAVA_VERSION="1.8.0_442"\n')).to.equal(8);
    expect(javaMajorIn('JAVA_VERSION="17.0.15"\n')).to.equal(17);
    expect(javaMajorIn('JAVA_VERSION="21"\n')).to.equal(21);
    expect(javaMajorIn("")).to.equal(undefined);
  });
});
