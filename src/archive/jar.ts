// SPDX-License-Identifier: Apache-2.0
/** Jars in memory: reading one, and writing one whose bytes depend on nothing but what is in it. */
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { ZipFile as ZipWriter } from "yazl";
import { byPath } from "./payload.ts";
import { describe } from "./zip.ts";

export interface JarEntry {
  /** a folder's ends with / */
  readonly path: string;
  /** of a file: whether it may be executed */
  readonly executable: boolean;
  /** a folder has none */
  readonly content: Buffer;
}

/**
 * Reads a jar, or some of its entries: of the others only their names are looked at.
 *
 * @throws yauzl's errors, or what else is wrong: a content that is damaged, an entry that is neither file nor folder
 */
export async function readJar(jar: Buffer, wanted: (path: string) => boolean = () => true): Promise<JarEntry[]> {
  const zip = await fromBufferPromise(jar, { lazyEntries: true, autoClose: false });
  const entries: JarEntry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (wanted(entry.fileName)) entries.push(await readEntry(zip, entry));
  }
  return entries;
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<JarEntry> {
  const { path, type, mode } = describe(entry);
  // Java takes all names for UTF-8
  if (!Buffer.from(path).equals(entry.fileNameRaw)) throw new Error(`the name of ${path} is not UTF-8`);
  if (type === "folder") return { path, executable: false, content: Buffer.alloc(0) };
  if (type !== "file") throw new Error(`${path} is neither a file nor a folder`);
  const content = await buffer(await zip.openReadStreamPromise(entry));
  if (crc32(content) !== entry.crc32) throw new Error(`${path} is damaged: its checksum does not fit`);
  return { path, executable: (mode & 0o111) !== 0, content };
}

/**
 * The bytes of a jar: the manifest first, as JarInputStream wants it, then by the bytes of the paths; of entries with one
 * path the order stays. Stored, not compressed: what deflate makes of them depends on the zlib of the Node that runs.
 */
export async function jarBytes(entries: readonly JarEntry[]): Promise<Buffer> {
  const zip = new ZipWriter();
  // a zip's times have no zone, so it is one of the writer's; the day is Gradle's for this, in 1980 wherever it is read
  const common = { mtime: new Date(1980, 1, 1), forceDosTimestamp: true };
  for (const { path, executable, content } of [...entries].sort(byPlace)) {
    if (path.endsWith("/")) zip.addEmptyDirectory(path, { ...common, mode: 0o40755 });
    else zip.addBuffer(content, path, { ...common, mode: executable ? 0o100755 : 0o100644, compress: false });
  }
  zip.end();
  return buffer(zip.outputStream);
}

const FIRST = ["META-INF/", "META-INF/MANIFEST.MF"];

function byPlace(a: JarEntry, b: JarEntry): number {
  return placeOf(a) - placeOf(b) || byPath(a, b);
}

function placeOf({ path }: JarEntry): number {
  const place = FIRST.indexOf(path);
  return place < 0 ? FIRST.length : place;
}
