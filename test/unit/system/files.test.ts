// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import {
  readJson,
  removeLeftovers,
  replace,
  temporaryPath,
  writeFileAtomic,
  writeJson,
} from "../../../src/system/files.ts";
import { messageBy, thrownBy } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("a file or folder that matters", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);
  const names = async () => (await readdir(folder())).sort();
  const text = (name: string) => readFile(at(name), "utf8");

  it("is written whole, replacing what was there, and the folders above it are made", async () => {
    await writeFileAtomic(at("a/b/file"), "one");
    await writeFileAtomic(at("a/b/file"), Buffer.from("two"));
    expect(await text("a/b/file")).to.equal("two");
    expect(await readdir(at("a/b"))).to.deep.equal(["file"]);
  });

  it("has the permissions it should have, whatever the umask and what was there", async () => {
    await put(at("old"), "", 0o666);
    const before = process.umask(0o077);
    try {
      await writeFileAtomic(at("usual"), "");
      await writeFileAtomic(at("old"), "", 0o640);
      process.umask(0);
      await writeFileAtomic(at("private"), "", 0o600);
    } finally {
      process.umask(before);
    }
    const modes = await Promise.all(
      ["usual", "old", "private"].map(async (name) => (await stat(at(name))).mode & 0o7777),
    );
    expect(modes).to.deep.equal([0o644, 0o640, 0o600]);
  });

  it("is left as it was when making the new one fails, and nothing else is left", async () => {
    const failure = new Error("disk full");
    const fails = (path: string) =>
      replace(path, async (temporary) => {
        await put(join(temporary, "half"), "x");
        throw failure;
      });
    expect(await thrownBy(() => fails(at("new")))).to.equal(failure);
    expect(await names()).to.deep.equal([]);

    await put(at("folder/old"), "old");
    expect(await thrownBy(() => fails(at("folder")))).to.equal(failure);
    expect(await names()).to.deep.equal(["folder"]);
    expect(await text("folder/old")).to.equal("old");
  });

  it("is left as it was when the new one cannot take its place", async () => {
    await put(at("place/old"), "old");
    // a file does not replace a folder
    expect(await messageBy(() => writeFileAtomic(at("place"), "new"))).to.match(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(await names()).to.deep.equal(["place"]);
    expect(await text("place/old")).to.equal("old");
  });

  it("is not seen before it is whole", async () => {
    await writeFile(at("file"), "old");
    await replace(at("file"), async (temporary) => {
      await writeFile(temporary, "half");
      expect(await text("file")).to.equal("old");
      expect(basename(temporary)).to.match(/^\.file\./);
      await writeFile(temporary, "whole");
    });
    expect(await text("file")).to.equal("whole");
  });

  it("may be a folder in the place of another: nothing of the old one stays", async () => {
    await put(at("tree/old"), "old");
    const answer = await replace(at("tree"), async (temporary) => {
      await put(join(temporary, "new"), "new");
      return "made";
    });
    expect(answer).to.equal("made");
    expect(await readdir(at("tree"))).to.deep.equal(["new"]);
    expect(await names()).to.deep.equal(["tree"]);
  });

  it("takes the place of a link, not of what the link points at", async () => {
    await put(at("target"), "target");
    await symlink("target", at("link"));
    await writeFileAtomic(at("link"), "new");
    expect([await text("target"), await text("link")]).to.deep.equal(["target", "new"]);
  });

  it("has another temporary name every time", () => {
    const some = Array.from({ length: 100 }, () => temporaryPath(at("a")));
    expect(new Set(some).size).to.equal(100);
  });

  describe("left half-written by a run that was killed", () => {
    const dead = (): number => {
      const { pid } = spawnSync("true");
      return pid;
    };
    const named = (name: string, pid: number) => `.${name}.tmp-${String(pid)}-0123456789ab`;

    it("is removed, file or folder, and nothing else", async () => {
      const pid = dead();
      await put(at(named("file", pid)), "half");
      await put(at(`${named("tree", pid)}/a/b`), "half");
      const others = [
        ".file.tmp-x-0123456789ab",
        `file.tmp-${String(pid)}-0123456789ab`,
        `.f.tmp-${String(pid)}-xyz`,
        ".hidden",
      ];
      for (const name of others) await put(at(name), "");
      await put(at(`below/${named("file", pid)}`), "");
      await removeLeftovers(folder());
      expect(await names()).to.deep.equal([...others, "below"].sort());
      expect(await readdir(at("below"))).to.have.lengthOf(1);
    });

    it("is not taken for what a run that lives is about to write", async () => {
      const living = named("file", process.ppid);
      await put(at(living), "half");
      await removeLeftovers(folder());
      expect(await names()).to.deep.equal([living]);
    });

    it("is removed when a run of the same process id left it", async () => {
      await put(temporaryPath(at("file")), "half");
      await removeLeftovers(folder());
      expect(await names()).to.deep.equal([]);
    });

    it("need not be looked for where there is no folder", async () => {
      await removeLeftovers(at("absent"));
    });
  });

  describe("that holds JSON", () => {
    it("is read back as it was written", async () => {
      const value = { a: [1, null, "é\n"], b: { c: true } };
      await writeJson(at("x.json"), value);
      expect(await readJson(at("x.json"))).to.deep.equal(value);
      expect(await text("x.json")).to.match(/\n$/);
    });

    it("counts as absent when it is not there or torn, but not when it cannot be read", async () => {
      expect(await readJson(at("absent"))).to.equal(undefined);
      for (const torn of ["", '{"a": 1', "\0\0\0\0"]) {
        await put(at("torn"), torn);
        expect(await readJson(at("torn"))).to.equal(undefined);
      }
      await mkdir(at("folder"));
      expect(await messageBy(() => readJson(at("folder")))).to.include("EISDIR");
    });
  });
});
