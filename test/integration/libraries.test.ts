// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeMaven,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { checkoutOf, git, LIBRARIES, sample } from "../support/integration-sample.ts";
import type { Run } from "../support/sandbox.ts";

describe("when a library of OSC cannot be built", () => {
  const box = useSandbox("libraries");
  /** The sample's libraries, but for what is changed of the first one. */
  const withFirst = (change: object) => ({
    libraries: LIBRARIES.map((name, at) => ({ name, url: sample().library(name), ...(at === 0 ? change : {}) })),
  });

  beforeEach(() => box.forgetCalls());

  afterEach("nothing half-written", () => {
    expect(existsSync(box.out)).to.equal(false);
    expectNothingHalfWritten(box);
  });

  it("says which version OSC asks for and which one the configured ref has", async () => {
    configureFakes(box, withFirst({ ref: "v1.0.0" }));
    const run = await box.run(["tarball"]);
    expectFailure(
      run,
      4,
      "sdn-controller-api",
      "OSC asks for version 2.0.0-SNAPSHOT; found 1.0.0",
      "libraries[].ref",
      "LIBRARY_VERSION.md",
    );
    expect(mavenBuilds(box)).to.equal(0);
  });

  it("lists the names that its repository has, for a ref that is none", async () => {
    configureFakes(box, withFirst({ ref: "v7" }));
    expectFailure(await box.run(["tarball"]), 4, '"v7"', "v1.0.0", "v2.0.0", "v2.0.1-SNAPSHOT");
  });

  it("refuses a ref that git would take for an option", async () => {
    configureFakes(box, withFirst({ ref: "--upload-pack=x" }));
    expectFailure(await box.run(["tarball"]), 4, '"--upload-pack=x"', "as git allows them", "BAD_REF.md");
  });

  it("says that its repository has no commit of the version that OSC asks for", async () => {
    const tree = checkoutOf(sample().library("sdn-controller-api"));
    git(tree, "tag", "--delete", "v2.0.0");
    configureFakes(box, withFirst({ url: tree }));
    expectFailure(await box.run(["tarball"]), 4, "sdn-controller-api", "2.0.0-SNAPSHOT", "v2.0.0~1", tree);
  });

  it("says that its repository is gone", async () => {
    configureFakes(box, withFirst({ url: `${box.root}/gone.git` }));
    expectFailure(await box.run(["tarball"]), 4, `${box.root}/gone.git`, "does not appear to be a git repository");
  });

  it("says that OSC does not use it", async () => {
    configureFakes(box, withFirst({ name: "another-api" }));
    expectFailure(await box.run(["tarball"]), 4, "another-api", "osc-server/pom.xml", "libraries");
  });
});

describe("once the libraries are right", () => {
  const box = useSandbox("libraries-right");
  const commitsOf = (run: Run) => {
    expectDone(run);
    const { results } = JSON.parse(run.stdout) as {
      results: { libraries: { libraries: { name: string; version: string; commit: string }[] } };
    };
    return results.libraries.libraries.map(({ name, version, commit }) => `${name} ${version} ${commit}`);
  };
  const idOf = (name: string, revision: string) => git(sample().library(name), "rev-parse", `${revision}^{commit}`);

  it("builds each at the version that OSC asks for, a SNAPSHOT without a tag from the commit before the release", async () => {
    configureFakes(box);
    // what the enforcer rule of a library's pom will ask, asked where Maven would run
    fakeMaven(box, { first: `git describe --long >>'${box.root}/calls/described'` });
    expect(commitsOf(await box.run(["tarball", "--json"]))).to.deep.equal([
      `sdn-controller-api 2.0.0-SNAPSHOT ${idOf("sdn-controller-api", "v2.0.0~1")}`,
      `security-mgr-api 2.0.0 ${idOf("security-mgr-api", "v2.0.0")}`,
    ]);
    expect(existsSync(join(box.root, "calls", "described"))).to.equal(true);
    const described = box.calls("described").flat();
    expect(described[0]).to.match(/^v2\.0\.0-SNAPSHOT-0-g/);
    expect(described[1]).to.match(/^v2\.0\.0-0-g/);
    expect(described[2]).to.match(/^v1\.0\.0-SNAPSHOT-2-g/);
  });

  it("leaves the tag that it gave the SNAPSHOT out of the repository", () => {
    expect(git(sample().library("sdn-controller-api"), "tag")).not.to.include("v2.0.0-SNAPSHOT");
  });

  it("builds both at their releases for v0.8.0", async () => {
    expect(commitsOf(await box.run(["tarball", "--json", "--ref", "v0.8.0"]))).to.deep.equal(
      LIBRARIES.map((name) => `${name} 2.0.0 ${idOf(name, "v2.0.0")}`),
    );
  });

  it("builds the commit that a configured ref names, where its version fits", async () => {
    const id = idOf("sdn-controller-api", "v2.0.0~1");
    const libraries = LIBRARIES.map((name, at) => ({
      name,
      url: sample().library(name),
      ...(at === 0 ? { ref: id } : {}),
    }));
    configureFakes(box, { libraries });
    expect((await box.run(["tarball", "--json"]).then(commitsOf))[0]).to.equal(
      `sdn-controller-api 2.0.0-SNAPSHOT ${id}`,
    );
  });
});
