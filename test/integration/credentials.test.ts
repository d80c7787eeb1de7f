// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  fakeMaven,
  kollaBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { type PrivateServer, servePrivately } from "../support/integration-http.ts";
import { git, LIBRARIES, sample } from "../support/integration-sample.ts";
import { filesBelow, type Run } from "../support/sandbox.ts";

/** A user's name and a password whose letters appear nowhere else, with a character that URLs must encode. */
const USER = "zebra-user";
const PASSWORD = "quagga@pass";
const ENCODED = "quagga%40pass";

const SECRETS = [USER, PASSWORD, ENCODED, Buffer.from(`${USER}:${PASSWORD}`).toString("base64")];

describe("credentials in a repository's URL", () => {
  const box = useSandbox("credentials");
  let server: PrivateServer;
  const url = (name: string, password = ENCODED) => `http://${USER}:${password}@${server.address}/${name}.git`;
  const runs: Run[] = [];
  const run = async (...args: string[]): Promise<Run> => {
    const ended = await box.run(args);
    runs.push(ended);
    return ended;
  };

  before(async () => {
    server = await servePrivately(sample().folder, USER, PASSWORD);
    configureFakes(box, {
      source: { url: url("osc-core") },
      libraries: LIBRARIES.map((name) => ({ name, url: url(name) })),
    });
    fakeMaven(box, { first: "git remote -v; git config --list --show-origin" });
  });

  after(() => server.close());

  it("are used: a private OSC with private libraries is built", async () => {
    expectDone(await run("image"));
    expect(kollaBuilds(box)).to.have.length(1);
  });

  it("are used again by a run with nothing to do, by --json, by a dry run and by a forced one", async () => {
    expectDone(await run("image", "--json"));
    expectDone(await run("image", "--dry-run"));
    expectDone(await run("context", "--force"));
    expectDone(await run("config"));
  });

  it("are not told when they are wrong; the message says where they were refused", async () => {
    const wrong = await run("tarball", "--source-url", url("osc-core", "quagga-wrong"));
    expectFailure(wrong, 4, `***@${server.address}/osc-core.git`, "Authentication failed", "credentials");
    expect(wrong.stderr).not.to.include("quagga");
    const json = await run("tarball", "--json", "--source-url", url("osc-core", "quagga-wrong"));
    expect(json.code).to.equal(4);
    expect(json.stdout).not.to.include("quagga");
  });

  it("are not told when the server refuses them in the middle", async () => {
    server.lockOut(true);
    expectFailure(await run("tarball", "--force"), 4, `***@${server.address}`);
    server.lockOut(false);
    expectDone(await run("tarball", "--force"));
  });

  it("are not told for a ref that the repository does not have", async () => {
    expectFailure(await run("tarball", "--ref", "nowhere"), 4, `***@${server.address}/osc-core.git`, "v0.8.0");
  });

  it("nor is a token that stands alone before the @", async () => {
    const failed = await run("tarball", "--source-url", `http://${USER}@${server.address}/osc-core.git`);
    expectFailure(failed, 4, `***@${server.address}`);
  });

  it("stand in nothing that was printed", () => {
    expect(runs.length).to.be.greaterThan(8);
    for (const secret of SECRETS) {
      expect(runs.filter(({ stdout, stderr }) => `${stdout}${stderr}`.includes(secret))).to.deep.equal([]);
    }
  });

  it("stand in no file of the work and output folders: clones, trees, logs, records, result.json", () => {
    const files = [box.work, box.out].flatMap(filesBelow).filter((path) => lstatSync(path).isFile());
    expect(files.length).to.be.greaterThan(100);
    for (const secret of SECRETS) {
      expect(files.filter((path) => readFileSync(path).includes(secret))).to.deep.equal([]);
    }
  });

  it("are in no environment of Maven, kolla-build and docker, and not on their command lines", () => {
    for (const program of ["mvn", "kolla-build", "docker"]) {
      const seen = JSON.stringify([box.environmentOf(program), box.calls(program)]);
      for (const secret of SECRETS) expect(seen, program).not.to.include(secret);
    }
  });

  it("are in no git remote of the work tree that is built", () => {
    const remotes = git(join(box.work, "trees", "osc-core"), "remote", "-v");
    expect(remotes).to.include("clones/osc-");
    expect(remotes).not.to.include("http");
  });
});

describe("credentials where nobody looks for them", () => {
  const box = useSandbox("credentials-elsewhere");
  const secret = `http://${USER}:${ENCODED}@127.0.0.1:9/x`;
  const expectNotTold = (run: Run) => {
    const told = `${run.stdout}${run.stderr}`;
    for (const word of SECRETS) expect(told).not.to.include(word);
  };

  beforeEach(() => configureFakes(box));

  it("are not told in the line of osc-kolla.yaml that is no YAML", async () => {
    box.write("cwd/osc-kolla.yaml", `source:\n  url: "${secret}\n`);
    const run = await box.run(["config"]);
    expect(run.code).to.equal(2);
    expectNotTold(run);
  });

  it("are not told behind an option that is misspelt", async () => {
    const run = await box.run(["tarball", `--source-urll=${secret}`]);
    expect(run.code).to.equal(2);
    expectNotTold(run);
  });

  it("are not told when a URL is given as a ref", async () => {
    const run = await box.run(["tarball", "--json", "--ref", secret]);
    expect(run.code).to.equal(4);
    expectNotTold(run);
  });

  it("are not told, no part of them, when the password has an @ that should have been encoded", async () => {
    const run = await box.run(["tarball", "--source-url", `http://${USER}:quagga@gnu@127.0.0.1:9/x`]);
    expect(run.code).to.equal(4);
    expect(run.stderr).not.to.include("quagga").and.not.to.include("gnu");
  });

  it("reach kolla-build behind --, but no file of ours: a proxy for the build", async () => {
    const proxy = `http_proxy=http://${USER}:${ENCODED}@127.0.0.1:9`;
    const run = await box.run(["image", "--json", "--", "--build-args", proxy]);
    expectDone(run);
    expect(kollaBuilds(box).at(-1)).to.include(proxy);
    expectNotTold(run);
    const files = [box.work, box.out].flatMap(filesBelow).filter((path) => lstatSync(path).isFile());
    for (const word of SECRETS) expect(files.filter((path) => readFileSync(path).includes(word))).to.deep.equal([]);
  });
});
