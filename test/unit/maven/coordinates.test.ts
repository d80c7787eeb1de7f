// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { coordinatesAt, coordinatesIn, fitting, purlOf } from "../../../src/maven/coordinates.ts";

const GUAVA = { groupId: "com.google.guava", artifactId: "guava", version: "16.0.1" };

describe("coordinates", () => {
  it("are read from pom.properties however Maven's plugins write them, and from nothing that lacks one", () => {
    const written = "#Created by Apache Maven 3.5.4\nartifactId = guava\r\ngroupId=com.google.guava\r\nversion: 16.0.1";
    expect(coordinatesIn(written)).to.deep.equal(GUAVA);
    expect(coordinatesIn("artifactId=guava\nversion=16.0.1\n")).to.equal(undefined);
    expect(coordinatesIn("artifactId=guava\ngroupId=g\nversion=${revision}\n")).to.equal(undefined);
    expect(coordinatesIn("")).to.equal(undefined);
  });

  it("fit a file by its whole name, not by how it begins", () => {
    expect(fitting("guava-16.0.1.jar", [GUAVA])).to.equal(GUAVA);
    expect(fitting("guava-16.0.1-tests.jar", [GUAVA])).to.deep.equal({ ...GUAVA, classifier: "tests" });
    for (const file of ["guava-16.0.10.jar", "guava-testlib.jar", "guava-16.jar", "jersey-guava-16.0.1.jar"]) {
      expect(fitting(file, [GUAVA]), file).to.equal(undefined);
    }
  });

  it("follow from a file's place in a repository", () => {
    expect(coordinatesAt("com/google/guava/guava/16.0.1/guava-16.0.1.jar")).to.deep.equal(GUAVA);
    for (const path of [
      "guava-16.0.1.jar",
      "guava/16.0.1/guava-16.0.1.jar",
      "g/guava/16.0.1/guava.jar",
      "g/a/1/b-1.jar",
    ]) {
      expect(coordinatesAt(path), path).to.equal(undefined);
    }
  });

  it("are written as a package URL, in which what has a meaning there has none", () => {
    expect(purlOf({ ...GUAVA, version: "1.0+p1", classifier: "a b" })).to.equal(
      "pkg:maven/com.google.guava/guava@1.0%2Bp1?classifier=a%20b",
    );
  });
});
