// SPDX-License-Identifier: Apache-2.0
// What makes OSC hard to build, in the sample and with the real Maven: by the tool, and by hand without it.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import { configure, expectDone, mavenBuilds, useSandbox } from "../support/integration-fakes.ts";
import { type RepositoryServer, serveRepository } from "../support/integration-http.ts";
import { countMaven, failureOfMaven, QUICK } from "../support/integration-maven.ts";
import { checkoutOf, commit, git, sample } from "../support/integration-sample.ts";
import { filesBelow, fullListing, type Run } from "../support/sandbox.ts";

const LAUNCHER = ".bnd/default-ws/cnf/cache/3.3.0/bnd-cache/biz.aQute.launcher/biz.aQute.launcher-3.3.0.jar";
const GONE = "http://nexus.osc.invalid:8082";
const BIN = "opt/vmidc/bin";

/** Where Java says that one is at home, whatever $HOME says. */
const realHome = () => [".bnd", ".java"].flatMap((name) => fullListing(join(userInfo().homedir, name)));

const tarballOf = (result: Result): string => String(result.results.tarball?.artefacts[0]?.file);

/** What a file of the tarball contains. */
function inTarball(result: Result, path: string): string {
  const args = ["-xzOf", tarballOf(result), `osc-${result.version}/${BIN}/${path}`];
  return execFileSync("tar", args, { encoding: "utf8" });
}

describe("what makes OSC hard to build", () => {
  const box = useSandbox("traits");
  let gone: RepositoryServer;
  let tree = "";
  let untouched: { tree: string[]; home: string[] };
  let result: Result;
  const maven = () => join(box.work, "maven");
  const local = () => join(maven(), ".m2", "repository");
  const resultOf = (run: Run): Result => {
    expectDone(run);
    return JSON.parse(run.stdout) as Result;
  };

  before("built once by the tool", async () => {
    // on loopback, where Maven does not block what is http
    gone = await serveRepository(() => 404);
    tree = checkoutOf(sample().core);
    const pom = readFileSync(join(tree, "pom.xml"), "utf8");
    expect(pom).to.include(GONE);
    commit(tree, { "pom.xml": pom.replace(GONE, gone.url) });
    untouched = { tree: fullListing(tree), home: realHome() };
    configure(box, { source: { url: tree } });
    countMaven(box);
    result = resultOf(await box.run(["tarball", "--json"], { env: QUICK }));
  });

  after(() => gone.close());

  describe("is taken care of by the tool", () => {
    it("a repository that is gone: nobody asks it for anything", () => {
      expect(gone.requests).to.deep.equal([]);
    });

    it("bnd's launcher, which it finds in the private home", () => {
      expect(existsSync(join(maven(), LAUNCHER))).to.equal(true);
      expect(existsSync(join(box.work, "trees", "osc-core", "osc-export", "target", "osc-export.jar"))).to.equal(true);
    });

    it("a build that writes into the home folder: that of the person stays as it was", () => {
      expect(filesBelow(box.home)).to.deep.equal([]);
      expect(realHome()).to.deep.equal(untouched.home);
    });

    it("a build that writes among the sources: the clone that was given stays as it was", () => {
      expect(git(join(box.work, "trees", "osc-core"), "status", "--porcelain")).to.include("addons.scss");
      expect(fullListing(tree)).to.deep.equal(untouched.tree);
    });

    it("the libraries' sources, which the build copies from the home folder", () => {
      const names = execFileSync("tar", ["-tzf", tarballOf(result)], { encoding: "utf8" });
      expect(names).to.include(`${BIN}/webapp/SDK/sdn-controller-api-2.0.0-SNAPSHOT-sources.jar`);
    });

    it("patches: what they change is in the tarball", async () => {
      const changed = checkoutOf(sample().core);
      const page = "osc-ui/src/main/webapp/index.html";
      const scheduler = "osc-server-bom/root/opt/vmidc/bin/quartz.properties";
      commit(changed, { [page]: "patched page\n" });
      const first = `${git(changed, "format-patch", "-1", "--stdout")}\n`;
      commit(changed, { [scheduler]: "patched=scheduler\n" });
      box.write("patches/1.patch", first);
      box.write("patches/2.patch", `${git(changed, "format-patch", "-1", "--stdout")}\n`);
      configure(box, { source: { url: tree, patches: ["../patches"] } });
      box.forgetCalls();
      const patched = resultOf(await box.run(["tarball", "--json"], { env: QUICK }));
      expect(mavenBuilds(box)).to.equal(1);
      expect(patched.version).to.equal(`${result.version}+p2`);
      expect(inTarball(patched, "webapp/index.html")).to.equal("patched page\n");
      expect(inTarball(patched, "quartz.properties")).to.equal("patched=scheduler\n");
    });

    it("v0.8.0's data, which its bundle leaves out: it is taken from where the build laid it out", async () => {
      const old = resultOf(await box.run(["tarball", "--json", "--ref", "v0.8.0"], { env: QUICK }));
      const names = execFileSync("tar", ["-tzf", tarballOf(old)], { encoding: "utf8" });
      expect(names).to.not.include("default-data");
      for (const name of ["vmidcServer.conf", "vmidcKeyStore.jks", "mainKeyStore.p12", "vmidctruststore.jks"]) {
        expect(names, name).to.include(`${BIN}/${name}\n`);
      }
      expect(inTarball(old, "quartz.properties")).to.not.equal("");
      expect(old.results.build.more.map(({ path }) => path)).to.include(`${BIN}/vmidcServer.conf`);
    });
  });

  describe("stops a person who runs Maven by hand", () => {
    const GOALS = ["clean", "package", "install:install", "-DskipTests"];
    const WITHOUT_JRE = ["-P", "!java-jre-get"];
    const EXPORT = ["-pl", "osc-export"];
    const plain = () => ({ home: maven(), userHome: maven(), repository: local() });
    const clone = () => checkoutOf(sample().core);

    it("who has not got the libraries: the repository that should have them is gone", () => {
      const repository = join(box.root, "without-libraries");
      cpSync(local(), repository, { recursive: true, filter: (path) => !path.endsWith("/org/osc") });
      const args = [...GOALS, ...WITHOUT_JRE, "-pl", "osc-server", "-am"];
      const said = failureOfMaven(clone(), { ...plain(), repository }, ...args);
      expect(said).to.include("org.osc.api:security-mgr-api").and.to.include(`osc-nexus (${GONE}`);
    });

    it("who has not put bnd's launcher where bnd looks for it", () => {
      const said = failureOfMaven(clone(), { ...plain(), home: box.home }, ...GOALS, ...WITHOUT_JRE, ...EXPORT);
      expect(said).to.include("Default handler for Launcher-Plugin not found in biz.aQute.launcher");
    });

    it("who has not switched off the profile that downloads a JRE", () => {
      const said = failureOfMaven(clone(), plain(), ...GOALS, ...EXPORT);
      expect(said).to.include("There is no JRE to download any more");
    });

    it("whose local repository is not that of the home folder", () => {
      const said = failureOfMaven(clone(), { ...plain(), userHome: box.home }, ...GOALS, ...WITHOUT_JRE, ...EXPORT);
      expect(said).to.include("sdn-controller-api-2.0.0-SNAPSHOT-sources.jar");
    });

    it("who builds a library with `install`, as everybody would", () => {
      const library = checkoutOf(sample().library("security-mgr-api"));
      git(library, "checkout", "--quiet", "v2.0.0");
      const said = failureOfMaven(library, plain(), "clean", "install", "-DskipTests");
      expect(said).to.include("bnd-baseline-maven-plugin").and.to.include("calculating the baseline");
    });
  });
});
