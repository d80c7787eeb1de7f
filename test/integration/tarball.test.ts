// SPDX-License-Identifier: Apache-2.0
// What packagers get: names, formats, sums, the sources.
import { expect } from "chai";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import { configureFakes, expectDone, useSandbox } from "../support/integration-fakes.ts";
import { checkoutOf, commit, git, sample } from "../support/integration-sample.ts";
import { newFolder } from "../support/sandbox.ts";
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
});
