// SPDX-License-Identifier: Apache-2.0
/** Reading zip files: what is in them, and taking files out. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import fsExtra from "fs-extra";
import { type Entry, openPromise, type ZipFile } from "yauzl";

export interface ZipEntry {
  /** as it stands in the zip, with / between the parts; a folder's ends with / */
  readonly path: string;
  readonly type: "file" | "folder" | "link" | "other";
  /** permission bits with setuid, setgid and sticky */
  readonly mode: number;
  /** of a file: uncompressed, in bytes */
  readonly size: number;
}

export interface ExtractedFile {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  /** in hex */
  readonly sha256: string;
}

/** The file types of stat(2), which zips made on unix carry in the upper half of the external attributes. */
const TYPES: Readonly<Record<number, ZipEntry["type"]>> = { 0o10: "file", 0o04: "folder", 0o12: "link", 0: "file" };

const UNIX = 3;

/** What a zip says of an entry. */
export function describe(entry: Entry): ZipEntry {
  const isUnix = entry.versionMadeBy >> 8 === UNIX;
  const attributes = isUnix ? entry.externalFileAttributes >>> 16 : 0;
  const isFolder = entry.fileName.endsWith("/");
  const type = isFolder ? "folder" : (TYPES[attributes >> 12] ?? "other");
  const mode = attributes === 0 ? (isFolder ? 0o755 : 0o644) : attributes & 0o7777;
  return { path: entry.fileName, type, mode, size: entry.uncompressedSize };
}

/** yauzl checks sizes and, unless told otherwise, refuses names that are absolute or lead out of the folder. */
async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const zip = await openPromise(path, {
    lazyEntries: true,
    autoClose: false,
    strictFileNames: false,
    decodeStrings: true,
  });
  try {
    return await use(zip);
  } finally {
    zip.close();
  }
}

/**
 * Lists a zip.
 *
 * @throws yauzl's errors: not a zip, a name that leads out of it
 */
export function listZip(path: string): Promise<ZipEntry[]> {
  return withZip(path, async (zip) => {
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(describe(entry));
    return entries;
  });
}

/**
 * Takes regular files out of a zip, with mode 0600 while they lie on the disk: what they have in the end is put into the
 * archives' headers.
 *
 * @param wanted which entries to take; all of them must be regular files with safe names
 * @param folder an existing, empty folder
 */
export function extractZip(
  path: string,
  folder: string,
  wanted: (entry: ZipEntry) => boolean,
): Promise<ExtractedFile[]> {
  return withZip(path, async (zip) => {
    const files: ExtractedFile[] = [];
    for await (const entry of zip.eachEntry()) {
      const described = describe(entry);
      if (described.type !== "file" || !wanted(described)) continue;
      const target = join(folder, described.path);
      await fsExtra.ensureDir(dirname(target));
      const hash = createHash("sha256");
      let checksum = 0;
      const observe = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          checksum = crc32(chunk, checksum);
          done(null, chunk);
        },
      });
      const content = await zip.openReadStreamPromise(entry);
      await pipeline(content, observe, createWriteStream(target, { flags: "wx", mode: 0o600 }));
      // yauzl checks sizes only
      if (checksum !== entry.crc32) throw new Error(`${described.path} is damaged: its checksum does not fit`);
      files.push({ path: described.path, mode: described.mode, size: described.size, sha256: hash.digest("hex") });
    }
    return files;
  });
}
