// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { extractZip, listZip } from "../../../src/archive/zip.ts";
import { type CraftedEntry, craftZip } from "../../support/unit-zip.ts";
import { messageBy } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

const FILE = 0o100000;
const FOLDER = 0o040000;
const LINK = 0o120000;

describe("a bundle made as a zip", () => {
  const folder = temporaryFolder();
  const zip = (entries: readonly CraftedEntry[]) => put(join(folder(), "bundle.zip"), craftZip(entries));
  const target = async () => {
    await put(join(folder(), "out/.keep"), "");
    return join(folder(), "out");
  };
  const list = async (...entries: CraftedEntry[]) => listZip(await zip(entries));

  it("is listed with paths, kinds, permissions and sizes, in its order", async () => {
    expect(
      await list(
        { name: "opt/", unix: FOLDER | 0o750 },
        { name: "opt/b.sh", content: "hello", unix: FILE | 0o640 },
        { name: "opt/a", content: "x".repeat(10_000), deflate: true, unix: FILE | 0o444 },
        { name: "opt/ü 日本", content: "" },
      ),
    ).to.deep.equal([
      { path: "opt/", type: "folder", mode: 0o750, size: 0 },
      { path: "opt/b.sh", type: "file", mode: 0o640, size: 5 },
      { path: "opt/a", type: "file", mode: 0o444, size: 10_000 },
      { path: "opt/ü 日本", type: "file", mode: 0o644, size: 0 },
    ]);
  });

  it("has usual permissions where it was made on a system without any", async () => {
    const foreign = { name: "a/d", unix: LINK | 0o4777, foreign: true };
    const entries = await list({ name: "a/" }, { name: "a/b" }, { name: "a/c", unix: 0 }, foreign);
    expect(entries.map(({ type, mode }) => [type, mode])).to.deep.equal([
      ["folder", 0o755],
      ["file", 0o644],
      ["file", 0o644],
      ["file", 0o644],
    ]);
  });

  it("does not hide links, devices, pipes and special bits", async () => {
    const kinds = await list(
      { name: "link", content: "/etc/passwd", unix: LINK | 0o777 },
      { name: "device", unix: 0o020666 },
      { name: "disk", unix: 0o060666 },
      { name: "pipe", unix: 0o010644 },
      { name: "socket", unix: 0o140644 },
      { name: "root.sh", unix: FILE | 0o4755 },
      { name: "group.sh", unix: FILE | 0o2755 },
    );
    expect(kinds.map(({ type }) => type)).to.deep.equal(["link", "other", "other", "other", "other", "file", "file"]);
    expect(kinds.slice(-2).map(({ mode }) => mode)).to.deep.equal([0o4755, 0o2755]);
  });

  it("is refused with names that lead out of it, before anything is written", async () => {
    for (const name of ["../evil", "opt/../../evil", "/etc/evil", "C:/evil", "opt\\..\\..\\evil"]) {
      const path = await zip([{ name: "fine" }, { name }]);
      expect(await messageBy(() => listZip(path)), name).to.match(/relative path|absolute path/);
      expect(await messageBy(async () => extractZip(path, await target(), () => true)), name).to.include("path");
      const written = await readdir(folder(), { recursive: true });
      expect(written.filter((one) => one.includes("evil"))).to.deep.equal([]);
      await rm(join(folder(), "out"), { recursive: true, force: true });
    }
  });

  it("is refused when it is none, is cut off, or lies about a size", async () => {
    const entries = [{ name: "a", content: "hello".repeat(100), deflate: true }];
    await put(join(folder(), "bundle.zip"), "not a zip");
    expect(await messageBy(() => listZip(join(folder(), "bundle.zip")))).to.not.equal("");
    await put(join(folder(), "bundle.zip"), craftZip(entries).subarray(0, -30));
    expect(await messageBy(() => listZip(join(folder(), "bundle.zip")))).to.not.equal("");
    for (const saysSize of [499, 501]) {
      const path = await zip([{ name: "a", content: "hello".repeat(100), deflate: true, saysSize }]);
      expect(await messageBy(async () => extractZip(path, await target(), () => true))).to.match(/bytes/);
      await rm(join(folder(), "out"), { recursive: true, force: true });
    }
  });

  describe("taken out", () => {
    it("gives the wanted files with their digests and permissions, byte for byte", async () => {
      const big = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * n) % 251));
      const path = await zip([
        { name: "opt/", unix: FOLDER | 0o755 },
        { name: "opt/a/b/big", content: big, deflate: true, unix: FILE | 0o755 },
        { name: "opt/empty", unix: FILE | 0o600 },
        { name: "jre.tar.gz", content: "no" },
      ]);
      const files = await extractZip(path, await target(), (entry) => entry.path.startsWith("opt/"));
      const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");
      expect(files).to.deep.equal([
        { path: "opt/a/b/big", mode: 0o755, size: big.length, sha256: sha256(big) },
        { path: "opt/empty", mode: 0o600, size: 0, sha256: sha256(Buffer.alloc(0)) },
      ]);
      expect((await readFile(join(folder(), "out/opt/a/b/big"))).equals(big)).to.equal(true);
      expect(await readdir(join(folder(), "out"))).to.not.include("jre.tar.gz");
    });

    it("never makes a link or a device", async () => {
      const path = await zip([
        { name: "link", content: "/etc", unix: LINK | 0o777 },
        { name: "device", unix: 0o020666 },
        { name: "file", content: "x", unix: FILE | 0o644 },
      ]);
      expect((await extractZip(path, await target(), () => true)).map((one) => one.path)).to.deep.equal(["file"]);
      expect((await readdir(join(folder(), "out"))).sort()).to.deep.equal([".keep", "file"]);
    });

    it("never writes over what is there", async () => {
      const path = await zip([
        { name: "a", content: "one" },
        { name: "a", content: "two" },
      ]);
      expect(await messageBy(async () => extractZip(path, await target(), () => true))).to.include("EEXIST");
      expect(await readFile(join(folder(), "out/a"), "utf8")).to.equal("one");
    });

    it("stops where the caller stops it", async () => {
      const path = await zip([{ name: "a", content: "one" }]);
      const stop = () => {
        throw new Error("stopped");
      };
      expect(await messageBy(async () => extractZip(path, await target(), stop))).to.equal("stopped");
    });
  });
});
