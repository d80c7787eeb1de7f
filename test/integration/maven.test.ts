// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeMaven,
  kollaBuilds,
  mavenCalls,
  useSandbox,
} from "../support/integration-fakes.ts";
import { filesBelow } from "../support/sandbox.ts";

const BND_CACHE = ".bnd/default-ws/cnf/cache/3.3.0/bnd-cache/biz.aQute.launcher";
const LAUNCHER = "biz.aQute.launcher-3.3.0.jar";

describe("when Maven fails", () => {
  const box = useSandbox("maven-fails");

  const forgetLauncher = () => rmSync(join(box.work, "maven", BND_CACHE), { recursive: true });

  before(() => configureFakes(box));

  afterEach("nothing was made, nothing is half-written", () => {
    expect(kollaBuilds(box)).to.deep.equal([]);
    expect(existsSync(join(box.work, "lock.json"))).to.equal(false);
    expectNothingHalfWritten(box);
  });

  it("in a library: names the library and the whole log", async () => {
    const goal = "Failed to execute goal org.apache.maven.plugins:maven-enforcer-plugin:3.0.0:enforce (v)";
    fakeMaven(box, {
      first: `echo '[ERROR] ${goal} on project sdn-controller-api: Some Enforcer rules have failed.'\nexit 1`,
    });
    const run = await box.run(["tarball"]);
    expectFailure(run, 5, "building sdn-controller-api with Maven", "Some Enforcer rules have failed");
    expect(run.stderr).to.match(/^The whole log: \/.*\/maven-sdn-controller-api\.log$/m);
    expect(existsSync(box.out)).to.equal(false);
  });

  it("without a line that says why: quotes its last lines", async () => {
    fakeMaven(box, { osc: "echo 'java: out of cheese' >&2\nexit 3" });
    expectFailure(await box.run(["tarball"]), 5, "building osc-core with Maven", "java: out of cheese");
  });

  it("killed by SIGKILL: says so, and what that means most often", async () => {
    fakeMaven(box, { osc: "kill -9 $$" });
    expectFailure(await box.run(["tarball"]), 5, "osc-core", "SIGKILL", "memory");
  });

  it("by leaving no bundle: says which file is not there", async () => {
    fakeMaven(box, { osc: "echo '[INFO] BUILD SUCCESS'" });
    const run = await box.run(["tarball"]);
    expectFailure(run, 5, "Maven ended well", "target/serverUpgradeBundle.zip", "source.url");
    expect(run.stderr).to.match(/^The whole log: \/.*\/maven-osc-core\.log$/m);
  });

  it("by leaving no library: says what is not there", async () => {
    box.fake("mvn-nothing", {
      "--version": "echo 'Apache Maven 3.9.9'\necho 'Java version: 1.8.0_442, vendor: Nobody, runtime: /nowhere'",
      "'-B -ntp '*": ":",
    });
    const run = await box.run(["tarball", "--set", `maven.command=${box.bin}/mvn-nothing`]);
    expectFailure(run, 5, "sdn-controller-api");
  });

  it("without leaving bnd's launcher: says what is not there", async () => {
    forgetLauncher();
    fakeMaven(box, { launcher: ":" });
    expectFailure(await box.run(["tarball"]), 5, "bnd-launcher", "there is no biz.aQute.launcher-3.3.0.jar");
  });

  it("in the middle of copying bnd's launcher: half of it is not taken for the whole", async () => {
    fakeMaven(box, { launcher: `echo half >"$folder/biz.aQute.launcher-3.3.0.jar"\nkill -9 $$` });
    expectFailure(await box.run(["tarball"]), 5, "bnd-launcher", "SIGKILL");
    expect(filesBelow(box.work).filter((path) => path.endsWith(LAUNCHER))).to.deep.equal([]);
  });

  it("once it works, the same command succeeds", async () => {
    fakeMaven(box);
    expectDone(await box.run(["tarball"]));
    expect(readFileSync(join(box.work, "maven", BND_CACHE, LAUNCHER), "utf8")).to.equal("jar\n");
  });
});

describe("how Maven is called", () => {
  const box = useSandbox("maven-called");

  it("in batch mode, in a private home with settings of its own, with a closed environment", async () => {
    configureFakes(box);
    fakeMaven(box, { first: `cp "$4" '${box.root}/settings-seen.xml'` });
    expectDone(await box.run(["tarball"], { env: { CANARY: "canary", MAVEN_OPTS: "-Xmx1g" } }));
    const home = join(box.work, "maven");
    for (const call of mavenCalls(box)) {
      expect(call).to.deep.equal([
        ...["-B", "-ntp", "-s", `${home}/settings.xml`, `-Duser.home=${home}`],
        `-Dmaven.repo.local=${home}/.m2/repository`,
        ...["clean", "package", "install:install", "-DskipTests", "-P", "!java-jre-get"],
      ]);
    }
    expect(readFileSync(join(box.root, "settings-seen.xml"), "utf8")).to.include(`${home}/.m2/repository`);
    expect(box.environmentOf("mvn")).to.include({ MAVEN_OPTS: "-Xmx1g", LC_ALL: "C.UTF-8", TZ: "UTC" });
    expect(box.environmentOf("mvn")).not.to.have.property("CANARY");
  });

  it("on a tree that git describes, and that is the commit alone", async () => {
    fakeMaven(box, { first: `git status --porcelain --ignored >>'${box.root}/dirty'` });
    expectDone(await box.run(["tarball", "--force"]));
    expect(readFileSync(join(box.root, "dirty"), "utf8")).to.equal("");
  });

  it("with the JDK that maven.java_home names", async () => {
    expectDone(await box.run(["tarball", "--force", "--set", `maven.java_home=${box.root}/jdk`]));
    expect(box.environmentOf("mvn")).to.include({ JAVA_HOME: `${box.root}/jdk` });
  });
});
