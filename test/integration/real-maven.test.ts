// SPDX-License-Identifier: Apache-2.0
// The sample built by the real Maven: a build that fails, and builds that must give the same bytes.
import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readJar } from "../../src/archive/jar.ts";
import type { Result } from "../../src/cli/result.ts";
import { componentsOf, factOf } from "../support/bom.ts";
import {
  configure,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { countMaven, QUICK } from "../support/integration-maven.ts";
import { commit, git, sample, VERSION } from "../support/integration-sample.ts";
import { filesBelow, fullListing, type Run, Sandbox } from "../support/sandbox.ts";

const REPOSITORY = join("maven", ".m2", "repository");
const COMMON = "osc-common/src/main/java/org/osc/core/common/BuildInfo.java";

const archivesOf = (box: Sandbox) =>
  filesBelow(join(box.out, "kolla"))
    .filter((path) => path.endsWith(".tar"))
    .map((path) => basename(path));

const laidOut = (box: Sandbox) => join(box.work, "trees", "osc-core", "osc-server-bom", "root", "opt", "vmidc", "bin");

const tarballOf = (box: Pick<Sandbox, "out">) =>
  String(filesBelow(box.out).find((path) => /(?<!-source)\.tar\.gz$/.test(path)));

/** Every file with its mode, size and digest. */
const distributionOf = (box: Sandbox) => readFileSync(join(box.work, "distribution", "inventory.json"), "utf8");

/** What of the distribution the build writes otherwise each time. */
const UNSTEADY = [
  "META-INF/MANIFEST.MF",
  "jar/osc-common.jar",
  "jar/osc-uber.jar",
  "jar/sdn-controller-api-2.0.0-SNAPSHOT.jar",
  "osc-control.jar",
  "webapp/SDK/security-mgr-api-2.0.0-sources.jar",
];

describe("the sample, built by the real Maven", () => {
  const box = useSandbox("real");
  const tree = () => join(box.root, "osc-core");
  const tar = (...args: string[]) =>
    execFileSync("tar", args, { encoding: "utf8", env: { ...process.env, TZ: "UTC" } });

  before("built once", async () => {
    git("/", "clone", "--quiet", sample().core, tree());
    configure(box, { source: { url: tree() } });
    countMaven(box);
    expectDone(await box.run(["context"], { before: "umask 022", env: QUICK }));
    expectDone(await box.run(["tarball"], { env: QUICK }));
  });

  it("was built by Maven three times: two libraries and OSC", () => {
    expect(mavenBuilds(box)).to.equal(3);
  });

  it("is packed under one top folder, owned by root, with the commit's date and vmidc.sh executable", () => {
    const name = basename(tarballOf(box), ".tar.gz");
    expect(name.replace(/^osc-/, "")).to.match(VERSION);
    const lines = tar("--full-time", "-tvzf", tarballOf(box)).trimEnd().split("\n");
    const committed = new Date(Number(git(tree(), "log", "-1", "--format=%ct")) * 1000).toISOString();
    const [day, time] = committed.slice(0, 19).split("T");
    for (const line of lines) {
      const [, owner, , itsDay, itsTime, path] = line.split(/\s+/);
      expect({ owner, itsDay, itsTime }, path).to.deep.equal({ owner: "root/root", itsDay: day, itsTime: time });
      expect(path).to.match(new RegExp(`^${name}/`));
    }
    expect(tar("--numeric-owner", "-tvzf", tarballOf(box)).split("\n")[0]).to.include(" 0/0 ");
    expect(lines.find((line) => line.endsWith("/opt/vmidc/bin/vmidc.sh"))).to.match(/^-rwxr-xr-x /);
  });

  it("has a SHA256SUMS that verifies", () => {
    const said = execFileSync("sha256sum", ["-c", "SHA256SUMS"], { cwd: join(box.out, "tarballs"), encoding: "utf8" });
    expect(said).to.include(`${basename(tarballOf(box))}: OK\n`);
  });

  it("does not tell who built it", async () => {
    const jar = await readJar(readFileSync(join(box.work, "distribution/root/opt/vmidc/bin/osc-control.jar")));
    expect(jar.find(({ path }) => path === "META-INF/MANIFEST.MF")?.content.toString()).to.match(/^Built-By: osc\r$/m);
  });

  it("is told jar by jar: those of others, those in jars, OSC's own with their commits, and none is unknown", () => {
    const told = componentsOf(readFileSync(join(box.work, "sbom", "sbom.cdx.json"), "utf8"));
    const { results } = JSON.parse(readFileSync(join(box.out, "result.json"), "utf8")) as Result;
    const facts = (path: string) => {
      const component = told.get(`opt/vmidc/bin/${path}`);
      return [component?.purl, factOf(component, "coordinates"), factOf(component, "commit")];
    };
    const { commit: core } = results.source;
    const own = (name: string) => [`pkg:maven/org.osc.core/${name}@1.0.0-SNAPSHOT`, "pom.properties", core];
    const others = (purl: string, from = "pom.properties") => [`pkg:maven/${purl}`, from, undefined];
    expect(facts("osc-control.jar")).to.deep.equal(own("osc-control"));
    const unpacked = "osc-control.jar!/META-INF/maven/org.osc.core/osc-common/pom.properties";
    expect(facts(unpacked)).to.deep.equal(own("osc-common"));
    expect(facts("jar/hk2-api-2.5.0-b30.jar")).to.deep.equal(others("org.glassfish.hk2/hk2-api@2.5.0-b30"));
    expect(facts("jar/osc-uber.jar!/lib/commons-lang-2.6.jar")).to.deep.equal(others("commons-lang/commons-lang@2.6"));
    // tells nothing of itself
    expect(facts("jar/gson-2.5.jar")).to.deep.equal(others("com.google.code.gson/gson@2.5", "repository"));
    for (const { name, version, commit: its } of results.libraries.libraries) {
      const path = `webapp/SDK/${name}-${version}-sources.jar`;
      const purl = `pkg:maven/org.osc.api/${name}@${version}?classifier=sources`;
      expect(facts(path)).to.deep.equal([purl, "pom.properties", its]);
    }
    expect(results.sbom.unknown).to.deep.equal([]);
    expect(results.sbom.jars).to.equal([...told.keys()].filter((path) => path.endsWith(".jar")).length);
  });

  it("is unpacked by tar to the files that the build laid out, where they are left as they are", async () => {
    const out = join(box.root, "as-built");
    const asBuilt = ["--set", "distribution.normalise=false", "--output-dir", out];
    expectDone(await box.run(["tarball", ...asBuilt], { env: QUICK }));
    const unpacked = join(box.root, "unpacked");
    mkdirSync(unpacked);
    tar("-xzf", tarballOf({ out }), "-C", unpacked);
    const ours = join(unpacked, basename(tarballOf({ out }), ".tar.gz"), "opt", "vmidc", "bin");
    expect(execFileSync("diff", ["-r", laidOut(box), ours], { encoding: "utf8" })).to.equal("");
  });

  it("built again with nothing changed starts no Maven", async () => {
    box.forgetCalls();
    expectDone(await box.run(["context"], { env: QUICK }));
    expectDone(await box.run(["tarball"], { env: QUICK }));
    expect(box.calls("mvn")).to.deep.equal([]);
  });

  it("gives the same bytes in other folders, under another umask, locale and time zone, on another day", async () => {
    const other = new Sandbox("real-elsewhere");
    configure(other, { source: { url: sample().core } });
    countMaven(other, "+400d");
    cpSync(join(box.work, REPOSITORY), join(other.work, REPOSITORY), {
      recursive: true,
      filter: (path) => !path.endsWith("/org/osc"),
    });
    const options = {
      before: "umask 077",
      env: { ...QUICK, TZ: "Asia/Kolkata", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" },
    };
    expectDone(await other.run(["tarball"], options));
    expectDone(await other.run(["context"], options));
    const { status, stdout } = spawnSync("diff", ["-rq", laidOut(box), laidOut(other)], { encoding: "utf8" });
    expect(status, "Maven left the same, and the test says nothing").to.equal(1);
    for (const name of UNSTEADY) expect(stdout).to.include(`${name} differ`);
    expect(distributionOf(other)).to.equal(distributionOf(box));
    const changes = readFileSync(join(box.work, "distribution", "normalised.json"), "utf8");
    const headers = ["Build-Time", "Bnd-LastModified", "Bundle-Version", "Include-Resource"];
    for (const header of headers) expect(changes).to.include(`META-INF/MANIFEST.MF: ${header}`);
    for (const list of ["sbom.cdx.json", "THIRD-PARTY.txt"]) {
      const told = (where: Sandbox) => readFileSync(join(where.work, "sbom", list), "utf8");
      expect(told(other)).to.equal(told(box));
    }
    expect(readFileSync(tarballOf(other)).equals(readFileSync(tarballOf(box)))).to.equal(true);
    expect(archivesOf(other)).to.deep.equal(archivesOf(box)).and.to.have.length(4);
  });

  it("with a module that does not compile: names it, and quotes the compiler; then, mended, it is built", async () => {
    const before = fullListing(join(box.out, "kolla"));
    const good = readFileSync(join(tree(), COMMON), "utf8");
    const broken = good.replace(/\}\s*$/, "  static int broken() { return undefinedVariable; }\n}\n");
    commit(tree(), { [COMMON]: broken });
    const line = broken.split("\n").findIndex((text) => text.includes("undefinedVariable")) + 1;
    const run = await box.run(["context"], { env: QUICK });
    expectFailure(
      run,
      5,
      "osc-common of osc-core",
      `BuildInfo.java:[${String(line)},`,
      "cannot find symbol",
      "undefinedVariable",
      "BUILD_FAILED.md",
    );
    const log = String(/^The whole log: (\/.*)$/m.exec(run.stderr)?.[1]);
    expect(readFileSync(log, "utf8")).to.include("COMPILATION ERROR").and.to.include("undefinedVariable");
    expect(run.stderr).not.to.include("mvn <args>");
    expect(fullListing(join(box.out, "kolla")), "the context that was there").to.deep.equal(before);
    expectNothingHalfWritten(box);

    commit(tree(), { [COMMON]: good });
    box.forgetCalls();
    const mended: Run = await box.run(["context", "--json"], { env: QUICK });
    expectDone(mended);
    expect(mavenBuilds(box), "OSC alone, not its libraries").to.equal(1);
    expect((JSON.parse(mended.stdout) as { version: string }).version).to.match(/^1\.0\.0-SNAPSHOT-4-g/);
  });
});
