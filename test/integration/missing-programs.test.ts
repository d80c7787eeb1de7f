// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  configure,
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeMaven,
  fakePython,
  kollaBuilds,
  mavenBuilds,
  SDK,
  useSandbox,
} from "../support/integration-fakes.ts";
import type { Sandbox } from "../support/sandbox.ts";

/** Programs are found by their names on PATH, not by the fakes' paths; no container takes the place of Maven. */
const BY_NAME = { maven: { command: "mvn" }, build: { runner: "host" }, kolla: { command: "kolla-build" } };

/** Nothing was begun: no clone, no Maven, no kolla-build, nothing to be seen in the output folder. */
function expectNothingBegun(box: Sandbox): void {
  expect(existsSync(join(box.work, "clones")), "a clone was begun").to.equal(false);
  expect(mavenBuilds(box)).to.equal(0);
  expect(kollaBuilds(box)).to.have.length(0);
  expect(existsSync(box.out), "the output folder").to.equal(false);
  expect(existsSync(join(box.work, "lock.json")), "the lock").to.equal(false);
  expectNothingHalfWritten(box);
}

describe("when a program is missing", () => {
  const box = useSandbox("missing");
  const remove = (name: string) => rmSync(join(box.bin, name), { force: true });

  beforeEach(() => {
    configureFakes(box, BY_NAME);
    rmSync(box.work, { recursive: true, force: true });
    rmSync(box.out, { recursive: true, force: true });
    box.forgetCalls();
  });

  it("git: says so", async () => {
    const run = await box.run(["image"], { env: { PATH: box.pathWithout("git") } });
    expectFailure(run, 3, "git", "apt-get install git");
    expectNothingBegun(box);
  });

  it("Maven: says so before anything is cloned", async () => {
    remove("mvn");
    const run = await box.run(["image"], { env: { PATH: box.pathWithout("mvn") } });
    expectFailure(run, 3, 'no program "mvn"', "apt-get install maven", "maven.command", "errors/MISSING.md");
    expectNothingBegun(box);
  });

  it("a maven.command that is not there: says its path", async () => {
    const run = await box.run(["tarball", "--set", "maven.command=./not/there"]);
    expectFailure(run, 3, "not/there");
    expectNothingBegun(box);
  });

  it("a maven.command that is no Maven: says what it answered", async () => {
    box.fake("no-maven", { "--version": "echo 'GNU Make 4.3'" });
    const run = await box.run(["tarball", "--set", `maven.command=${box.bin}/no-maven`]);
    expectFailure(run, 3, "GNU Make 4.3", "maven.command");
    expectNothingBegun(box);
  });

  it("Java: says so, in the words of the real Maven", async () => {
    const path = box.pathWithout("java", "javac");
    remove("mvn");
    const without = path.split(delimiter)[1] ?? "";
    if (!existsSync(join(without, "mvn"))) throw new Error("the tests need Maven on PATH");
    // of a version that no machine has, lest one be found where distributions put them
    const args = ["image", "--set", "maven.java_version=99"];
    const run = await box.run(args, { env: { PATH: path, JAVA_HOME: undefined } });
    expectFailure(run, 3, "looking for a JDK", "JAVA_HOME", "maven.java_home");
    expectNothingBegun(box);
  });

  it("the Java that maven.java_home names: says so, in the words of the real Maven", async () => {
    remove("mvn");
    const run = await box.run(["image", "--set", `maven.java_home=${box.root}/no-java`]);
    expectFailure(run, 3, "looking for a JDK", "JAVA_HOME");
    expectNothingBegun(box);
  });

  it("javac: says which Java is a runtime only", async () => {
    box.write("jre/bin/java", "#!/bin/sh\n", 0o755);
    fakeMaven(box, { java: `Java version: 17.0.9, vendor: Nobody, runtime: ${box.root}/jre` });
    expectFailure(await box.run(["image"]), 3, join(box.root, "jre"), "without the compiler javac", "Install a JDK");
    expectNothingBegun(box);
  });

  it("javac: says so of an old Maven too (3.3), which tells its Java's home on a line of its own", async () => {
    box.write("jre/bin/java", "#!/bin/sh\n", 0o755);
    fakeMaven(box, { java: `Java version: 1.8.0_442, vendor: Nobody\nJava home: ${box.root}/jre` });
    expectFailure(await box.run(["image"]), 3, join(box.root, "jre"), "without the compiler javac");
    expectNothingBegun(box);
  });

  it("docker: says so before anything is cloned", async () => {
    remove("docker");
    const run = await box.run(["image"], { env: { PATH: box.pathWithout("docker") } });
    expectFailure(run, 3, "no program docker", "make setup");
    expectNothingBegun(box);
  });

  it("podman, when it is the engine: says so before anything is cloned", async () => {
    const run = await box.run(["image", "--engine", "podman"], { env: { PATH: box.pathWithout("podman") } });
    expectFailure(run, 3, "no program podman");
    expectNothingBegun(box);
  });

  it("kolla-build: says so before anything is cloned", async () => {
    remove("kolla-build");
    const run = await box.run(["image"], { env: { PATH: box.pathWithout("kolla-build") } });
    expectFailure(run, 3, 'no program "kolla-build"', "scripts/venv.sh", "kolla.command");
    expectNothingBegun(box);
  });

  it("a kolla-build that does not start: says its own words", async () => {
    box.fake("kolla-build", { "--version": "echo 'ModuleNotFoundError: No module named oslo_config' >&2\nexit 1" });
    expectFailure(await box.run(["image"]), 3, "kolla-build", "No module named oslo_config");
    expectNothingBegun(box);
  });

  it("neither kolla nor an engine is needed for a context and a tarball", async () => {
    remove("kolla-build");
    remove("docker");
    const env = { PATH: box.pathWithout("kolla-build", "docker") };
    expectDone(await box.run(["context"], { env }));
    expectDone(await box.run(["tarball"], { env }));
  });

  it("once it is there, the same command succeeds", async () => {
    remove("docker");
    expectFailure(await box.run(["image"], { env: { PATH: box.pathWithout("docker") } }), 3);
    configureFakes(box, BY_NAME);
    expectDone(await box.run(["image"]));
  });
});

describe("when kolla's Python has no SDK of the engine", () => {
  const box = useSandbox("no-sdk");

  it("says which one is missing and how to install it, before anything is cloned; then it succeeds", async () => {
    configureFakes(box);
    fakePython(box, { [SDK]: "echo \"ModuleNotFoundError: No module named 'docker'\" >&2\nexit 1" });
    expectFailure(
      await box.run(["image"]),
      3,
      "docker SDK",
      "No module named 'docker'",
      `${box.bin}/kolla-python -m pip install docker`,
    );
    expectNothingBegun(box);
    fakePython(box);
    expectDone(await box.run(["image"]));
  });
});

describe("when the engine does not answer", () => {
  const box = useSandbox("no-engine");
  const gone = () => `unix://${box.root}/gone.sock`;
  const real = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "docker"))
    .find(existsSync);

  /** The real client where there is one; else a fake that says the same. */
  function useClient(): void {
    configureFakes(box);
    const words = `Cannot connect to the Docker daemon at ${gone()}. Is the docker daemon running?`;
    box.fake("docker", { version: `echo '${words}' >&2\nexit 1` });
    if (real === undefined) return;
    rmSync(join(box.bin, "docker"));
    symlinkSync(real, join(box.bin, "docker"));
  }

  it("says at which address, in the client's words, before anything is cloned", async () => {
    useClient();
    const run = await box.run(["image", "--set", `engine.endpoint=${gone()}`]);
    expectFailure(run, 3, gone(), "Cannot connect to the Docker daemon", "Start the engine", "ENGINE_MISSING.md");
    expectNothingBegun(box);
  });

  it("takes the address from DOCKER_HOST", async () => {
    useClient();
    configure(box, { engine: { endpoint: undefined } });
    const run = await box.run(["image"], { env: { DOCKER_HOST: gone() } });
    expectFailure(run, 3, gone(), "Cannot connect to the Docker daemon");
    expectNothingBegun(box);
  });

  it("succeeds once it answers", async () => {
    configureFakes(box);
    expectDone(await box.run(["image"]));
  });
});
