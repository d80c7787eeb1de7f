// SPDX-License-Identifier: Apache-2.0
// Hosts without the JDK that OSC needs: the build container, with fake programs that do what docker and kolla-build do.
import { expect } from "chai";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeDocker,
  fakeKolla,
  fakeMaven,
  kollaBuilds,
  kollaSucceeds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { until } from "../support/integration-waiting.ts";
import type { Sandbox } from "../support/sandbox.ts";

const JDK_8 = "Java version: 1.8.0_504, vendor: Nobody, runtime: /nowhere/java";
const IMAGE = "kolla/osc-build:1";
const DOCKERFILE = "docker/osc-build/Dockerfile";

/** A kolla-build that makes the build container's image for its profile, and osc-base and osc otherwise. */
function kollaOf(box: Sandbox): string {
  const image = join(box.root, "images", "osc-build");
  return [
    `case " $* " in *" --profile osc_build "*)`,
    `case " $* " in *" --nopush "*) ;; *) echo 'kolla-build: osc-build may be pushed' >>'${box.root}/unforeseen' ;; esac`,
    `mkdir -p "$work/docker/osc-build"`,
    `echo 'FROM kolla/base:1' >"$work/${DOCKERFILE}"`,
    `echo '{"built":[{"name":"osc-build"}]}' >"$summary"`,
    `echo sha256:osc-build >'${image}'`,
    "exit 0",
    ";; esac",
    kollaSucceeds(box),
  ].join("\n");
}

/** What a container of the image does: the fake Maven of the sandbox, in the given folder, with the given variables. */
function containerOf(box: Sandbox): string {
  return [
    "shift",
    'while [ "$1" != sha256:osc-build ]; do',
    '  case "$1" in --workdir) cd "$2" || exit 1 ;; --env) case "$2" in *=*) export "${2?}" ;; esac ;; esac',
    "  shift",
    "done",
    `[ "$2" = /usr/local/bin/osc_build_maven ] || exit 98`,
    `shift 2; exec '${box.bin}/maven-in-container' "$@"`,
  ].join("\n");
}

function configureContainer(box: Sandbox, settings: object = {}): void {
  configureFakes(box, { maven: { command: "mvn", java_version: 8 }, ...settings });
  // what is in the image
  fakeMaven(box, { java: JDK_8 });
  const inImage = readFileSync(join(box.bin, "mvn"), "utf8").replaceAll("/calls/mvn'", "/calls/maven-in-container'");
  box.write("bin/maven-in-container", inImage, 0o755);
  // what is on the host
  box.fake("mvn", {
    "--version": "echo 'Apache Maven 3.8.7'\necho 'Java version: 17.0.9, vendor: Nobody, runtime: /nowhere'",
  });
  fakeKolla(box, kollaOf(box));
  fakeDocker(box, {
    "'info --format {{.SecurityOptions}}'": "echo '[name=seccomp]'",
    "'rm --force osc-kolla-build-'*": ":",
    "'run --rm --pull never --name osc-kolla-build-'*": containerOf(box),
    [`'image inspect ${IMAGE}'`]: [
      `read -r id <'${join(box.root, "images", "osc-build")}' || exit 1`,
      `echo '[{"Id":"'"$id"'","Size":1,"Config":{"Labels":{}}}]'`,
    ].join("\n"),
  });
}

const runs = (box: Sandbox) => box.calls("docker").filter(([first]) => first === "run");
const builds = (box: Sandbox) => runs(box).filter((call) => call.includes("package"));

/** No JDK 8 of this machine is found: neither JAVA_HOME nor the usual folders are looked at by these fakes. */
const HOST = { JAVA_HOME: undefined };

describe("on a host without JDK 8", () => {
  const box = useSandbox("container");

  before("built once", async () => {
    configureContainer(box);
    const run = await box.run(["image", "--json"], { env: { ...HOST, MAVEN_OPTS: "-Xmx1g", CANARY: "canary" } });
    expectDone(run);
    expect(JSON.parse(run.stdout)).to.have.nested.property("results.builder.runner", "container");
    expect(run.stderr).to.include("OSC is built in a container: JDK 8 is needed; Maven would run on Java 17.0.9");
  });

  it("the libraries and OSC are built in a container of an image that kolla-build made first", () => {
    expect(builds(box)).to.have.length(3);
    const profiles = kollaBuilds(box).map((call) => call[call.indexOf("--profile") + 1]);
    expect(profiles).to.deep.equal(["osc_build", "osc"]);
  });

  it("the container sees the work tree and the Maven home at the same paths, and nothing else of the work folder", () => {
    for (const call of builds(box)) {
      const tree = String(call[call.indexOf("--workdir") + 1]);
      const mounts = call.filter((_, at) => call[at - 1] === "--mount").filter((mount) => mount.includes(box.root));
      const expected = [join(box.work, "maven"), tree].map((path) => `type=bind,source=${path},target=${path}`);
      expect(mounts).to.deep.equal(expected);
    }
  });

  it("it runs as the invoking user, on the host's network, and is removed afterwards", () => {
    const [call = []] = builds(box);
    const user = `${String(process.getuid?.())}:${String(process.getgid?.())}`;
    expect(call.join(" ")).to.include("run --rm ").and.include(` --user ${user} `).and.include(" --network host ");
  });

  it("it sees MAVEN_OPTS, and nothing that names this machine's paths or users", () => {
    const [call = []] = builds(box);
    const names = call.filter((_, at) => call[at - 1] === "--env").map((one) => one.split("=")[0]);
    expect(names).to.include.members(["HOME", "TMPDIR", "JAVA_TOOL_OPTIONS", "MAVEN_OPTS", "LC_ALL", "TZ"]);
    expect(names).to.not.include.oneOf(["PATH", "USER", "CANARY", "DOCKER_HOST", "JAVA_HOME", "SSL_CERT_DIR"]);
  });

  it("with nothing changed neither Maven nor kolla-build is started, nor a container", async () => {
    box.forgetCalls();
    expectDone(await box.run(["image"], { env: { ...HOST, MAVEN_OPTS: "-Xmx1g" } }));
    expect(runs(box)).to.deep.equal([]);
    expect(box.calls("kolla-build")).to.deep.equal([]);
  });

  it("the image of the build container is made again when it was removed, and OSC is not built again", async () => {
    rmSync(join(box.root, "images", "osc-build"));
    box.forgetCalls();
    expectDone(await box.run(["context"], { env: { ...HOST, MAVEN_OPTS: "-Xmx1g" } }));
    expect(kollaBuilds(box)).to.have.length(1);
    expect(builds(box)).to.deep.equal([]);
  });
});

describe("where OSC is built", () => {
  const box = useSandbox("runner");

  beforeEach(() => {
    configureContainer(box);
    rmSync(box.work, { recursive: true, force: true });
    box.forgetCalls();
  });

  const expectNothingBegun = () => {
    expect(existsSync(join(box.work, "clones")), "a clone was begun").to.equal(false);
    expect(runs(box)).to.deep.equal([]);
    expect(kollaBuilds(box)).to.deep.equal([]);
    expectNothingHalfWritten(box);
  };

  it("is the host alone when build.runner is host: without JDK 8 that is said before anything is cloned", async () => {
    const run = await box.run(["tarball", "--set", "build.runner=host"], { env: HOST });
    expectFailure(run, 3, "JDK 8 is needed; Maven would run on Java 17.0.9", "maven.java_home");
    expectNothingBegun();
  });

  it("is the host alone when a JDK is given by hand: one that is not 8 is refused before anything is cloned", async () => {
    box.write("jdk/bin/java", "#!/bin/sh\n", 0o755);
    const run = await box.run(["tarball", "--set", `maven.java_home=${box.root}/jdk`], { env: HOST });
    expectFailure(run, 3, "JDK 8 is needed", "maven.java_home is");
    expectNothingBegun();
  });

  it("is nowhere without JDK 8 and without an engine: both are named at once", async () => {
    fakeDocker(box, { version: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" });
    const run = await box.run(["tarball"], { env: HOST });
    expectFailure(run, 3, "JDK 8 is needed", "a build container cannot be made: Cannot connect to the Docker daemon");
    expectNothingBegun();
  });

  it("is not a container of an engine on another machine, which cannot see the work folder", async () => {
    const run = await box.run(["tarball", "--set", "engine.endpoint=tcp://builder.example.org:2375"], { env: HOST });
    expectFailure(run, 3, "JDK 8 is needed", "builder.example.org:2375 is on another machine");
    expectNothingBegun();
  });

  it("is the container when build.runner is container, also where the host could; another JDK than 8 it has not", async () => {
    const container = ["tarball", "--set", "build.runner=container"];
    const other = await box.run([...container, "--set", "maven.java_version=11"], { env: HOST });
    expectFailure(other, 2, "the build container has JDK 8");
    fakeMaven(box, { java: JDK_8 });
    expectDone(await box.run(container, { env: HOST }));
    expect(builds(box)).to.have.length(3);
  });

  it("is a container that does not start: what the engine said, and the log", async () => {
    fakeDocker(box, {
      "'info --format {{.SecurityOptions}}'": "echo '[]'",
      "'rm --force '*": ":",
      "'run '*": "echo 'docker: bind source path does not exist' >&2; exit 125",
      [`'image inspect ${IMAGE}'`]: `echo '[{"Id":"sha256:osc-build","Size":1}]'`,
    });
    const run = await box.run(["tarball"], { env: HOST });
    expectFailure(run, 3, "starting the build container", "bind source path does not exist", "The whole log: ");
  });

  it("is a container that is removed when the run is interrupted in the middle of Maven", async () => {
    const inContainer = readFileSync(join(box.bin, "maven-in-container"), "utf8");
    const sleeps = `mkdir target\ntouch '${box.root}/in-maven'\nexec sleep 60`;
    writeFileSync(join(box.bin, "maven-in-container"), inContainer.replace("mkdir target", sleeps));
    const { child, done } = box.start(["tarball"], { env: HOST });
    await until("Maven runs in the container", () => existsSync(join(box.root, "in-maven")));
    box.forgetCalls();
    child.kill("SIGTERM");
    expectFailure(await done, 143, "SIGTERM");
    const [last = []] = box.calls("docker").slice(-1);
    expect(last.slice(0, 2)).to.deep.equal(["rm", "--force"]);
    expect(last[2]).to.match(/^osc-kolla-build-[0-9a-f]{12}$/);
  });

  it("reads repositories on this machine and the operator's settings.xml in the container too, and cannot write there", async () => {
    box.write("maven-repository/.keep", "");
    box.write("home/.m2/settings.xml", "<settings/>");
    box.write("home/.m2/settings-security.xml", "<settingsSecurity/>");
    const url = `file://${box.root}/maven-repository`;
    expectDone(await box.run(["tarball", "--set", `maven.repositories.mine=${url}`], { env: HOST }));
    const files = ["home/.m2/settings.xml", "home/.m2/settings-security.xml", "maven-repository"];
    const wanted = files.map((name) => join(box.root, name));
    for (const call of builds(box)) {
      expect(call).to.include.members(wanted.map((path) => `type=bind,source=${path},target=${path},readonly`));
      expect(call.join(" ")).to.include(`-gs ${String(wanted[0])} -Dsettings.security=${String(wanted[1])} `);
    }
    expect(existsSync(join(box.home, ".m2", "repository"))).to.equal(false);
  });
});
