// SPDX-License-Identifier: Apache-2.0
/** What lies in a folder, a zip or a tarball, looked at without taking it out. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readlink, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { openPromise } from "yauzl";
import { contentOf, eachTarEntry } from "./tar-entries.ts";
import { describe } from "./zip.ts";

/** A file or a link; folders are known by what lies in them. */
export interface Item {
  /** without a / in front */
  readonly path: string;
  readonly type: "file" | "link";
  /** permission bits with setuid, setgid and sticky */
  readonly mode: number;
  /** bytes */
  readonly size: number;
  /** of a file's content, or of the text of a link, in hex */
  readonly sha256: string;
}

/** An item as a walk comes to it; its content can be read once, then. */
export interface Visited extends Pick<Item, "path" | "type" | "mode"> {
  readonly content: AsyncIterable<Uint8Array>;
}

/** Goes through all that there is. What a visit does not read is passed over. */
export type Walk = (visit: (visited: Visited) => Promise<void>) => Promise<void>;

/** The same thing as a list, and as contents. */
export interface Contents {
  readonly items: ReadonlyMap<string, Item>;
  /** the contents of some files */
  readonly read: (paths: ReadonlySet<string>) => Promise<ReadonlyMap<string, Buffer>>;
}

/** Digests all that a walk comes to. @throws what the walk throws */
export async function contentsOf(walk: Walk): Promise<Contents> {
  const items = new Map<string, Item>();
  await walk(async (visited) => {
    const item = await itemOf(visited);
    items.set(item.path, item);
  });
  return { items, read: (paths) => readOf(walk, paths) };
}

/** Reads an item to its end. */
export async function itemOf({ path, type, mode, content }: Visited): Promise<Item> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { path, type, mode, size, sha256: hash.digest("hex") };
}

async function readOf(walk: Walk, paths: ReadonlySet<string>): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  if (paths.size === 0) return found;
  await walk(async ({ path, type, content }) => {
    if (type === "file" && paths.has(path)) found.set(path, await bytesOf(content));
  });
  return found;
}

/** All of some content. */
export async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A path as all of them are compared: ./ and / in front, and / at the end, mean nothing. */
export const plainPath = (path: string): string => posix.join("/", path).slice(1).replace(/\/$/, "");

/** A folder. */
export const folderWalk = (folder: string, inside = ""): Walk => {
  return async (visit) => {
    const entries = await readdir(join(folder, inside), { withFileTypes: true });
    for (const entry of entries) {
      const path = posix.join(inside, entry.name);
      const file = join(folder, path);
      if (entry.isDirectory()) await folderWalk(folder, path)(visit);
      else if (entry.isSymbolicLink())
        await visit({ path, type: "link", mode: 0o777, content: textOf(await readlink(file)) });
      else if (entry.isFile()) {
        const { mode } = await stat(file);
        await visit({ path, type: "file", mode: mode & 0o7777, content: fileContent(file) });
      }
    }
  };
};

async function* fileContent(file: string): AsyncGenerator<Buffer> {
  yield* createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
}

/** The text of a link, as its content. */
export async function* textOf(text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
}

/** A zip. */
export const zipWalk = (file: string): Walk => {
  return async (visit) => {
    const zip = await openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: false });
    try {
      for await (const entry of zip.eachEntry()) {
        const { path, type, mode } = describe(entry);
        if (type !== "file" && type !== "link") continue;
        const open = () => zip.openReadStreamPromise(entry) as Promise<AsyncIterable<Buffer>>;
        await visit({ path: plainPath(path), type, mode, content: checked(open, path, entry.crc32) });
      }
    } finally {
      zip.close();
    }
  };
};

/** yauzl checks sizes only. */
async function* checked(
  open: () => Promise<AsyncIterable<Buffer>>,
  path: string,
  expected: number,
): AsyncGenerator<Buffer> {
  let checksum = 0;
  for await (const chunk of await open()) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== expected) throw new Error(`${path} is damaged: its checksum does not fit`);
}

/** Hands over the bytes of an archive, from the first one on, each time it is asked. */
export type ByteSource = (take: (bytes: Readable) => Promise<void>) => Promise<void>;

/** The bytes of a file as they are. */
export const fileBytes = (file: string): ByteSource => {
  return (take) => take(createReadStream(file, { highWaterMark: 1 << 20 }));
};

/** A tarball, plain or gzip; a hard link counts as a link. */
export const tarWalk = (source: ByteSource): Walk => {
  return (visit) =>
    source((bytes) =>
      eachTarEntry(bytes, {
        take: async (entry) => {
          const [path, mode] = [plainPath(entry.path), (entry.mode ?? 0o644) & 0o7777];
          if (entry.type === "SymbolicLink" || entry.type === "Link")
            await visit({ path, type: "link", mode: 0o777, content: textOf(entry.linkpath ?? "") });
          else if (FILES.has(entry.type)) await visit({ path, type: "file", mode, content: contentOf(entry) });
        },
      }),
    );
};

/** The types of entries that are regular files. */
export const FILES: ReadonlySet<string> = new Set(["File", "OldFile", "ContiguousFile"]);

/** What lies below a folder, by paths without that; `prefix` ends with a /, or is empty. */
export function below({ items, read }: Contents, prefix: string): Contents {
  const inside = [...items].filter(([path]) => path.startsWith(prefix));
  const without = (path: string) => path.slice(prefix.length);
  return {
    items: new Map(inside.map(([path, item]) => [without(path), { ...item, path: without(path) }])),
    read: async (paths) => {
      const found = await read(new Set([...paths].map((path) => `${prefix}${path}`)));
      return new Map([...found].map(([path, bytes]) => [without(path), bytes]));
    },
  };
}

/** Several laid over each other; the last one counts where they have the same path. */
export function together(all: readonly Contents[]): Contents {
  return {
    items: new Map(all.flatMap(({ items }) => [...items])),
    read: async (paths) =>
      new Map((await Promise.all(all.map(({ read }) => read(paths)))).flatMap((found) => [...found])),
  };
}
