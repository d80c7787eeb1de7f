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

/** What is passed on at once, in bytes: more does not fit into a processor's cache while it is read, digested and written. */
const PIECE = 1 << 18;

/** GNU tar's record size: archives are padded to a multiple of it. */
const RECORD = 20 * BLOCK;

export interface TarOptions {
  /**
   * Whether whoever takes the bytes is done with a piece when the next but one is asked for, as writeBytes is: two buffers
   * hold all of them by turns then. A new one for each costs more than reading what is put into it.
   */
  readonly reuse?: boolean;
}

/**
 * The bytes of an archive: owner 0:0, one time for all entries, in the order given.
 *
 * @param time of every entry, in seconds since 1970
 * @throws when a file's size is not the one that was given
 */
export function* tarBytes(
  entries: Iterable<TarEntry>,
  time: number,
  { reuse = false }: TarOptions = {},
): Generator<Uint8Array> {
  let length = 0;
  for (const piece of gathered(allSources(entries, time), buffers(reuse))) {
    length += piece.length;
    yield piece;
  }
  const end = 2 * BLOCK;
  yield Buffer.alloc(end + ((RECORD - ((length + end) % RECORD)) % RECORD));
}

/** Gives one buffer after the other. */
function buffers(reuse: boolean): () => Buffer {
  const make = () => Buffer.allocUnsafeSlow(PIECE);
  if (!reuse) return make;
  let [next, other] = [make(), make()];
  return () => {
    [next, other] = [other, next];
    return next;
  };
}

/** Puts its next bytes into a buffer, and says how many those are; 0: none are left. */
type Source = (into: Uint8Array) => number;

function* allSources(entries: Iterable<TarEntry>, time: number): Generator<Source> {
  for (const entry of entries) yield* entrySources(entry, time);
}

/** In pieces of one size, into which everything is put at once: each one costs whoever writes it as much as a small file. */
function* gathered(sources: Iterable<Source>, buffer: () => Buffer): Generator<Uint8Array> {
  let piece = buffer();
  let length = 0;
  for (const source of sources) {
    for (let more = source(piece.subarray(length)); more > 0; more = source(piece.subarray(length))) {
      length += more;
      if (length < PIECE) continue;
      yield piece;
      piece = buffer();
      length = 0;
    }
  }
  if (length > 0) yield piece.subarray(0, length);
}

function* entrySources(entry: TarEntry, time: number): Generator<Source> {
  const { content } = entry;
  const size = content === undefined ? 0 : content instanceof Uint8Array ? content.length : content.size;
  yield sourceOf(headerBytes(entry, size, time));
  if (content === undefined) return;
  if (content instanceof Uint8Array) yield sourceOf(content);
  else yield* fileSource(entry.path, content);
  if (size % BLOCK > 0) yield sourceOf(Buffer.alloc(BLOCK - (size % BLOCK)));
}

function sourceOf(bytes: Uint8Array): Source {
  let left = bytes;
  return (into) => {
    const next = left.subarray(0, into.length);
    into.set(next);
    left = left.subarray(next.length);
    return next.length;
  };
}

/** Read by calls that wait: for what lies in the page cache, a thread and a promise cost more than the reading. */
function* fileSource(
  path: string,
  { file, size }: { readonly file: string; readonly size: number },
): Generator<Source> {
  const descriptor = openSync(file, "r");
  let length = 0;
  try {
    yield (into) => {
      const more = readSync(descriptor, into);
      length += more;
      return more;
    };
  } finally {
    closeSync(descriptor);
  }
  if (length !== size) throw new Error(`${path} has ${String(length)} bytes, not ${String(size)}`);
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
