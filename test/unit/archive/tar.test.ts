// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { sha256File } from "../../../src/archive/digest.ts";
import { byPath, checksumList, nameOf, payloadEntries } from "../../../src/archive/payload.ts";
import { tarBytes, type TarEntry } from "../../../src/archive/tar.ts";
import { writeBytes, writeGzip } from "../../../src/archive/write.ts";
import { messageBy } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";
import { collect, digestOf, hasSystemTar, listBySystem, readTar } from "../../support/unit-tar.ts";

const TIME = Date.UTC(2018, 6, 4, 12, 34, 56) / 1000;

interface File {
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

const letter = fc.constantFrom(...Array.from("abcXYZ019 _-.@+ü日😀&'$"));
const part = fc
  .tuple(fc.constantFrom("a", "ü", "@", "-", " "), fc.array(letter, { maxLength: 12 }))
  .map(([first, rest]) => first + rest.join(""));
const longPart = fc.integer({ min: 90, max: 240 }).map((length) => "n".repeat(length));
const filePath = fc
  .array(fc.oneof({ weight: 5, arbitrary: part }, { weight: 1, arbitrary: longPart }), { minLength: 1, maxLength: 5 })
  .map((parts) => ["opt", ...parts].join("/"));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(0, 1, 511, 512, 513, 10_240, 70_001).map((size) => Buffer.alloc(size, "x")),
);
const oneFile = fc.record({
  path: filePath,
  mode: fc.constantFrom(0o644, 0o755, 0o600, 0o640, 0o444, 0o700),
  content,
});

/** Files of which none is also a folder. */
const tree: fc.Arbitrary<File[]> = fc
  .uniqueArray(oneFile, { selector: ({ path }) => path, minLength: 1, maxLength: 12 })
  .map((files) => files.filter(({ path }) => !files.some((other) => other.path.startsWith(`${path}/`))));

const inMemory = (files: readonly File[], prefix = ""): TarEntry[] =>
  payloadEntries(
    [],
    "/",
    "",
    files.map((file) => ({ ...file, path: `${prefix}${file.path}` })),
  );

describe("an archive", () => {
  const folder = temporaryFolder();
  const file = (name = "a.tar") => join(folder(), name);

  const expected = (files: readonly File[], entries: readonly TarEntry[]) =>
    entries.map(({ path, mode }) => {
      const own = files.find((one) => one.path === path);
      return {
        path,
        type: own === undefined ? "Directory" : "File",
        mode,
        owner: "0:0 root:root",
        time: TIME,
        sha256: digestOf(own?.content ?? Buffer.alloc(0)),
      };
    });

  it("holds every file with its name, permissions and content, owned by root, at the given time", async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const entries = inMemory(files);
        const archive = await collect(tarBytes(entries, TIME));
        expect(await readTar(archive)).to.deep.equal(expected(files, entries));
        expect(archive.length % 10_240).to.equal(0);
      }),
      { numRuns: 150 },
    );
  });

  it("is read by the system's tar in the same way", async function () {
    if (!hasSystemTar) return;
    this.timeout(20_000);
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const entries = inMemory(files);
        await put(file(), await collect(tarBytes(entries, TIME)));
        const lines = await listBySystem(file());
        const letters = (mode: number) =>
          [6, 3, 0]
            .map((shift) => ["r", "w", "x"].map((one, bit) => ((mode >> shift) & (4 >> bit) ? one : "-")).join(""))
            .join("");
        expect(
          lines.map((line) =>
            line
              .replace(/ +/, " ")
              .replace(/(0\/0) +/, "$1 ")
              .replace(/^(d.*)\/$/, "$1"),
          ),
        ).to.deep.equal(
          entries.map(({ path, mode, content: bytes }) =>
            bytes instanceof Uint8Array
              ? `-${letters(mode)} 0/0 ${String(bytes.length)} 2018-07-04 12:34:56 ${path}`
              : `d${letters(mode)} 0/0 0 2018-07-04 12:34:56 ${path}`,
          ),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("holds names of every length", async () => {
    const lengths = [1, 98, 99, 100, 101, 154, 155, 156, 254, 255, 256, 257, 300, 1000];
    const files = lengths.map((length) => ({
      path: ("d".repeat(49) + "/").repeat(Math.floor((length - 1) / 50)) + "f".repeat(((length - 1) % 50) + 1),
      mode: 0o644,
      content: Buffer.from(String(length)),
    }));
    expect(files.map(({ path }) => path.length)).to.deep.equal(lengths);
    const entries = inMemory(files);
    expect(await readTar(await collect(tarBytes(entries, TIME)))).to.deep.equal(expected(files, entries));
  });

  it("is the same, byte for byte, from two folders with other times, permissions and umask", async () => {
    const files = [
      { path: "opt/a.sh", mode: 0o755, text: "#!/bin/sh\n" },
      { path: "opt/b/c", mode: 0o600, text: "c".repeat(3_000_000) },
      { path: "opt/empty", mode: 0o644, text: "" },
    ];
    const packed = [];
    for (const [name, umask, time] of [
      ["one", 0o022, 1000],
      ["two", 0o077, 2_000_000],
    ] as const) {
      const before = process.umask(umask);
      try {
        for (const { path, text } of files) await utimes(await put(join(folder(), name, path), text), time, time);
      } finally {
        process.umask(before);
      }
      const listed = files.map((one) => ({ ...one, size: one.text.length, sha256: digestOf(Buffer.from(one.text)) }));
      packed.push(await collect(tarBytes(payloadEntries(listed, join(folder(), name), "osc-1/"), TIME)));
    }
    const [one, two] = packed;
    expect(one !== undefined && two !== undefined && one.equals(two)).to.equal(true);
    expect(
      (await readTar(one ?? Buffer.alloc(0))).map(({ path, mode }) => `${path} ${mode.toString(8)}`),
    ).to.deep.equal([
      "osc-1 755",
      "osc-1/opt 755",
      "osc-1/opt/a.sh 755",
      "osc-1/opt/b 755",
      "osc-1/opt/b/c 600",
      "osc-1/opt/empty 644",
    ]);
  });

  it("depends on the time that is given", async () => {
    const at = (time: number) =>
      collect(tarBytes(inMemory([{ path: "a", mode: 0o644, content: Buffer.from("") }]), time));
    expect((await at(TIME)).equals(await at(TIME))).to.equal(true);
    expect((await at(TIME)).equals(await at(TIME + 1))).to.equal(false);
  });

  it("is not made when a file is not as long as it was", async () => {
    for (const size of [4, 6, 0, 513]) {
      const path = await put(join(folder(), "f"), "12345");
      const entry = { path: "opt/f", mode: 0o644, content: { file: path, size } };
      const said = await messageBy(() => collect(tarBytes([entry], TIME)));
      expect(said).to.equal(`opt/f has 5 bytes, not ${String(size)}`);
    }
  });

  it("is not made when a file is gone", async () => {
    const entry = { path: "f", mode: 0o644, content: { file: file("absent"), size: 1 } };
    expect(await messageBy(() => collect(tarBytes([entry], TIME)))).to.include("ENOENT");
  });

  it("of nothing is an empty archive", async () => {
    expect((await collect(tarBytes([], TIME))).equals(Buffer.alloc(10_240))).to.equal(true);
  });
});

describe("an archive written to a file", () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), "a.tar.gz");
  const entries = inMemory([{ path: "a/b", mode: 0o644, content: Buffer.alloc(100_000, "x") }]);
  const never = new AbortController().signal;

  it("is reported with its size and digest", async () => {
    const written = await writeBytes(file(), tarBytes(entries, TIME), never);
    const bytes = await readFile(file());
    expect(written).to.deep.equal({ size: bytes.length, sha256: digestOf(bytes) });
    expect(await sha256File(file())).to.equal(written.sha256);
    expect(bytes.equals(await collect(tarBytes(entries, TIME)))).to.equal(true);
  });

  it("is compressed without a name and a time in its header", async () => {
    const written = await writeGzip(file(), tarBytes(entries, TIME), never);
    const bytes = await readFile(file());
    expect(written).to.deep.equal({ size: bytes.length, sha256: digestOf(bytes) });
    // magic, deflate, no flags (no name, no comment), time 0, best compression
    expect([...bytes.subarray(0, 9)]).to.deep.equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2]);
    expect(gunzipSync(bytes).equals(await collect(tarBytes(entries, TIME)))).to.equal(true);
  });

  it("is never written over another one", async () => {
    await put(file(), "old");
    for (const write of [writeBytes, writeGzip]) {
      expect(await messageBy(() => write(file(), tarBytes(entries, TIME), never))).to.include("EEXIST");
    }
    expect(await readFile(file(), "utf8")).to.equal("old");
  });

  it("fails with what making it fails with, and ends when the run is told to stop", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(10);
      await Promise.resolve();
      throw new Error("a file changed");
    }
    expect(await messageBy(() => writeGzip(file(), broken(), never))).to.equal("a file changed");
    const stopped = AbortSignal.abort();
    expect(await messageBy(() => writeBytes(join(folder(), "b"), tarBytes(entries, TIME), stopped))).to.include(
      "abort",
    );
  });
});

describe("what is put into an archive", () => {
  const listed = (path: string) => ({ path, mode: 0o644, size: 0, sha256: "e".repeat(64) });

  it("is sorted by bytes, with every folder once, before what lies in it and with nothing between", () => {
    fc.assert(
      fc.property(tree, fc.constantFrom("", "osc-1/"), (files, prefix) => {
        const entries = payloadEntries(
          files.map(({ path }) => listed(path)),
          "/root",
          prefix,
        );
        const names = entries.map(nameOf);
        expect(names).to.deep.equal([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
        for (const [at, name] of names.entries()) {
          if (!name.endsWith("/")) continue;
          const inside = names.filter((one) => one.startsWith(name));
          expect(names.slice(at, at + inside.length)).to.deep.equal(inside);
        }
        const paths = entries.map(({ path }) => path);
        expect(new Set(paths).size).to.equal(paths.length);
        for (const path of paths) {
          const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
          if (folder !== "") expect(paths.indexOf(folder)).to.be.within(0, paths.indexOf(path) - 1);
        }
        for (const { path } of files) expect(paths).to.include(`${prefix}${path}`);
      }),
    );
  });

  it("is sorted the same in every locale", () => {
    const paths = ["b", "B", "a", "ä", "_", "é", "😀", "\uffff", "Z"].map((path) => ({ path }));
    expect(paths.sort(byPath).map(({ path }) => path)).to.deep.equal([
      "B",
      "Z",
      "_",
      "a",
      "b",
      "ä",
      "é",
      "\uffff",
      "😀",
    ]);
  });

  it("is taken from below the root, whatever it is called in the archive", () => {
    const [folder, file, extra] = payloadEntries([{ ...listed("opt/a"), size: 7 }], "/root", "osc-1/", [
      { path: "osc-1/opt/z", mode: 0o600, content: Buffer.from("z") },
    ]).slice(1);
    expect(folder).to.deep.equal({ path: "osc-1/opt", mode: 0o755 });
    expect(file).to.deep.equal({ path: "osc-1/opt/a", mode: 0o644, content: { file: "/root/opt/a", size: 7 } });
    expect(extra?.path).to.equal("osc-1/opt/z");
  });
});

describe("the list of checksums", () => {
  const folder = temporaryFolder();

  it("is accepted by sha256sum, and not once a file changed", async () => {
    const reader = "sha256sum";
    const names = ["opt/b", "opt/a b", "opt/ü", "opt/*star", "x"];
    const files = [];
    for (const path of names) {
      files.push({ path, sha256: await sha256File(await put(join(folder(), path), path)) });
    }
    const list = checksumList(files);
    expect(list.split("\n").map((line) => line.slice(66))).to.deep.equal([...[...names].sort(), ""]);
    await put(join(folder(), "list"), list);
    const check = () => execFileSync(reader, ["-c", "--quiet", "list"], { cwd: folder(), stdio: "pipe" });
    check();
    await put(join(folder(), "opt/ü"), "changed");
    expect(check).to.throw();
  });

  it("is the same in whatever order the files come", () => {
    const files = ["c", "a", "b"].map((path) => ({ path, sha256: digestOf(Buffer.from(path)) }));
    expect(checksumList(files)).to.equal(checksumList([...files].reverse()));
    expect(checksumList([])).to.equal("");
  });
});
