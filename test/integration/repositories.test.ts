// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { type Answers, type RepositoryServer, serveRepository } from "../support/integration-http.ts";
import { checkoutOf, commit, sample } from "../support/integration-sample.ts";
import { filesBelow, type Run, type Sandbox } from "../support/sandbox.ts";

const FILTERINGTABLE = "org/vaadin/addons/filteringtable/0.9.15.v7/filteringtable-0.9.15.v7.jar";
const POPUPBUTTON = "org/vaadin/addons/popupbutton/2.6.0/popupbutton-2.6.0.jar";
const STEPPER = "org/vaadin/addons/stepper/2.3.0/stepper-2.3.0.jar";
const JBOSGI = "org/jboss/osgi/repository/jbosgi-repository-core/6.0.1.Final/jbosgi-repository-core-6.0.1.Final.jar";
const ALL = [FILTERINGTABLE, POPUPBUTTON, STEPPER, JBOSGI];

const USER = "zebra-user";
const PASSWORD = "quagga-pass";
const BASIC = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");

const having =
  (...jars: readonly string[]): Answers =>
  (path) =>
    jars.some((jar) => path === `/maven/${jar}`) ? 200 : 404;
const nothing = having();
const silence: Answers = () => "silence";
const toThoseWhoKnow =
  (answers: Answers): Answers =>
  (path, authorization) =>
    authorization === `Basic ${BASIC}` ? answers(path, authorization) : 401;

/** A clone of the sample whose poms name these artifacts. */
function sourceNaming(...artifacts: readonly string[]): string {
  const tree = checkoutOf(sample().core);
  const dependencies = artifacts.map((name) => `<dependency><artifactId>${name}</artifactId></dependency>`).join("");
  commit(tree, { "osc-widgets/pom.xml": `<project><dependencies>${dependencies}</dependencies></project>\n` });
  return tree;
}

/** Repositories of a test, all closed after it; the two of OSC's poms that still exist are on loopback too. */
function useRepositories() {
  const servers: RepositoryServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const serve = async (answers: Answers): Promise<string> => {
    const server = await serveRepository(answers);
    servers.push(server);
    return server.url;
  };
  return {
    serve,
    /** Writes the settings: OSC's poms name all four artifacts. */
    configure: async (box: Sandbox, repositories: object = {}, url = sourceNaming(...NAMES)): Promise<void> => {
      const ours = { "vaadin-addons": await serve(nothing), jboss: await serve(nothing) };
      configureFakes(box, { source: { url }, maven: { repositories: { ...ours, ...repositories } } });
    },
  };
}

/** Three of them bring the fourth. */
const NAMES = ["filteringtable", "stepper", "jbosgi-repository-core"];

const settingsOf = (box: Sandbox): string => readFileSync(join(box.work, "maven", "settings.xml"), "utf8");

function expectNothingBuilt(box: Sandbox): void {
  expect(mavenBuilds(box)).to.equal(0);
  expect(existsSync(box.out)).to.equal(false);
  expectNothingHalfWritten(box);
}

describe("artifacts that Maven Central lacks", () => {
  const box = useSandbox("artifacts");
  const { serve, configure } = useRepositories();

  it("are named all at once where no repository has them, each with the one that should", async () => {
    await configure(box, { mine: await serve(nothing) });
    expectFailure(
      await box.run(["tarball"]),
      5,
      "org.vaadin.addons:filteringtable:0.9.15.v7 should be in the repository vaadin-addons",
      "org.vaadin.addons:popupbutton:2.6.0 should be in the repository vaadin-addons",
      "org.vaadin.addons:stepper:2.3.0 should be in the repository vaadin-addons",
      "org.jboss.osgi.repository:jbosgi-repository-core:6.0.1.Final should be in the repository jboss",
      "--set maven.repositories.mine=URL",
      "ARTIFACTS_MISSING.md",
    );
    expectNothingBuilt(box);
  });

  it("are named alone where some are found", async () => {
    await configure(box, { mine: await serve(having(FILTERINGTABLE, STEPPER, JBOSGI)) });
    const run = await box.run(["tarball"]);
    expectFailure(run, 5, "popupbutton");
    for (const found of ["filteringtable", "stepper", "jbosgi"]) expect(run.stderr).not.to.include(found);
    expectNothingBuilt(box);
  });

  it("are taken from a folder that is given as file://, beside those of the poms", async () => {
    for (const jar of ALL) box.write(`repository/${jar}`, "jar");
    const url = pathToFileURL(join(box.root, "repository")).href;
    await configure(box, { mine: url });
    expectDone(await box.run(["tarball"]));
    expect(settingsOf(box)).to.match(new RegExp(`<repository>\\s*<id>mine</id>\\s*<url>${url}</url>`));
  });

  it("are taken from a folder that a variable names; one that makes no address of it is silent, not a defect", async () => {
    const folder = join(box.root, "by-variable");
    for (const jar of ALL) box.write(`by-variable/${jar}`, "jar");
    await configure(box, { mine: "file:///${env.MAVEN_FOLDER}" });
    expectDone(await box.run(["tarball", "--force"], { env: { MAVEN_FOLDER: folder.slice(1) } }));
    expect(settingsOf(box)).to.include("<url>file:///${env.MAVEN_FOLDER}</url>");
    const run = await box.run(["tarball", "--force"], { env: { MAVEN_FOLDER: "srv%2Fmaven" } });
    expectFailure(run, 5, "the repository mine does not answer", "ARTIFACTS_MISSING.md");
  });

  it("are not looked for when the poms name none of them", async () => {
    const asked = await serveRepository(() => 401);
    configureFakes(box, { maven: { repositories: { mine: asked.url } } });
    expectDone(await box.run(["tarball"]));
    await asked.close();
    expect(asked.requests).to.deep.equal([]);
  });
});

describe("a Maven repository that asks who one is", () => {
  const box = useSandbox("login");
  const { serve, configure } = useRepositories();
  const login = { username: "${env.OSC_USER}", password: "${env.OSC_PASSWORD}" };
  const runs: Run[] = [];

  it("is named with its address when nobody is told; nothing is built, although others have everything", async () => {
    const mine = await serve(toThoseWhoKnow(nothing));
    await configure(box, { other: await serve(having(...ALL)), mine });
    expectFailure(
      await box.run(["tarball"]),
      5,
      `mine (${mine}) answers 401`,
      "maven.repositories",
      "REPOSITORY_REFUSES.md",
    );
    expectNothingBuilt(box);
  });

  it("refuses a wrong password, which is not told", async () => {
    const mine = await serve(toThoseWhoKnow(having(...ALL)));
    await configure(box, { mine: { url: mine, ...login } });
    const run = await box.run(["tarball"], { env: { OSC_USER: USER, OSC_PASSWORD: `${PASSWORD}-wrong` } });
    expectFailure(run, 5, `mine (${mine}) answers 401`);
    runs.push(run);
    expectNothingBuilt(box);
  });

  it("lets in the user and password of the environment", async () => {
    await configure(box, { mine: { url: await serve(toThoseWhoKnow(having(...ALL))), ...login } });
    for (const args of [["tarball"], ["context", "--json"], ["config"]]) {
      const run = await box.run(args, { env: { OSC_USER: USER, OSC_PASSWORD: PASSWORD } });
      expectDone(run);
      runs.push(run);
    }
    expect(box.environmentOf("mvn")).to.include({ OSC_USER: USER, OSC_PASSWORD: PASSWORD });
  });

  it("has its password in no output, no file and no command line of ours: settings.xml names the variable", () => {
    expect(settingsOf(box)).to.include("<password>${env.OSC_PASSWORD}</password>");
    const files = [box.work, box.out].flatMap(filesBelow).filter((path) => lstatSync(path).isFile());
    expect(files.length).to.be.greaterThan(100);
    expect(runs).to.have.length(4);
    for (const secret of [PASSWORD, BASIC]) {
      expect(files.filter((path) => readFileSync(path).includes(secret))).to.deep.equal([]);
      expect(runs.filter(({ stdout, stderr }) => `${stdout}${stderr}`.includes(secret))).to.deep.equal([]);
      expect(JSON.stringify(box.calls("mvn"))).not.to.include(secret);
    }
  });

  for (const [where, repository] of [
    ["alone", (url: string) => url],
    ["beside a username", (url: string) => ({ url, username: USER })],
  ] as const) {
    it(`may not have it in its URL, ${where}: that would stand in settings.xml`, async () => {
      const url = `http://${USER}:${PASSWORD}@127.0.0.1:9/maven`;
      configureFakes(box, { maven: { repositories: { mine: repository(url) } } });
      const run = await box.run(["tarball"]);
      expectFailure(run, 2, "maven.repositories.mine", "a URL without credentials", "${env.NAME}");
      expect(run.stderr).not.to.include("quagga");
    });
  }

  it("that says 403 of what it has not got is no obstacle", async () => {
    await configure(box, { strict: await serve(() => 403), mine: await serve(having(...ALL)) });
    expectDone(await box.run(["tarball"]));
  });
});

describe("a Maven repository that never answers", () => {
  const { serve, configure } = useRepositories();
  const going = useSandbox("silent-goes-on");
  const missing = useSandbox("silent-missing");
  /** A memory that is tidied all the time: a time limit that only garbage remembers is none. */
  const tidied = (box: Sandbox) => {
    const lines = [
      `import v8 from "node:v8";`,
      `import vm from "node:vm";`,
      `v8.setFlagsFromString("--expose-gc");`,
      `setInterval(vm.runInNewContext("gc"), 250).unref();`,
    ];
    return { env: { NODE_OPTIONS: `--import=${box.write("tidy.mjs", lines.join("\n"))}` } };
  };
  const secondsOf = (run: Run): number => {
    const { stages } = JSON.parse(run.stdout) as { stages: { id: string; seconds: number }[] };
    return stages.find(({ id }) => id === "artifacts")?.seconds ?? NaN;
  };

  it("is gone on without where others have everything, with a warning, after 15 seconds at most", async () => {
    const silent = { "vaadin-addons": await serve(silence), mine: await serve(silence) };
    await configure(going, { ...silent, other: await serve(having(...ALL)) });
    const run = await going.run(["tarball", "--json"], tidied(going));
    expectDone(run);
    expect(secondsOf(run)).to.be.within(5, 15);
    for (const id of ["mine", "vaadin-addons"]) {
      expect(run.stderr).to.include(`the Maven repository ${id} does not answer; the build goes on without it`);
    }
  });

  it("is answered by an empty folder in settings.xml, so that Maven does not wait for it", () => {
    const empty = pathToFileURL(join(going.work, "maven", "empty-repository")).href;
    const settings = settingsOf(going);
    expect(settings).to.match(new RegExp(`<repository>\\s*<id>mine</id>\\s*<url>${empty}</url>`));
    expect(settings).to.match(new RegExp(`<mirror>\\s*<id>vaadin-addons</id>\\s*<url>${empty}</url>`));
    expect(settings).to.match(/<id>other<\/id>\s*<url>http:/);
    expect(filesBelow(join(going.work, "maven", "empty-repository"))).to.deep.equal([]);
  });

  it("is named where something is missing that it may have, whether OSC's poms expect it there or not", async () => {
    const silent = { "vaadin-addons": await serve(silence), mine: await serve(silence) };
    await configure(missing, { ...silent, other: await serve(having(FILTERINGTABLE, POPUPBUTTON, JBOSGI)) });
    expectFailure(
      await missing.run(["tarball"], tidied(missing)),
      5,
      "org.vaadin.addons:stepper:2.3.0 should be in the repository vaadin-addons, which does not answer",
      "the repository mine does not answer",
    );
    expectNothingBuilt(missing);
  });
});
