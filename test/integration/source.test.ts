// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { chownSync, existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { closedPort } from "../support/integration-http.ts";
import { checkoutOf, commit, git, sample } from "../support/integration-sample.ts";
import { newFolder } from "../support/sandbox.ts";

describe("when OSC's repository cannot be used", () => {
  const box = useSandbox("source");
  const clones = () => (existsSync(join(box.work, "clones")) ? readdirSync(join(box.work, "clones")) : []);

  beforeEach(() => configureFakes(box));

  afterEach("nothing was built, nothing is half-written", () => {
    expect(mavenBuilds(box)).to.equal(0);
    expect(existsSync(box.out)).to.equal(false);
    expect(existsSync(join(box.work, "lock.json"))).to.equal(false);
    expectNothingHalfWritten(box);
  });

  it("says that a path is gone", async () => {
    const url = `file://${box.root}/gone.git`;
    expectFailure(
      await box.run(["tarball", "--source-url", url]),
      4,
      url,
      "does not appear to be a git repository",
      "Check the URL",
    );
    expect(clones()).to.deep.equal([]);
  });

  it("says that nobody answers at an address", async () => {
    const url = `http://127.0.0.1:${String(await closedPort())}/osc-core.git`;
    expectFailure(
      await box.run(["tarball", "--source-url", url]),
      4,
      url,
      "Failed to connect",
      "Check the URL",
      "SOURCE_UNREACHABLE.md",
    );
    expect(clones()).to.deep.equal([]);
  });

  it("says that a folder is no repository", async () => {
    const url = box.write("no-repository/README", "nothing\n").replace(/\/README$/, "");
    expectFailure(await box.run(["tarball", "--source-url", url]), 4, url, "does not appear to be a git repository");
  });

  it("says that git does not trust somebody else's repository, and how it is told to", async function () {
    // only root can give a folder away
    if (process.getuid?.() !== 0) this.skip();
    const folder = join(newFolder("others"), "osc-core.git");
    git("/", "clone", "--quiet", "--bare", sample().core, folder);
    chownSync(folder, 12345, 12345);
    const run = await box.run(["tarball", "--source-url", folder], { env: { SUDO_UID: undefined } });
    expectFailure(run, 4, `dubious ownership in repository at '${folder}'`, "git config --global --add safe.directory");
    // what the hint says helps
    box.write("home/.gitconfig", `[safe]\n\tdirectory = ${folder}\n`);
    const trusting = await box.run(["tarball", "--source-url", folder, "--ref", "v9.9.9"]);
    expectFailure(trusting, 4, '"v9.9.9"', "UNKNOWN_REF.md");
  });

  it("lists the branches and tags that there are, for a name that is none", async () => {
    const run = await box.run(["tarball", "--ref", "v9.9.9"]);
    expectFailure(run, 4, '"v9.9.9"', "master", "v0.8.0", "v1.0.0-SNAPSHOT", "--ref", "UNKNOWN_REF.md");
    expect(clones()).to.deep.equal([]);
  });

  it("says that there is no such commit, and which branches and tags there are", async () => {
    const id = "0123456789abcdef0123456789abcdef01234567";
    const run = await box.run(["tarball", "--ref", id]);
    expectFailure(run, 4, id, "no such branch, tag or commit", "master", "v0.8.0");
  });

  it("says that a repository is empty", async () => {
    const empty = newFolder("empty");
    git(empty, "init", "--quiet", "--bare");
    expectFailure(await box.run(["tarball", "--source-url", empty]), 4, '"master"', "no branch and no tag");
  });

  for (const ref of ["--upload-pack=touch ${HOME}/pwned", "-f", "a..b", "master~1", "HEAD@{1}", "a b", ":/x", "@"]) {
    it(`refuses the ref ${JSON.stringify(ref)}`, async () => {
      const run = await box.run(["tarball", `--ref=${ref}`]);
      expectFailure(run, 4, JSON.stringify(ref), "not a branch, a tag or a commit id as git allows them");
      expect(existsSync(join(box.home, "pwned"))).to.equal(false);
    });
  }

  for (const url of ["--upload-pack=touch ${HOME}/pwned", "ext::sh -c touch% ${HOME}/pwned"]) {
    it(`starts no program that the URL ${JSON.stringify(url)} names`, async () => {
      expectFailure(await box.run(["tarball", `--source-url=${url}`]), 4, "fetching");
      expect(existsSync(join(box.home, "pwned"))).to.equal(false);
    });
  }

  it("says that a repository without tags cannot be built", async () => {
    const tree = checkoutOf(sample().core);
    for (const tag of git(tree, "tag").split("\n")) git(tree, "tag", "--delete", tag);
    expectFailure(
      await box.run(["tarball", "--source-url", tree]),
      4,
      tree,
      "No names found",
      "git push --tags",
      "NO_VERSION.md",
    );
  });

  it("says that lightweight tags do not count", async () => {
    const tree = checkoutOf(sample().core);
    for (const tag of git(tree, "tag").split("\n")) {
      git(tree, "tag", "--force", tag, git(tree, "rev-parse", `${tag}^{commit}`));
    }
    const run = await box.run(["tarball", "--source-url", tree]);
    expectFailure(run, 4, tree, "No annotated tags can describe", "annotated tags");
  });

  it("says that a shallow clone cannot be built", async () => {
    const shallow = join(newFolder("shallow"), "osc-core");
    git("/", "clone", "--quiet", "--depth", "1", `file://${sample().core}`, shallow);
    const run = await box.run(["tarball", "--source-url", `file://${shallow}`]);
    expectFailure(run, 4, shallow, "no shallow clone");
  });

  it("says that a repository without osc-server/pom.xml is none of OSC", async () => {
    const tree = checkoutOf(sample().core);
    commit(tree, { "osc-server": undefined });
    expectFailure(
      await box.run(["tarball", "--source-url", tree]),
      4,
      "osc-server/pom.xml",
      "source.url",
      "SOURCE_SHAPE.md",
    );
  });
});

describe("when OSC's repository comes back", () => {
  const box = useSandbox("source-back");

  it("the same command succeeds", async () => {
    const parent = newFolder("moving");
    git("/", "clone", "--quiet", "--mirror", sample().core, join(parent, "away.git"));
    configureFakes(box, { source: { url: join(parent, "osc-core.git") } });
    expectFailure(await box.run(["tarball"]), 4, join(parent, "osc-core.git"));
    renameSync(join(parent, "away.git"), join(parent, "osc-core.git"));
    expectDone(await box.run(["tarball"]));
  });

  it("a tag that was missing is seen once it has been pushed", async () => {
    const tree = checkoutOf(sample().core);
    const tags = git(tree, "tag").split("\n");
    for (const tag of tags) git(tree, "tag", "--delete", tag);
    expectFailure(await box.run(["tarball", "--source-url", tree]), 4, "No names found");
    git(tree, "fetch", "--quiet", "--tags");
    expectDone(await box.run(["tarball", "--source-url", tree]));
  });

  it("a new commit on the branch is built, an abbreviated id and a tag are found", async () => {
    const tree = checkoutOf(sample().core);
    const built = async (...args: string[]) => {
      const run = await box.run(["tarball", "--json", "--source-url", tree, ...args]);
      expectDone(run);
      return (JSON.parse(run.stdout) as { results: { source: { commit: string } } }).results.source.commit;
    };
    const first = git(tree, "rev-parse", "HEAD");
    expect(await built()).to.equal(first);
    const second = commit(tree, { "CHANGES.md": "Something else\n" });
    expect(await built()).to.equal(second);
    expect(await built("--ref", first.slice(0, 9))).to.equal(first);
    expect(await built("--ref", "v0.8.0")).to.equal(git(tree, "rev-parse", "v0.8.0^{commit}"));
  });
});
