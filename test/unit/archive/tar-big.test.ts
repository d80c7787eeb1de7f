// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tarBytes, type TarEntry } from "../../../src/archive/tar.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";

const MEGABYTE = 1 << 20;

describe("an archive of files about as long as what is read at once", () => {
  const folder = temporaryFolder();

  it("is read by the system's tar with every byte in its place", () => {
    const sizes = [
      0,
      1,
      511,
      512,
      513,
      MEGABYTE - 1,
      MEGABYTE,
      MEGABYTE + 1,
      2 * MEGABYTE - 512,
      2 * MEGABYTE + 513,
      7,
    ];
    const contents = sizes.map((size) => randomBytes(size));
    const entries = contents.map((content, index): TarEntry => {
      const file = join(folder(), `content-${String(index)}`);
      writeFileSync(file, content);
      return { path: `file-${String(index)}`, mode: 0o644, content: { file, size: content.length } };
    });
    const inMemory = { path: "in-memory", mode: 0o644, content: randomBytes(MEGABYTE + 5) };
    const chunks: Uint8Array[] = [];
    for (const chunk of tarBytes([...entries, inMemory], 0)) chunks.push(chunk);
    const archive = join(folder(), "archive.tar");
    writeFileSync(archive, Buffer.concat(chunks));

    const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    const read = (path: string) => execFileSync("tar", ["-xOf", archive, path], { maxBuffer: 1 << 24 });
    expect([...entries, inMemory].map(({ path }) => digest(read(path)))).to.deep.equal(
      [...contents, inMemory.content].map(digest),
    );
  });
});
