// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { tarBytes, type TarEntry } from "../../../src/archive/tar.ts";
import { watched, writeBytes, writeGzip, type Written } from "../../../src/archive/write.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";

/** What the archive writer passes on at once, in bytes. */
const PIECE = 1 << 18;

describe("an archive of files about as long as what is passed on at once", () => {
  const folder = temporaryFolder();
  const archive = () => join(folder(), "archive.tar");
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const sizes = [0, 1, 511, 512, 513, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE - 512, 2 * PIECE + 513, 9 * PIECE, 7];
  const contents = sizes.map((size) => randomBytes(size));
  const inMemory = { path: "in-memory", mode: 0o644, content: randomBytes(4 * PIECE + 5) };
  let entries: TarEntry[];
  let expected: Buffer;

  beforeEach(() => {
    const onDisk = contents.map((content, index): TarEntry => {
      const file = join(folder(), `content-${String(index)}`);
      writeFileSync(file, content);
      return { path: `file-${String(index)}`, mode: 0o644, content: { file, size: content.length } };
    });
    entries = [...onDisk, inMemory];
    expected = Buffer.concat([...tarBytes(entries, 0)]);
  });

  it("is read by the system's tar with every byte in its place", () => {
    writeFileSync(archive(), expected);
    const read = (path: string) => execFileSync("tar", ["-xOf", archive(), path], { maxBuffer: 1 << 24 });
    expect(entries.map(({ path }) => digest(read(path)))).to.deep.equal([...contents, inMemory.content].map(digest));
  });

  it("is written the same by two buffers in turn, and the same on its way to gzip", async () => {
    const never = new AbortController().signal;
    let told: Written | undefined;
    const bytes = watched(
      tarBytes(entries, 0, { reuse: true }),
      () => undefined,
      (all) => (told = all),
    );
    const written = await writeBytes(archive(), bytes, never);
    expect(readFileSync(archive()).equals(expected)).to.equal(true);
    expect(written).to.deep.equal({ size: expected.length, sha256: digest(expected) });
    expect(told).to.deep.equal(written);

    rmSync(archive());
    await writeGzip(archive(), tarBytes(entries, 0), never, 1);
    expect(gunzipSync(readFileSync(archive())).equals(expected)).to.equal(true);
  });
});
