// SPDX-License-Identifier: Apache-2.0
/** A fresh Debian 13, with its own Java, Maven, Python, git and node. See scripts/test-debian13.sh for what it needs. */
import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import fsExtra from "fs-extra";
import type { Report } from "../../src/cli/findings.ts";
import type { Result } from "../../src/cli/result.ts";
import { Bench, type Ended, must, ROOT, run } from "../support/e2e.ts";

const PLACE = join(ROOT, ".osc-kolla/test-debian13");
const TREE = join(PLACE, "tree");
/** What of a checkout is needed to run the command; what was built in it is not. */
const CHECKOUT = ["Makefile", "bin", "dist", "fixtures", "kolla-overrides", "node_modules", "package.json", "scripts"];

describe("Debian 13, freshly installed", () => {
  const checkout = join(PLACE, "checkout");
  let bench: Bench;

  before("with node alone, and a checkout", async () => {
    bench = await Bench.make("debian13");
    await fsExtra.ensureDir(PLACE);
    await must(join(ROOT, "scripts/debian-tree.sh"), ["make", TREE, "trixie", "nodejs"]);
    await fsExtra.remove(checkout);
    await fsExtra.ensureDir(checkout);
    for (const name of [...CHECKOUT, "requirements.txt"]) await must("cp", ["-a", join(ROOT, name), checkout]);
  });
  after(() => bench.remove());

  /** Runs a program in the tree, which sees the checkout and the engine of this machine. */
  function inTree(...command: string[]): Promise<Ended> {
    // a link, as /var/run is one, would lead out of the tree
    const socket = realpathSync((bench.endpoint ?? "unix:///var/run/docker.sock").replace("unix://", ""));
    const folders = [checkout, dirname(socket)];
    // where pip's packages come from is this machine's business
    const pip = Object.entries(process.env).filter(([name]) => /^PIP_(INDEX|EXTRA_INDEX|TRUSTED)/.test(name));
    const variables = pip.map(([name, value]) => `${name}=${String(value)}`);
    const line = ["env", ...variables, `DOCKER_HOST=unix://${socket}`, ...command];
    return run(join(ROOT, "scripts/debian-tree.sh"), ["run", TREE, checkout, ...folders, "--", ...line]);
  }
  const osc = (command: string, ...args: string[]) =>
    inTree("node", "bin/osc-kolla.js", command, "--config", "fixtures/demo.yaml", ...args);

  it("is one", async () => {
    expect(await readFile(join(TREE, "etc/debian_version"), "utf8")).to.match(/^13\./);
    expect((await inTree("node", "--version")).stdout).to.match(/^v20\.19\./);
  });

  it("is told by doctor what it lacks, with Debian's commands", async function () {
    if ((await inTree("sh", "-c", "command -v mvn")).code === 0) this.skip(); // a tree that was set up before
    const { code, stdout } = await osc("doctor");
    expect(code, stdout).to.equal(3);
    for (const name of ["git", "maven"]) expect(stdout).to.include(`apt-get install ${name}`);
  });

  it("has all that is needed after setup", async () => {
    const setup = await inTree("scripts/setup.sh");
    expect(setup.code, setup.stderr).to.equal(0);
    await must("cp", ["-a", join(ROOT, ".osc-kolla/sample"), join(checkout, ".osc-kolla/sample")]);
    const { code, stdout } = await osc("doctor", "--json");
    const { ok, checks } = JSON.parse(stdout) as Report;
    expect([code, ok], stdout).to.deep.equal([0, true]);
    const found = new Map(checks.map(({ id, found: what }) => [id, what]));
    console.log(checks.map(({ level, title, found: what }) => `      ${level} ${title}: ${what}`).join("\n"));
    expect(found.get("git")).to.match(/^git 2\.47/);
    expect(found.get("builder")).to.match(/^Maven 3\.9\.\d+ \(\/usr\/bin\/mvn\) on Java 21\./);
    expect(found.get("kolla")).to.match(/^kolla-build 2\d\.\d+\.\d+ .*, with the docker SDK/);
    const python = (await inTree(".osc-kolla/venv/bin/python", "--version")).stdout;
    expect(python).to.match(/^Python 3\.13\./);
  });

  it("builds the sample and writes its context, which its kolla-build renders", async () => {
    const { code, stdout, stderr } = await osc("context", "--json");
    expect(code, stderr).to.equal(0);
    const { results, kollaCommand, stages } = JSON.parse(stdout) as Result;
    console.log(`      ${stages.map(({ id, seconds }) => `${id} ${seconds.toFixed(1)} s`).join(", ")}`);
    expect(results.builder).to.include({ runner: "host" });
    expect(results.builder.java).to.match(/^21\./);
    const rendered = await inTree(...(kollaCommand ?? []), "--template-only", "--work-dir", join(checkout, "rendered"));
    expect(rendered.code, rendered.stderr).to.equal(0);
    const dockerfile = await readFile(join(checkout, "rendered/docker/osc-base/Dockerfile"), "utf8");
    for (const { file } of results.context?.archives ?? []) expect(dockerfile).to.include(`ADD ${file} /`);
  });
});
