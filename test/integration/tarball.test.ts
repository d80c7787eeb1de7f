// SPDX-License-Identifier: Apache-2.0
// What packagers get: names, formats, sums, the sources.
import { expect } from "chai";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeMaven,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { checkoutOf, commit, git, LIBRARIES, sample } from "../support/integration-sample.ts";
import { DISTRIBUTION, REGULAR, zipOf } from "../support/integration-zip.ts";
import { filesBelow, newFolder } from "../support/sandbox.ts";
import { withTools } from "../support/tools.ts";

/** How each program unpacks $1 here, as an ordinary user would. */
const UNPACKERS = {
  "GNU tar": 'tar -xf "$1"',
  bsdtar: 'bsdtar -xf "$1"',
  "Python's tarfile": `python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(filter="data")' "$1"`,
};

/** Every entry here: path, type, mode, time; of a link, in place of the time, which Python leaves, the target; contents. */
const LISTING = `find . -mindepth 1 \\( -type l -printf '%P %y %l\\n' -o -printf '%P %y %m %T@\\n' \\) | sort
find . -type f -print0 | sort -z | xargs -0 sha256sum`;

describe("a tarball", () => {
  const box = useSandbox("tarball");
  const folder = () => join(box.out, "tarballs");
  const inFolder = (command: string): string => withTools(command, folder());
  const tarballs = async (...args: string[]): Promise<Result> => {
    const run = await box.run(["tarball", "--json", ...args]);
    expectDone(run);
    return JSON.parse(run.stdout) as Result;
  };
  const artefactsOf = ({ results }: Result) => results.tarball?.artefacts ?? [];
  const allFormats = "tarball.formats=[tar.gz,tar.zst,tar]";

  beforeEach(() => configureFakes(box));

  it("of a commit whose tag has a slash lies in the folder itself, with a dash in its name; the version stays git's", async () => {
    const tree = checkoutOf(sample().core);
    const id = commit(tree, { NEWS: "1.0\n" });
    git(tree, "tag", "--annotate", "--message", "1.0", "release/1.0");
    const result = await tarballs("--source-url", tree, "--ref", "release/1.0");
    const version = `release/1.0-0-g${id.slice(0, 7)}`;
    expect(result.version).to.equal(version);

    const name = `osc-${version.replace("/", "-")}`;
    const names = ["", "-source"].flatMap((what) => [`${name}${what}.tar.gz`, `${name}${what}.tar.sha256`]);
    expect(readdirSync(folder())).to.have.members([
      "SHA256SUMS",
      ...names,
      `${name}.cdx.json`,
      `${name}.THIRD-PARTY.txt`,
      `${name}.intoto.json`,
    ]);
    for (const [at, top] of [name, `${name}-source`].entries()) {
      const paths = inFolder(`tar -tzf ${String(names[2 * at])}`)
        .trim()
        .split("\n");
      expect(new Set(paths.map((path) => path.split("/")[0]))).to.deep.equal(new Set([top]));
    }
  });

  it("is listed with all else that came out, in SHA256SUMS and in result.json, and sha256sum finds it well", async () => {
    const result = await tarballs("--set", allFormats);
    const listed = readFileSync(join(folder(), "SHA256SUMS"), "utf8").trimEnd().split("\n");
    const told = artefactsOf(result).map(({ file, sha256: sum }) => `${sum}  ${basename(file)}`);
    expect(listed).to.have.members(told).and.to.have.length(8);
    inFolder("sha256sum --check --strict --quiet SHA256SUMS");
    for (const { file, size } of artefactsOf(result)) expect(statSync(file).size).to.equal(size);
    expect(JSON.parse(readFileSync(result.resultFile, "utf8"))).to.deep.equal(result);
  });

  it("of an earlier run is gone where its format is no longer asked for; of another version, and what is not ours, it stays", async () => {
    await tarballs("--set", allFormats);
    const [first] = artefactsOf(await tarballs("--ref", "v0.8.0"));
    const mine = join(folder(), "osc-mine.tar.xz");
    writeFileSync(mine, "x");
    const result = await tarballs("--set", "tarball.formats=[tar]", "--set", "tarball.source=false");
    const left = readdirSync(folder()).filter((name) => name.startsWith(`osc-${result.version}`));
    expect(left).to.have.members(
      [".tar", ".cdx.json", ".THIRD-PARTY.txt", ".intoto.json"].map((end) => `osc-${result.version}${end}`),
    );
    expect(existsSync(String(first?.file))).to.equal(true);
    expectDone(await box.run(["verify", folder()]));
    rmSync(mine);
  });

  it("holds the same tar in each format, whose sum can be checked", async () => {
    const both = ["--set", "tarball.formats=[tar.zst,tar.gz]"];
    const result = await tarballs(...both);
    for (const kind of ["distribution", "source"]) {
      const [zst, gz] = artefactsOf(result).filter((one) => one.kind === kind);
      expect(gz?.compressed?.tar).to.deep.equal(zst?.compressed?.tar);
      const sum = `${basename(String(gz?.file), ".tar.gz")}.tar.sha256`;
      expect(inFolder(`gzip -dc ${basename(String(gz?.file))} | sha256sum --check ${sum}`)).to.equal("-: OK\n");
      expect(inFolder(`zstd -dc ${basename(String(zst?.file))} | sha256sum --check ${sum}`)).to.equal("-: OK\n");
      inFolder(`! echo another | sha256sum --check --status ${sum}`);
    }
    const [zst] = artefactsOf(result);
    expect(zst?.compressed?.by).to.match(/^zstd \d+\.\d+\.\d+$/);

    const before = artefactsOf(result).map((one) => one.sha256);
    expect(artefactsOf(await tarballs(...both, "--force")).map((one) => one.sha256)).to.deep.equal(before);
  });

  it("is made by zstd as a dry run tells, and without it not begun", async () => {
    box.forgetCalls();
    const zstd = ["--set", "tarball.formats=[tar.zst]"];
    expectFailure(
      await box.run(["tarball", "--force", ...zstd], { env: { PATH: box.pathWithout("zstd") } }),
      3,
      "zstd",
      "apt-get install zstd",
      "tarball.formats",
    );
    expect(mavenBuilds(box)).to.equal(0);
    // nobody needs it who does not ask for it
    expectDone(await box.run(["tarball"], { env: { PATH: box.pathWithout("zstd") } }));

    const plan = await box.run(["tarball", "--dry-run", ...zstd, "--set", "tarball.zstd_level=3"]);
    await tarballs(...zstd, "--set", "tarball.zstd_level=3");
    const log = filesBelow(join(box.work, "logs"))
      .filter((path) => path.endsWith("zstd.log"))
      .at(-1);
    const started = readFileSync(String(log), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("$ "));
    expect(started).to.have.length(2);
    expect(plan.stdout.split("\n").map((line) => line.trim())).to.include.members(started);
  });

  it("is not left half-written where zstd fails", async () => {
    box.fake("zstd", {
      "--version": "echo '*** Zstandard CLI (64-bit) v9.9.9 ***'",
      "*": "head -c 600 >/dev/null; echo half; echo 'zstd: no memory' >&2; exit 1",
    });
    try {
      const run = await box.run([
        "tarball",
        "--set",
        "tarball.formats=[tar.zst]",
        "--ref",
        "v0.8.0",
        "--set",
        `output_dir=${box.root}/failed`,
      ]);
      expectFailure(run, 6, "no memory", "STAGING_FAILED");
      expect(readdirSync(join(box.root, "failed", "tarballs"))).to.deep.equal([]);
      expectNothingHalfWritten(box);
    } finally {
      rmSync(join(box.bin, "zstd"));
    }
  });

  it("has the date of the commit, or the one that SOURCE_DATE_EPOCH says; what private is stays private", async () => {
    const secret = { path: "opt/vmidc/bin/secret.key", content: "key", mode: REGULAR | 0o600 };
    const open = { path: "opt/vmidc/bin/open.txt", content: "open", mode: REGULAR | 0o666 };
    fakeMaven(box, { bundle: zipOf([...DISTRIBUTION, secret, open]) });
    const listing = async (env: Record<string, string>, ...args: string[]): Promise<string[]> => {
      const run = await box.run(["tarball", "--json", ...args], { env, before: "umask 077" });
      expectDone(run);
      const [first] = artefactsOf(JSON.parse(run.stdout) as Result);
      return withTools('TZ=UTC tar --full-time --numeric-owner -tvzf "$1"', "/", String(first?.file))
        .trim()
        .split("\n");
    };
    const stamps = (lines: readonly string[]) => [
      ...new Set(
        lines.map((line) =>
          line
            .split(/\s+/)
            .slice(1, 5)
            .filter((_, at) => at !== 1)
            .join(" "),
        ),
      ),
    ];
    const commits = new Date(Number(git(sample().core, "log", "-1", "--format=%ct", "master")) * 1000).toISOString();
    const own = await listing({ TZ: "Asia/Tokyo" }, "--force");
    expect(stamps(own)).to.deep.equal([`0/0 ${commits.slice(0, 19).replace("T", " ")}`]);
    const modes = new Map(own.map((line) => [String(line.split("/opt/vmidc/bin/")[1]), line.slice(0, 10)]));
    expect([modes.get("secret.key"), modes.get("open.txt"), modes.get("vmidc.sh")]).to.deep.equal([
      "-rw-------",
      "-rw-r--r--",
      "-rwxr-xr-x",
    ]);

    expect(stamps(await listing({ SOURCE_DATE_EPOCH: "86400" }))).to.deep.equal(["0/0 1970-01-02 00:00:00"]);
    expect(stamps(await listing({ SOURCE_DATE_EPOCH: "86400" }, "--set", "tarball.time=0"))).to.deep.equal([
      "0/0 1970-01-01 00:00:00",
    ]);
    expect(await listing({})).to.deep.equal(own);
  });

  it("is refused wrong formats, levels and dates, all at once", async () => {
    const wrong = ["tarball.gzip_level=10", "tarball.zstd_level=20", "tarball.formats=[tar.xz]"];
    const env = { SOURCE_DATE_EPOCH: "yesterday" };
    const run = await box.run(["tarball", ...wrong.flatMap((one) => ["--set", one])], { env });
    expectFailure(
      run,
      2,
      "SOURCE_DATE_EPOCH: tarball.time",
      "seconds since 1970",
      "from 1 (fast) to 9 (small)",
      "1 (fast) to 19",
      "tar.gz, tar.zst or tar, not",
    );
    for (const date of ["-1", "1.5", "99999999999", "2018-07-01"])
      expectFailure(await box.run(["tarball"], { env: { SOURCE_DATE_EPOCH: date } }), 2, "SOURCE_DATE_EPOCH");
  });

  it("is unpacked to one tree by GNU tar, bsdtar and Python, with the modes that git and the bundle have", async () => {
    const tree = checkoutOf(sample().core);
    chmodSync(join(tree, "pom.xml"), 0o755);
    mkdirSync(join(tree, "bin"));
    symlinkSync("../pom.xml", join(tree, "bin", "link to ä"));
    git(tree, "add", "bin");
    commit(tree, { "pom.xml": readFileSync(join(tree, "pom.xml"), "utf8"), [`${"d/".repeat(60)}deep`]: "x\n" });
    const result = await tarballs("--source-url", tree, "--set", "tarball.formats=[tar]");
    const archives = artefactsOf(result).filter(({ file }) => file.endsWith(".tar"));
    expect(archives.map(({ kind }) => kind)).to.deep.equal(["distribution", "source"]);
    for (const { file } of archives) {
      const listings = Object.entries(UNPACKERS).map(([program, command]) => {
        const to = newFolder("unpacked");
        withTools(`umask 022\n${command}`, to, file);
        return [program, withTools(LISTING, to)] as const;
      });
      const [, expected = ""] = listings[0] ?? [];
      expect(expected.split("\n").length).to.be.greaterThan(20);
      for (const [program, listing] of listings)
        expect(listing.split("\n"), program).to.deep.equal(expected.split("\n"));
    }
  });

  describe("of the sources", () => {
    it("has the files as git has them, whatever attributes and settings say", async () => {
      const tree = checkoutOf(sample().core);
      const attributes = "* text eol=crlf\nhidden export-ignore\nid export-subst ident\n";
      const files = {
        ".gitattributes": attributes,
        hidden: "x\n",
        id: "$Format:%H$ $Id$\n",
        "ü\tb": "",
        "a b/c": "\0\n\n",
      };
      const id = commit(tree, files);
      const home = box.write("home/.gitconfig", "[core]\n\tautocrlf = true\n\tquotePath = true\n");
      const result = await tarballs("--source-url", tree);
      const sources = artefactsOf(result).find(({ kind }) => kind === "source");
      rmSync(home);
      const to = newFolder("sources");
      withTools('tar -xzf "$1" --strip-components 1', to, String(sources?.file));
      for (const [name, content] of Object.entries(files))
        expect(readFileSync(join(to, "osc-core", name), "utf8"), name).to.equal(content);
      const libraries = result.results.libraries.libraries.map(({ name, commit: at }) => [
        name,
        sample().library(name),
        at,
      ]);
      const repositories = [["osc-core", tree, id], ...libraries];
      expect(repositories).to.have.length(1 + LIBRARIES.length);
      for (const [name = "", repository = "", at = ""] of repositories) {
        const listed = git(repository, "-c", "core.quotePath=false", "ls-tree", "-r", "-z", "--name-only", at)
          .split("\0")
          .filter((path) => path !== "");
        const unpacked = withTools("find . ! -type d -printf '%P\\0'", join(to, name)).split("\0").slice(0, -1);
        expect(unpacked).to.have.members(listed);
        expect(readFileSync(join(to, "README"), "utf8")).to.include(at);
      }
    });

    it("is built by the lines of its README, with the patches that lie in it", async () => {
      const tree = checkoutOf(sample().core);
      commit(tree, { "README.md": "patched\n" });
      box.write("my patch.txt", `${git(tree, "format-patch", "-1", "--stdout")}\n`);
      const given = ["--set", `source.patches=["${box.root}/my patch.txt"]`];
      const sources = artefactsOf(await tarballs(...given)).find(({ kind }) => kind === "source");
      const to = newFolder("again");
      withTools('tar -xzf "$1" --strip-components 1', to, String(sources?.file));
      const readme = readFileSync(join(to, "README"), "utf8");
      expect(readme).to.match(/^ {2}patches\/0001-my patch\.txt\.patch {2}sha256:[0-9a-f]{64}$/m);
      expect(readme).to.not.include(box.root).and.not.include(sample().folder);

      const lines = readme
        .split("\n")
        .filter((line) => /^ {2}(export|tag|osc-kolla| {2}|\})/.test(line))
        .join("\n")
        .replace("  osc-kolla ", "  osc_kolla ");
      const words = withTools(`osc_kolla() { printf '%s\\n' "$@"; }\n${lines}`, to).trim().split("\n");
      const run = await box.run([...words, "--json", "--config", join(box.cwd, "osc-kolla.yaml")], { cwd: to });
      expectDone(run);
      const result = JSON.parse(run.stdout) as Result;
      expect(result.version).to.match(/^1\.0\.0-SNAPSHOT-0-g[0-9a-f]+\+p1$/);
      expect(readFileSync(join(box.work, "trees", "osc-core", "README.md"), "utf8")).to.equal("patched\n");
    });

    it("is left out where nobody wants it", async () => {
      const result = await tarballs("--set", "tarball.source=false");
      expect(artefactsOf(result).map(({ kind }) => kind)).to.deep.equal([
        "distribution",
        "tar-checksum",
        "sbom",
        "third-party",
      ]);
      expect(readFileSync(join(folder(), "SHA256SUMS"), "utf8")).to.not.include("-source");
    });
  });
});
