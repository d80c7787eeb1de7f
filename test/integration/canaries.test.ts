// SPDX-License-Identifier: Apache-2.0
// A canary secret in every place that can hold one, printed in every form by every program: it is found nowhere.
import { expect } from "chai";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ENCODINGS } from "../support/encodings.ts";
import {
  configureFakes,
  expectDone,
  expectFailure,
  fakeDocker,
  fakeKolla,
  fakeMaven,
  kollaBuilds,
  kollaSucceeds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { type FileServer, type PrivateServer, serveFiles, servePrivately } from "../support/integration-http.ts";
import { jarWith } from "../support/integration-zip.ts";
import { LIBRARIES, sample } from "../support/integration-sample.ts";
import { filesBelow, type Run } from "../support/sandbox.ts";

/** A password of its own for each place, with what each encoding must encode. */
const canary = (place: string): string => `cänary-${place}'s "<&\\p@ss/w+rd>`;
const encoded = (place: string): string => encodeURIComponent(canary(place)).replaceAll("'", "%27");

/** Where blanks and quotes mean something else. */
const OPTION = "cänary-option<&p@ss/w+rd>";

const PLACES = ["git", "plugin", "maven", "mirror", "server", "http-proxy", "https-proxy", "build-arg", "login"];
const SECRETS = [...PLACES.map(canary), OPTION];
const STRAY = "canary-stray-that-nobody-may-see";

const FORMS = ENCODINGS.flatMap(([, encode]) => SECRETS.map(encode));

/** A plugin. */
const FAR = jarWith("far");

describe("a canary secret in every place that can hold one", () => {
  const box = useSandbox("canaries");
  const runs: Run[] = [];
  let server: PrivateServer;
  let plugins: FileServer;

  /** Lines of sh: prints every secret in every form on both streams, and fails if the test wants that. */
  const tell = (program: string, each = "") =>
    [
      `sed 's/^/${each}/' '${join(box.root, "babble")}'`,
      `cat '${join(box.root, "babble")}' >&2`,
      `[ ! -e '${join(box.root, `fail-${program}`)}' ]`,
    ].join("\n");

  const environment = () => ({
    DOCKER_CONFIG: join(box.root, "docker-config"),
    CANARY_MAVEN: canary("maven"),
    CANARY_MIRROR: canary("mirror"),
    http_proxy: `http://me:${encoded("http-proxy")}@127.0.0.1:9`,
    HTTPS_PROXY: `me:${encoded("https-proxy")}@127.0.0.1:9`,
    MAVEN_OPTS: `-Djavax.net.ssl.trustStorePassword=${OPTION}`,
    SOMEBODYS_PASSWORD: STRAY,
    AWS_SECRET_ACCESS_KEY: STRAY,
  });

  const run = async (command: string, ...args: string[]): Promise<Run> => {
    const behind = ["--", "--build-args", `http_proxy=http://me:${encoded("build-arg")}@127.0.0.1:9`];
    const ended = await box.run([command, ...args, ...behind], { env: environment() });
    runs.push(ended);
    return ended;
  };

  const failing = async (program: string, ...args: [string, ...string[]]): Promise<Run> => {
    const mark = box.write(`fail-${program}`, "");
    const ended = await run(...args);
    rmSync(mark);
    return ended;
  };

  before(async () => {
    server = await servePrivately(sample().folder, "me", canary("git"));
    plugins = await serveFiles({ "/far.bar": FAR }, `me:${canary("plugin")}`);
    const url = (name: string) => `http://me:${encoded("git")}@${server.address}/${name}.git`;
    const far = `${plugins.url.replace("//", `//me:${encoded("plugin")}@`)}/far.bar`;
    const login = (name: string) => ({ username: "me", password: `\${env.${name}}` });
    configureFakes(box, {
      source: { url: url("osc-core") },
      libraries: LIBRARIES.map((name) => ({ name, url: url(name) })),
      plugins: [{ url: far, sha256: createHash("sha256").update(FAR).digest("hex") }],
      maven: {
        repositories: { mine: { url: "http://127.0.0.1:9/maven", ...login("CANARY_MAVEN") } },
        mirror: { url: "http://127.0.0.1:9/mirror", ...login("CANARY_MIRROR") },
      },
    });
    box.write("babble", `${FORMS.join("\n")}\n${url("x")}\n${far}\n`);
    const password = canary("server").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    box.write(
      "home/.m2/settings.xml",
      `<settings><servers><server><id>x</id><username>me</username>
      <password>${password}</password></server></servers></settings>`,
    );
    const auth = Buffer.from(`me:${canary("login")}`).toString("base64");
    box.write("docker-config/config.json", JSON.stringify({ auths: { "registry.example.org": { auth } } }));
    fakePrograms();
  });
  after(() => Promise.all([server.close(), plugins.close()]));

  function fakePrograms(): void {
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const words = `cat '${join(box.root, "babble")}' >&2; sed 's/^/fatal: /' '${join(box.root, "babble")}' >&2`;
    box.write(
      "bin/git",
      `#!/bin/sh\n${words}\n[ ! -e '${box.root}/fail-git' ] || exit 128\nexec '${real}' "$@"\n`,
      0o755,
    );
    fakeMaven(box, { first: `${tell("mvn", "[ERROR] ")} || exit 1` });
    const logs = `cat '${join(box.root, "babble")}' >"$logs/osc.log"; ln -s osc.log "$logs/000_FAILED_osc.log"`;
    fakeKolla(box, `${logs}\nif ! { ${tell("kolla-build")}; }; then exit 1; fi\n${kollaSucceeds(box)}`);
    fakeDocker(box, {
      version: tell("docker"),
      "'buildx prune --force --filter type=source.local'": tell("prune"),
    });
  }

  it("is used: everything is built, with -v, --json and -q", async () => {
    expectDone(await run("image", "-v"));
    expectDone(await run("image", "--json", "--force"));
    expectDone(await run("context", "-q"));
    expect(kollaBuilds(box).at(-1)).to.include(`http_proxy=http://me:${encoded("build-arg")}@127.0.0.1:9`);
    expect(box.environmentOf("mvn")).to.include({ CANARY_MAVEN: canary("maven"), CANARY_MIRROR: canary("mirror") });
  });

  it("makes no run a different one: nothing is done again with other passwords that are nobody's business", async () => {
    const again = await run("image", "--json");
    expectDone(again);
    expect(again.stdout).to.not.include('"status":"done"');
    expectDone(await run("image", "--dry-run"));
    expectDone(await run("image", "--dry-run", "--force", "--json"));
    for (const args of [[], ["--json"]]) runs.push(await box.run(["config", ...args], { env: environment() }));
  });

  it("is in no message when a program fails with it on its lips", async () => {
    expectFailure(await failing("git", "context", "--force"), 4, "fatal:", "***");
    expectFailure(await failing("mvn", "context", "--force", "-v"), 5, "[ERROR]", "***");
    expect((await failing("mvn", "image", "--force", "--json")).code).to.equal(5);
    expectFailure(await failing("kolla-build", "image", "--force"), 7, "osc:", "***");
    expectFailure(await failing("docker", "image", "--force"), 3, "container engine");
    expectFailure(await run("image", "--set", `source.ref=${canary("git")}`), 4, "***");
    expectFailure(await run("image", `--set=kolla.tag=http://me:${encoded("git")}@h`), 2, "***");
  });

  it("stands in nothing that was printed", () => {
    expect(runs.length).to.be.greaterThan(12);
    for (const { stdout, stderr } of runs) {
      const told = `${stdout}${stderr}`;
      for (const form of [...FORMS, STRAY]) expect(told.includes(form), form).to.equal(false);
    }
  });

  it("stands in no file of the work and output folders, kolla-build's own logs and ours among them", () => {
    const files = [box.work, box.out].flatMap(filesBelow).filter((path) => lstatSync(path).isFile());
    expect(files.filter((path) => path.endsWith("kolla-build-images/osc.log"))).to.not.deep.equal([]);
    expect(files.filter((path) => path.endsWith("steps.ndjson"))).to.not.deep.equal([]);
    for (const path of files) {
      const content = readFileSync(path);
      for (const form of [...FORMS, STRAY]) expect(content.includes(form), `${form} in ${path}`).to.equal(false);
    }
    expect(existsSync(join(box.work, "kolla-work", "logs"))).to.equal(false);
    expect(readFileSync(join(box.work, "maven/settings.xml"), "utf8")).to.include("${env.CANARY_MAVEN}");
  });

  it("is given to no program that has no use for it", () => {
    for (const program of ["mvn", "kolla-build", "docker"]) {
      expect(JSON.stringify([box.environmentOf(program), box.calls(program)]), program).to.not.include(STRAY);
    }
    for (const place of ["git", "plugin", "maven", "mirror", "server", "login"]) {
      expect(JSON.stringify(box.environmentOf("kolla-build")), place).to.not.include(canary(place).slice(0, 12));
    }
  });
});
