// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstCommitOf, textsAt } from "../../src/git/clone.ts";

/** What a run with nothing to do asks git, several questions at once. */
describe("a repository that is asked several things at once", () => {
  let folder: string;
  const context = { env: process.env, signal: new AbortController().signal };
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b.invalid", ...args], {
      encoding: "utf8",
    }).trim();
  const commit = (file: string, content: string) => {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), content);
    git("add", "--all");
    git("commit", "--quiet", "-m", file);
    return git("rev-parse", "HEAD");
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "osc-kolla-answers-"));
    git("init", "--quiet");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives the first revision that there is, annotated tags and parents too", async () => {
    const first = commit("a", "1");
    git("tag", "-a", "-m", "one", "v1");
    const second = commit("a", "2");
    git("tag", "light");
    const ask = (...revisions: string[]) => firstCommitOf(folder, revisions, context);
    expect(await ask("refs/tags/gone", "refs/tags/v1", "refs/tags/light")).to.equal(first);
    expect(await ask("refs/tags/light", "refs/tags/v1")).to.equal(second);
    expect(await ask("refs/tags/gone", "refs/tags/light~1")).to.equal(first);
  });

  it("says where there is none, and never gives another one", async () => {
    commit("a", "1");
    expect(await firstCommitOf(folder, ["refs/tags/gone", "refs/tags/gone~1"], context)).to.equal(undefined);
    expect(await firstCommitOf(join(folder, "absent"), ["HEAD"], context)).to.equal(undefined);
  });

  it("tells of each text whether a file of the commit has it, as it is written", async () => {
    const before = commit("m/pom.xml", "<a>x.y</a>\n");
    const after = commit("n/pom.xml", "<b/>\n<c/>\n");
    commit("other.txt", "<d/>\n");
    const ask = (id: string) =>
      textsAt(folder, id, ["<a>x.y</a>", "<a>x-y</a>", "<a>x.", "<c/>", "<d/>"], "*pom.xml", context);
    expect(await ask(after)).to.deep.equal(["<a>x.y</a>", "<a>x.", "<c/>"]);
    expect(await ask(before)).to.deep.equal(["<a>x.y</a>", "<a>x."]);
    expect(await textsAt(folder, after, ["<z/>"], "*pom.xml", context)).to.deep.equal([]);
  });
});
