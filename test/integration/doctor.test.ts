// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expectTold, hasNamespaces, report, within } from "../support/integration-doctor.ts";
import {
  ASKED_STORAGE,
  configureFakes,
  expectFailure,
  fakeDocker,
  fakeMaven,
  fakePython,
  SDK,
  useSandbox,
} from "../support/integration-fakes.ts";
import { filesBelow, fullListing } from "../support/sandbox.ts";

/** Programs are found by their names on PATH. */
const BY_NAME = { maven: { command: "mvn" }, kolla: { command: "kolla-build" } };

describe("doctor", () => {
  const box = useSandbox("doctor");

  beforeEach(() => configureFakes(box));

  it("finds everything that a run needs, with paths and versions, and ends with 0", async () => {
    const run = await box.run(["doctor"]);
    const git = execFileSync("git", ["--version"], { encoding: "utf8" }).replace("git version ", "").trim();
    expectTold(run, 0, `git ${git} (`, `Maven 3.8.7 (${box.bin}/mvn) on Java 17.0.9`);
    expectTold(run, 0, `kolla-build 23.0.0 (${box.bin}/kolla-build)`, "docker buildx v0.13");
    expectTold(run, 0, `docker 28 (${box.bin}/docker) at unix://${box.root}/docker.sock, storage driver overlay2`);
    expectTold(run, 0, `${box.work}, `, `${box.out}, `, "has what it needs");
    const lines = run.stdout.split("\n\n")[0]?.split("\n") ?? [];
    expect(lines.filter((line) => !line.startsWith("✔ good     "))).to.deep.equal([]);
    expect(run.stdout).to.not.include("\x1b");
  });

  it("writes nothing, and starts no build", async () => {
    const folders = () => ["home", "cwd", "bin"].flatMap((name) => fullListing(join(box.root, name)));
    const before = folders();
    box.forgetCalls();
    expectTold(await box.run(["doctor"]), 0);
    expect(folders()).to.deep.equal(before);
    expect([box.work, box.out].filter(existsSync)).to.deep.equal([]);
    expect(box.calls("kolla-build")).to.deep.equal([["--version"]]);
    expect(box.calls("mvn")).to.deep.equal([["--version"]]);
  });

  it("tells programs the same", async () => {
    const { ok, of, checks } = await report(box);
    expect(ok).to.equal(true);
    const kolla = `kolla-build 23.0.0 (${box.bin}/kolla-build), with the docker SDK 7.2.0`;
    expect(of("kolla")).to.deep.equal({ id: "kolla", title: "kolla", level: "good", found: kolla, mend: null });
    expect(new Set(checks.map(({ id }) => id)).size).to.equal(checks.length);
  });

  it("says with one JSON object, and with 2, that the settings are wrong", async () => {
    const run = await box.run(["doctor", "--json", "--set", "kolla.push=perhaps"]);
    expect(run.code).to.equal(2);
    expect(JSON.parse(run.stdout)).to.have.nested.property("error.code", "BAD_CONFIGURATION");
  });

  describe("when programs are missing", () => {
    const names = ["git", "mvn", "kolla-build", "docker"];
    const mends = ["apt-get install git", "apt-get install maven", "scripts/venv.sh", "apt-get install docker.io"];
    const env = () => {
      configureFakes(box, BY_NAME);
      for (const name of names) rmSync(join(box.bin, name), { force: true });
      return { PATH: box.pathWithout(...names) };
    };

    it("names each of them, with what mends it", async () => {
      const run = await box.run(["doctor"], { env: env() });
      expectTold(
        run,
        3,
        "no program git",
        'no program "mvn"',
        'no program "kolla-build"',
        "no program docker",
        ...mends,
      );
      const { bad } = await report(box, [], { env: env() });
      expect(bad).to.deep.equal(["git", "builder", "kolla", "engine"]);
    });

    it("so does the run that would need them, in one error", async () => {
      const run = await box.run(["image", "--set", "build.runner=host"], { env: env() });
      const told = ["git", "Maven", "kolla", "docker"].map((name) => `\nlooking for ${name}:\n`);
      expectFailure(run, 3, ...told, ...mends);
      expect(run.stderr).to.include("4 things are missing or unfit");
      expect(existsSync(join(box.work, "clones"))).to.equal(false);
    });

    it("names what another distribution calls them", async function () {
      if (!hasNamespaces("-rm")) this.skip();
      const release = box.write("os-release", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n');
      const other = within("-rm", `mount --bind ${release} /etc/os-release`);
      const { of } = await report(box, [], { env: env(), ...other });
      expect(of("git").mend).to.include("dnf install git");
      expect(of("builder").mend).to.include("dnf install maven");
      expect(of("engine").mend).to.match(/^Install docker;/);
    });
  });

  it("without an engine: says at which address, and nothing twice", async () => {
    fakeDocker(box, { version: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" });
    const { of, bad } = await report(box);
    expect(bad).to.deep.equal(["engine"]);
    expect(of("engine").found).to.include("Cannot connect to the Docker daemon");
    expect(of("engine").mend).to.include("Start the engine");
  });

  it("without JDK 8 and without an engine: names both", async () => {
    configureFakes(box, { maven: { command: "mvn", java_version: 8 } });
    fakeDocker(box, { version: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" });
    const { of, bad } = await report(box, [], { env: { JAVA_HOME: undefined } });
    expect(bad).to.deep.equal(["builder", "engine"]);
    expect(of("builder").found)
      .to.include("JDK 8 is needed; Maven would run on Java 17.0.9")
      .and.include("a build container cannot be made: Cannot connect");
    expect(of("builder").mend).to.include("Install a JDK 8").and.include("Start the engine");
  });

  it("without JDK 8, with an engine: says that a container takes its place", async () => {
    configureFakes(box, { maven: { command: "mvn", java_version: 8 } });
    const { ok, of } = await report(box, [], { env: { JAVA_HOME: undefined } });
    expect(ok).to.equal(true);
    expect(of("builder").found).to.match(/^a build container with JDK 8: JDK 8 is needed/);
  });

  it("without the SDK of the engine: says which Python needs it", async () => {
    fakePython(box, { [SDK]: "echo \"No module named 'docker'\" >&2\nexit 1" });
    const { of, bad } = await report(box);
    expect(bad).to.deep.equal(["kolla"]);
    expect(of("kolla").found).to.include("No module named 'docker'");
    expect(of("kolla").mend).to.include(`${box.bin}/kolla-python -m pip install docker`);
  });

  it("with a kolla-build that is a wrapper: a warning that it cannot be asked, and the setting by which it can", async () => {
    configureFakes(box, { kolla: { python: undefined } });
    const { of, warnings } = await report(box);
    expect(warnings).to.deep.equal(["kolla"]);
    expect(of("kolla").found).to.include(`${box.bin}/kolla-build), which is no script of a Python`);
    expect(of("kolla").mend).to.include("Set kolla.python");
  });

  it("with a Python that is not there, or has no kolla: says so", async () => {
    const absent = await report(box, ["--set", "kolla.python=/not/there"]);
    expect(absent.of("kolla").found).to.include('no program "/not/there"');
    fakePython(box, { "'-c import json'*": "echo \"ModuleNotFoundError: No module named 'kolla'\" >&2\nexit 1" });
    const { of, bad } = await report(box);
    expect(bad).to.deep.equal(["kolla"]);
    expect(of("kolla").found).to.equal(`${box.bin}/kolla-python: ModuleNotFoundError: No module named 'kolla'`);
  });

  it("with an engine that docker's client reaches and kolla's SDK does not: says so, and what each way needs", async () => {
    const sdk = (words: string) => fakePython(box, { [SDK]: `echo 7.2.0\necho 'DockerException: ${words}'` });
    sdk("Install paramiko package to enable ssh:// support");
    const ssh = await report(box);
    expect(ssh.bad).to.deep.equal(["kolla"]);
    expect(ssh.of("kolla").found).to.include("kolla's docker SDK does not: DockerException: Install paramiko");
    expect(ssh.of("kolla").mend).to.include(`${box.bin}/kolla-python -m pip install paramiko`);
    sdk("certificate verify failed");
    expect((await report(box)).of("kolla").mend).to.include("engine.endpoint");
    fakeDocker(box, { version: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" });
    expect((await report(box)).bad, "what is told once").to.deep.equal(["engine"]);
  });

  it("with a kolla-build that cannot be started: says so", async () => {
    box.write("bin/kolla-build", "#!/nowhere/python3\n", 0o755);
    const { of } = await report(box);
    expect(of("kolla").found).to.include(`${box.bin}/kolla-build: it cannot be started (ENOENT)`);
  });

  it("without buildx: a warning, and bad where it is asked for", async () => {
    fakeDocker(box, { "'buildx version'": "exit 1" });
    const { of, warnings, ok } = await report(box);
    expect([ok, warnings]).to.deep.equal([true, ["buildkit"]]);
    expect(of("buildkit").found).to.include("the classic builder is used");
    expect((await report(box, ["--set", "kolla.buildkit=true"])).bad).to.deep.equal(["buildkit"]);
  });

  it("with vfs: a warning", async () => {
    fakeDocker(box, { [ASKED_STORAGE]: "echo vfs /nowhere" });
    const { of, warnings } = await report(box);
    expect(warnings).to.deep.equal(["engine"]);
    expect(of("engine").found).to.include("/nowhere cannot be seen from here");
  });

  describe("of folders", () => {
    const disk = (size: string) => {
      box.write("disk/.keep", "");
      return within("-rm", `mount -t tmpfs -o size=${size} none ${box.root}/disk`);
    };
    const on = ["--work-dir", "../disk/.osc-kolla", "--output-dir", "../disk/out"];

    it("says that a disk is full, or will hardly do", async function () {
      if (!hasNamespaces("-rm")) this.skip();
      const full = await report(box, on, disk("64k"));
      expect(full.bad).to.deep.equal(["work-folder", "output-folder"]);
      expect(full.of("work-folder").found).to.include("the disk is full").and.include(`${box.root}/disk/.osc-kolla`);
      expect(full.of("work-folder").mend).to.include("--work-dir");
      const small = await report(box, on, disk("200m"));
      expect([small.bad, small.warnings]).to.deep.equal([[], ["work-folder", "output-folder"]]);
      expect(small.of("work-folder").found).to.include("0.2 GB free; a build of OSC takes about 3.0 GB");
    });

    it("says that the engine's disk is full", async function () {
      if (!hasNamespaces("-rm")) this.skip();
      fakeDocker(box, {
        [ASKED_STORAGE]: `echo 'overlay2 ${box.root}/disk'`,
      });
      const { of, bad } = await report(box, [], disk("64k"));
      expect(bad).to.deep.equal(["engine"]);
      expect(of("engine").found).to.include(`0.0 GB free in ${box.root}/disk`);
    });

    it("says that one is read-only; nothing of it is tried out", async function () {
      if (!hasNamespaces("-rm")) this.skip();
      box.write("disk/.keep", "");
      const readOnly = within("-rm", `mount -t tmpfs -o ro none ${box.root}/disk`);
      const { of, bad } = await report(box, ["--output-dir", "../disk/out"], readOnly);
      expect(bad).to.deep.equal(["output-folder"]);
      expect(of("output-folder").found).to.equal(`you may not write to ${box.root}/disk: its file system is read-only`);
      expect(of("output-folder").mend).to.include("--output-dir");
    });

    it("says that one lies below a file, or holds what is not ours", async () => {
      const file = box.write("file", "");
      box.write("mine/letter.txt", "");
      const { of, bad } = await report(box, ["--output-dir", `${file}/out`, "--work-dir", "../mine"]);
      expect(bad).to.deep.equal(["work-folder", "output-folder"]);
      expect(of("output-folder").found).to.equal(`${file} is no folder`);
      expect(of("work-folder").found).to.include("was not made by osc-kolla");
    });

    it("works in a read-only working directory, where the default folders would lie", async function () {
      if (!hasNamespaces("-rm")) this.skip();
      configureFakes(box, { work_dir: undefined, output_dir: undefined });
      const readOnly = within("-rm", `mount --bind ${box.cwd} ${box.cwd} && mount -o remount,bind,ro ${box.cwd}`);
      const { bad } = await report(box, [], readOnly);
      expect(bad).to.deep.equal(["work-folder", "output-folder"]);
    });
  });

  it("says that HOME is missing, or not there, and works all the same; so does a run", async function () {
    const none = await report(box, [], { env: { HOME: undefined } });
    expect([none.ok, none.warnings]).to.deep.equal([true, ["home"]]);
    const gone = await report(box, [], { env: { HOME: "/not/there" } });
    expect([gone.ok, gone.warnings]).to.deep.equal([true, ["home"]]);
    expect(gone.of("home").mend).to.include("export HOME=");

    // a user whom passwd does not know, as in many a container
    const stranger = "--map-user=4242 --map-group=4242";
    if (!hasNamespaces(...stranger.split(" "))) this.skip();
    const nobody = { env: { HOME: undefined }, ...within(stranger, "true") };
    const unknown = await report(box, [], nobody);
    expect([unknown.ok, unknown.of("home").found]).to.deep.equal([
      true,
      "HOME is not set, and passwd names none for this user",
    ]);
    const run = await box.run(["context"], nobody);
    expect(run.code, run.stderr).to.equal(0);
    rmSync(box.work, { recursive: true });
    rmSync(box.out, { recursive: true });
  });

  it("says which proxies contradict each other or are none, without their passwords", async () => {
    const env = { https_proxy: "http://me:secret@a:1", HTTPS_PROXY: "me:secret@b:2", http_proxy: "http://" };
    const run = await box.run(["doctor"], { env });
    expectTold(run, 3, "https_proxy=http://***@a:1 and HTTPS_PROXY=http://***@b:2 contradict each other");
    expect(run.stdout).to.include("http_proxy=http:// is no address of a proxy").and.not.include("secret");
  });

  it("says which variables name certificate authorities that are not there", async () => {
    const env = { NODE_EXTRA_CA_CERTS: undefined, REQUESTS_CA_BUNDLE: "/not/there.pem" };
    const { of, warnings } = await report(box, [], { env });
    expect(warnings).to.deep.equal(["authorities"]);
    expect(of("authorities").found).to.equal("REQUESTS_CA_BUNDLE is /not/there.pem, which is not there");
    expect(of("authorities").mend).to.include("Unset REQUESTS_CA_BUNDLE");

    // git, which would refuse every server
    const git = { ...env, GIT_SSL_CAINFO: "/not/git.pem" };
    const { bad } = await report(box, ["--source-url", "https://osc.invalid/osc"], { env: git });
    expect(bad).to.deep.equal(["authorities"]);
  });

  afterEach("no work folder, no lock", () => {
    expect(filesBelow(box.work).filter((path) => path.endsWith("lock.json"))).to.deep.equal([]);
    rmSync(box.work, { recursive: true, force: true });
    fakeMaven(box);
  });
});
