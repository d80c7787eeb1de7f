// SPDX-License-Identifier: Apache-2.0
import { lstat, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { BadTree, extractTarball, type Tree } from "../../../src/archive/untar.ts";
import { type TarMember, tarballOf } from "../../support/tarballs.ts";
import { messageBy } from "../../support/unit-failure.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";
import { digestOf } from "../../support/unit-tar.ts";

describe("a tarball of somebody else", () => {
  const folder = temporaryFolder();

  async function taken(bytes: Uint8Array): Promise<Tree> {
    const file = join(folder(), "a.tar.gz");
    await writeFile(file, bytes);
    return extractTarball(file, folder(), "opt/", new AbortController().signal, () => undefined);
  }
  /** The files in the folder that this process holds open. */
  async function openFiles(): Promise<string[]> {
    const handles = (await readdir("/proc/self/fd")).map((fd) => readlink(join("/proc/self/fd", fd)).catch(() => ""));
    return (await Promise.all(handles)).filter((path) => path.startsWith(join(folder(), "opt")));
  }
  const takenOf = (...members: readonly TarMember[]) => taken(tarballOf(members));

  it("is taken out without its one folder's name: files, hard links as files, links as they are told", async () => {
    const { files, links } = await takenOf(
      { path: "./top/", type: "Directory" },
      { path: "./top/bin/java", mode: 0o6777, content: "java" },
      { path: "top/bin/", type: "Directory" },
      { path: "top/same", type: "Link", to: "top/bin/java" },
      { path: "top/lib/jvm.so", type: "SymbolicLink", to: "../bin/./java" },
      { path: "top/here", type: "SymbolicLink", to: "lib" },
      { path: "top/there", type: "SymbolicLink", to: "here/../bin/java" },
    );
    const java = { mode: 0o755, size: 4, sha256: digestOf(Buffer.from("java")) };
    expect(files).to.deep.equal([
      { path: "opt/bin/java", ...java },
      { path: "opt/same", ...java },
    ]);
    expect(links).to.deep.equal([
      { path: "opt/here", target: "lib" },
      { path: "opt/lib/jvm.so", target: "../bin/./java" },
      { path: "opt/there", target: "here/../bin/java" },
    ]);
    expect(await readFile(join(folder(), "opt/same"), "utf8")).to.equal("java");
    expect((await lstat(join(folder(), "opt/bin/java"))).mode & 0o777).to.equal(0o600);
    expect((await readdir(join(folder(), "opt"))).sort(), "no link is made").to.deep.equal(["bin", "same"]);
  });

  it("may be plain, and large", async () => {
    const content = "x".repeat(5_000_001);
    const { files } = await taken(gunzipSync(tarballOf([{ path: "a/b", content }])));
    expect(files).to.deep.equal([
      { path: "opt/b", mode: 0o644, size: content.length, sha256: digestOf(Buffer.from(content)) },
    ]);
  });

  const good: TarMember = { path: "a/good", content: "x" };
  const REFUSED: readonly (readonly [title: string, members: readonly TarMember[], fault: string])[] = [
    ["a name that leads out", [{ path: "a/../../x" }], "leads out of the archive"],
    ["an absolute name", [{ path: "/a/x" }], "leads out of the archive"],
    ["a line break in a name", [{ path: "a/b\nc" }], "characters that no name here may have"],
    ["a backslash in a name", [{ path: "a/b\\c" }], "characters that no name here may have"],
    ["two folders at the top", [good, { path: "b/x" }], "2 folders and files at its top"],
    ["a file at the top", [good, { path: "readme" }], "lies beside the one folder"],
    ["nothing but a dot", [{ path: "./", type: "Directory" }], "0 folders and files at its top"],
    ["a device", [good, { path: "a/null", type: "CharacterDevice" }], "is a CharacterDevice"],
    ["a pipe", [good, { path: "a/pipe", type: "FIFO" }], "is a FIFO"],
    ["what node-tar does not read", [good, { path: "a/sparse", type: "SparseFile" }], "is a SparseFile"],
    ["a name twice", [good, good], "is there twice"],
    ["a folder in a file's place", [good, { path: "a/good/", type: "Directory" }], "is there twice"],
    ["a file below a file", [good, { path: "a/good/x" }], "lies below good, which is a file"],
    [
      "a file below a link",
      [good, { path: "a/l", type: "SymbolicLink", to: "." }, { path: "a/l/x" }],
      "lies below l, which is a link",
    ],
    [
      "a link in a folder's place",
      [{ path: "a/d/x" }, { path: "a/d", type: "SymbolicLink", to: "e" }],
      "is there twice",
    ],
    ["an absolute link", [good, { path: "a/l", type: "SymbolicLink", to: "/etc/passwd" }], "which is not in it"],
    ["a link that leads out", [good, { path: "a/l", type: "SymbolicLink", to: "../a/good" }], "which is not in it"],
    ["a link to nothing", [good, { path: "a/l", type: "SymbolicLink", to: "none" }], "which is not in it"],
    [
      "a link that leads out by way of another link",
      [
        { path: "a/b/c/x" },
        { path: "a/short", type: "SymbolicLink", to: "b/c" },
        { path: "a/l", type: "SymbolicLink", to: "b/c/../../../x" },
        { path: "a/m", type: "SymbolicLink", to: "short/../../../good" },
      ],
      '"m" is a link',
    ],
    [
      "links in a ring",
      [good, { path: "a/l", type: "SymbolicLink", to: "m" }, { path: "a/m", type: "SymbolicLink", to: "l" }],
      "which is not in it",
    ],
    [
      "a hard link that leads out",
      [good, { path: "a/l", type: "Link", to: "/etc/passwd" }],
      "leads out of the archive",
    ],
    ["a hard link to what comes later", [{ path: "a/l", type: "Link", to: "a/good" }, good], "hard link to nothing"],
  ];
  for (const [title, members, fault] of REFUSED) {
    it(`is refused with ${title}`, async () => {
      const thrown: unknown = await takenOf(...members).catch((one: unknown) => one);
      expect(thrown).to.be.instanceOf(BadTree);
      expect((thrown as BadTree).message).to.include(fault);
    });
  }

  it("tells ten faults at most", async () => {
    const devices = Array.from({ length: 12 }, (_, index) => `a/${String(index)}`);
    const thrown: unknown = await takenOf(...devices.map((path) => ({ path, type: "FIFO" as const }))).catch(
      (one: unknown) => one,
    );
    expect((thrown as BadTree).faults).to.have.length(10);
  });

  it("that is damaged, cut off or none at all is an error", async () => {
    const whole = tarballOf([{ path: "a/b", content: "x".repeat(100_000) }]);
    const broken = Buffer.from(whole);
    broken.fill(0x55, 60, 90);
    for (const bytes of [whole.subarray(0, -40), broken, Buffer.from("no tarball at all".repeat(100)), tarballOf([])]) {
      expect(await messageBy(() => taken(bytes))).to.not.equal("");
      expect(await readdir(folder())).to.include("a.tar.gz");
      expect(await openFiles(), "left open").to.deep.equal([]);
    }
  });
});
