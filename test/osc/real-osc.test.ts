// SPDX-License-Identifier: Apache-2.0
/** The real OSC, from a clean clone to an image that answers. See scripts/test-osc.sh for what it needs. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import fsExtra from "fs-extra";
import type { PayloadFile } from "../../src/archive/payload.ts";
import type { Result } from "../../src/cli/result.ts";
import { layerOf } from "../../src/osc/layers.ts";
import { Bench, type Ended, eventually, must, ROOT, run } from "../support/e2e.ts";
import { describeRuntime } from "../support/osc-runtime.ts";
import { DISTRIBUTION } from "../support/unit-distribution.ts";

const TREE = join(ROOT, ".osc-kolla/test-osc/jdk8-tree");
const STATUS = "https://127.0.0.1:8090/api/server/v1/serverManagement/status";

/** Set by scripts/test-osc.sh. */
const given = (name: string): string => process.env[name] ?? "";

describe("the real OSC", () => {
  let bench: Bench;
  /** of master, built in the container: path to file */
  let files: ReadonlyMap<string, PayloadFile>;
  /** of master, built on a host with JDK 8 */
  let host: Result;
  /** the image of master, under a name that the later builds do not take */
  const master = () => `kolla/osc:${bench.tag}`;

  before(async () => {
    bench = await Bench.make("osc");
    const libraries = [
      { name: "sdn-controller-api", url: given("OSC_SDN_CONTROLLER_API") },
      { name: "security-mgr-api", url: given("OSC_SECURITY_MGR_API") },
    ];
    const settings = { source: { url: given("OSC_CORE") }, libraries };
    await writeFile(bench.path("osc-kolla.yaml"), JSON.stringify(settings));
  });
  after(() => bench.remove());

  /** Options of a run in folders of its own. */
  const options = (name: string, ...more: string[]): string[] => [
    ...[
      "--config",
      bench.path("osc-kolla.yaml"),
      "--work-dir",
      bench.path(name),
      "--output-dir",
      bench.path(`${name}-out`),
    ],
    ...["--tag", `${bench.tag}-${name}`, "--json", ...more],
  ];
  const REPOSITORY = ["--set", `maven.repositories.mine=${given("OSC_MAVEN_REPOSITORY")}`];
  const CONTAINER = ["--set", "build.runner=container"];

  const osc = (command: string, args: readonly string[]): Promise<Ended> =>
    run(process.execPath, [join(ROOT, "bin/osc-kolla.js"), command, ...args]);

  function resultOf({ code, stdout, stderr }: Ended): Result {
    if (code !== 0) throw new Error(`it ended with ${String(code)}:\n${stderr}`);
    const result = JSON.parse(stdout) as Result;
    const times = result.stages.map(({ id, seconds }) => `${id} ${seconds.toFixed(1)} s`);
    console.log(`      ${result.version}: ${times.join(", ")}`);
    return result;
  }

  /** Builds images in the build container, always in the same folders: the downloads are the same. */
  const build = async (...more: string[]): Promise<Result> =>
    resultOf(await osc("image", options("container", ...REPOSITORY, ...CONTAINER, ...more)));

  /** Every file of a distribution: path to mode and sha256. */
  const filesOf = async ({ results }: Result): Promise<ReadonlyMap<string, PayloadFile>> => {
    const files = JSON.parse(await readFile(results.distribution.inventory, "utf8")) as PayloadFile[];
    return new Map(files.map((file) => [file.path, file]));
  };

  const curl = async (...args: string[]): Promise<string> =>
    (await run("curl", ["--silent", "--insecure", "--max-time", "5", ...args])).stdout;
  const code = (url: string) => curl("--output", "/dev/null", "--write-out", "%{http_code}", url);

  /** Starts an image, and asks until `look` is satisfied. */
  async function inContainer(result: Result, look: (name: string) => Promise<void>, ...more: string[]): Promise<void> {
    const image = result.results.images?.images.at(-1)?.name ?? "";
    const name = `${bench.tag}-running`;
    await bench.docker(
      ...["run", "--detach", "--name", name, "--network", "host", "--tmpfs", "/tmp"],
      ...["--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE", ...more, image],
    );
    try {
      await look(name);
    } finally {
      await bench.docker("rm", "--force", name);
    }
  }

  const health = (name: string) => bench.docker("inspect", "--format", "{{.State.Health.Status}}", name);

  async function expectService(name: string): Promise<void> {
    const started = Date.now();
    expect(
      await eventually(
        90,
        () => code(STATUS),
        (answer) => answer === "200",
      ),
      "8090",
    ).to.equal("200");
    console.log(`      8090 answered 200 after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    expect(await code("https://127.0.0.1:443/"), "443").to.equal("200");
    expect(
      await eventually(
        40,
        () => health(name),
        (now) => now === "healthy",
      ),
    ).to.equal("healthy");
  }

  it("without the artifacts that Maven Central lacks is answered with all four in one message, within 30 s", async () => {
    const empty = bench.path("empty-repository");
    await fsExtra.ensureDir(empty);
    // on a machine that reaches the two old repositories as well
    const none = ["vaadin-addons", "jboss"].flatMap((id) => ["--set", `maven.repositories.${id}=file://${empty}`]);
    const started = Date.now();
    const { code: exitCode, stdout } = await osc(
      "tarball",
      options("without", ...none, "--set", "maven.java_version=any"),
    );
    const seconds = (Date.now() - started) / 1000;
    console.log(`      after ${seconds.toFixed(1)} s`);
    expect(exitCode).to.equal(5);
    const { error } = JSON.parse(stdout) as { error: { message: string; hint: string } };
    for (const artifact of ["filteringtable", "popupbutton", "stepper", "jbosgi-repository-core"]) {
      expect(error.message).to.include(artifact);
    }
    expect(error.hint).to.include("maven.repositories");
    expect(seconds).to.be.below(30);
  });

  it("master, built in the build container, answers and becomes healthy", async () => {
    const result = await build();
    files = await filesOf(result);
    await bench.docker("tag", result.results.images?.images.at(-1)?.name ?? "", master());
    await inContainer(result, expectService);
  });

  // mocha runs these after the others
  describeRuntime(() => bench, master);

  it("master's distribution has the files that OSC's has, and no other", () => {
    expect([...files.keys()].sort()).to.deep.equal(DISTRIBUTION.map(({ path }) => path).sort());
  });

  /** Runs it in a tree that has JDK 8. */
  async function onHost(command: string, args: readonly string[], ...before: string[]): Promise<Result> {
    const local = [given("OSC_CORE"), given("OSC_SDN_CONTROLLER_API"), given("OSC_SECURITY_MGR_API")];
    const shared = [...local, given("OSC_MAVEN_REPOSITORY")].map((url) => url.replace(/^file:\/\//, ""));
    const folders = [...new Set([ROOT, bench.folder, ...shared.filter((path) => path.startsWith("/"))])];
    const line = [...before, "node", join(ROOT, "bin/osc-kolla.js"), command, ...args];
    return resultOf(
      await run(join(ROOT, "scripts/debian-tree.sh"), ["run", TREE, bench.folder, ...folders, "--", ...line]),
    );
  }

  it("master, built on a host with JDK 8, has the same files, and third-party jars of the same bytes", async () => {
    await fsExtra.ensureDir(join(TREE, ".."));
    const packages = ["openjdk-8-jdk-headless", "maven", "git", "nodejs", "faketime"];
    await must(join(ROOT, "scripts/debian-tree.sh"), ["make", TREE, "sid", ...packages]);
    host = await onHost("tarball", options("host", ...REPOSITORY));
    expect(host.results.builder.runner).to.equal("host");
    expect(host.results.builder.java).to.match(/^1\.8\./);
    const here = await filesOf(host);
    expect([...here.keys()]).to.deep.equal([...files.keys()]);
    const thirdParty = [...here.values()].filter(({ path }) => layerOf(path).name === "third-party");
    expect(thirdParty).to.have.length.above(70);
    for (const { path, sha256 } of thirdParty) expect(files.get(path)?.sha256, path).to.equal(sha256);
    const others = [...here.values()].filter(({ path, sha256 }) => files.get(path)?.sha256 !== sha256);
    console.log(`      files that differ from those of the container's JDK and Maven: ${String(others.length)}`);
  });

  it("master, built again in other folders, on another day, by another zone, locale and umask, gives the same bytes", async () => {
    // what Maven downloads is not what is compared, and no certificate of today's holds on that day
    const taken = ["CACHEDIR.TAG", "maven/.m2/repository"];
    for (const path of taken) {
      const filter = (source: string) => !source.endsWith("/repository/org/osc");
      await fsExtra.copy(bench.path("host", path), bench.path("again", path), { filter });
    }
    const mvn = bench.path("mvn-on-another-day");
    await writeFile(mvn, `#!/bin/sh\nexec faketime -f +400d mvn "$@"\n`, { mode: 0o755 });
    const elsewhere = ["env", "TZ=Asia/Tokyo", "LC_ALL=C", "sh", "-c", 'umask 077; exec "$@"', "-"];
    const otherwise = options("again", ...REPOSITORY, "--set", `maven.command=${mvn}`);
    const again = await onHost("tarball", otherwise, ...elsewhere);
    expect([...(await filesOf(again))]).to.deep.equal([...(await filesOf(host))]);
    const sums = ({ results }: Result) => results.tarball?.artefacts.map(({ sha256 }) => sha256);
    expect(sums(again)).to.deep.equal(sums(host));
    const layers = async (result: Promise<Result>) => (await result).results.context?.archives;
    expect(await layers(onHost("context", otherwise, ...elsewhere))).to.deep.equal(
      await layers(onHost("context", options("host", ...REPOSITORY))),
    );
  });

  const patch = () => ["--set", `source.patches=${JSON.stringify([bench.path("one-line.patch")])}`];

  it("with a one-line patch answers with what the patch says", async () => {
    const clone = bench.path("patched");
    const file = "osc-server/src/main/java/org/osc/core/broker/util/VersionUtil.java";
    await must("git", ["clone", "--quiet", given("OSC_CORE"), clone]);
    const content = await readFile(join(clone, file), "utf8");
    await writeFile(join(clone, file), content.replace("(Build:", "(Patched:"));
    await writeFile(bench.path("one-line.patch"), await must("git", ["diff"], {}, clone));
    const patched = await build(...patch());
    expect(patched.version).to.match(/\+p1$/);
    const changed = [...(await filesOf(patched)).values()].filter((one) => files.get(one.path)?.sha256 !== one.sha256);
    expect(changed.map(({ path }) => path)).to.deep.equal([
      "opt/vmidc/bin/META-INF/MANIFEST.MF",
      "opt/vmidc/bin/jar/osc-server.jar",
      // has the same class
      "opt/vmidc/bin/osc-control.jar",
    ]);
    await inContainer(patched, async (name) => {
      await expectService(name);
      expect(await curl(STATUS)).to.include("(Patched:");
    });
  });

  it("on Java 21 in place of Java 8 ends with a sentence, or, where it is told to go on, becomes unhealthy", async () => {
    const override = bench.path("java21.j2");
    const packages = "{% set osc_base_packages_override = ['graphviz', 'openjdk-21-jre-headless'] %}";
    await writeFile(override, `{% extends parent_template %}\n${packages}\n`);
    const overrides = [...((await bench.setting("kolla.template_override")) as string[]), override];
    const result = await build(...patch(), "--set", `kolla.template_override=${JSON.stringify(overrides)}`);
    await inContainer(result, async (name) => {
      expect(await bench.docker("wait", name)).to.equal("78");
      const { stderr } = await run("docker", ["logs", name], { DOCKER_HOST: bench.endpoint });
      expect(stderr).to.match(/OSC needs Java 8, and .* is Java 21/);
    });
    const unhealthy = async (name: string): Promise<void> => {
      expect(
        await eventually(
          240,
          () => health(name),
          (now) => now !== "starting",
        ),
      ).to.equal("unhealthy");
    };
    await inContainer(result, unhealthy, "--env", "OSC_JAVA_VERSION=any");
  });

  it("v0.8.0, built in the build container, answers and becomes healthy", async () => {
    await inContainer(await build("--ref", "v0.8.0"), expectService);
  });
});
