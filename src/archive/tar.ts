// SPDX-License-Identifier: Apache-2.0
/** The one writer of archives: the headers are node-tar's, the bytes depend on nothing but what is given. */
import { closeSync, openSync, readSync } from "node:fs";
import { Header, type HeaderData, Pax } from "tar";
import { nameOf } from "./payload.ts";

export interface TarEntry {
  /** relative, without ./ in front and / at the end */
  readonly path: string;
  /** permission bits */
  readonly mode: number;
  /** what a file holds: a path on the disk, or the bytes themselves; a folder and a link have none */
  readonly content?: { readonly file: string; readonly size: number } | Uint8Array;
  /** of a symbolic link: what stands in it */
  readonly link?: string;
}

const BLOCK = 512;

/** What is read and passed on at once, in bytes. */
const CHUNK = 1 << 20;

/** GNU tar's record size: archives are padded to a multiple of it. */
const RECORD = 20 * BLOCK;

/**
 * The bytes of an archive: owner 0:0, one time for all entries, in the order given.
 *
 * @param time of every entry, in seconds since 1970
 * @throws when a file's size is not the one that was given
 */
export function* tarBytes(entries: Iterable<TarEntry>, time: number): Generator<Uint8Array> {
  let length = 0;
  for (const chunk of gathered(allBytes(entries, time))) {
    length += chunk.length;
    yield chunk;
  }
  const end = 2 * BLOCK;
  yield Buffer.alloc(end + ((RECORD - ((length + end) % RECORD)) % RECORD));
}

function* allBytes(entries: Iterable<TarEntry>, time: number): Generator<Uint8Array> {
  for (const entry of entries) yield* entryBytes(entry, time);
}

/** The same bytes in fewer pieces: each one costs whoever writes it as much as a small file. */
function* gathered(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < CHUNK) continue;
    yield waiting.length === 1 ? chunk : Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

function* entryBytes(entry: TarEntry, time: number): Generator<Uint8Array> {
  const { content } = entry;
  const size = content === undefined ? 0 : content instanceof Uint8Array ? content.length : content.size;
  yield headerBytes(entry, size, time);
  if (content === undefined) return;
  let written = 0;
  for (const chunk of contentBytes(content)) {
    written += chunk.length;
    yield chunk;
  }
  if (written !== size) throw new Error(`${entry.path} has ${String(written)} bytes, not ${String(size)}`);
  if (size % BLOCK > 0) yield Buffer.alloc(BLOCK - (size % BLOCK));
}

/** Read by calls that wait: for what lies in the page cache, a thread and a promise cost more than the reading. */
function* contentBytes(content: NonNullable<TarEntry["content"]>): Generator<Uint8Array> {
  if (content instanceof Uint8Array) {
    yield content;
    return;
  }
  const descriptor = openSync(content.file, "r");
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, content.size + 1));
      const length = readSync(descriptor, chunk);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A ustar header; where a name does not fit into it, a pax header before it. */
function headerBytes(entry: TarEntry, size: number, time: number): Uint8Array {
  const isFolder = entry.content === undefined && entry.link === undefined;
  const data: HeaderData = {
    path: nameOf(entry),
    mode: entry.mode,
    uid: 0,
    gid: 0,
    size,
    mtime: new Date(time * 1000),
    type: isFolder ? "Directory" : entry.link === undefined ? "File" : "SymbolicLink",
    ...(entry.link === undefined ? {} : { linkpath: entry.link }),
    uname: "root",
    gname: "root",
  };
  const header = new Header(data);
  const needsPax = header.encode();
  if (header.block === undefined) throw new Error(`no header for ${entry.path}`);
  if (!needsPax) return header.block;
  const linkpath = entry.link === undefined ? {} : { linkpath: entry.link };
  const pax = new Pax({ path: String(data.path), size, ...linkpath }).encode();
  return Buffer.concat([pax, header.block]);
}
