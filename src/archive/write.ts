// SPDX-License-Identifier: Apache-2.0
/** Writing streams of bytes to files, with their digests. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

export interface Written {
  /** bytes */
  readonly size: number;
  /** of the file's bytes, in hex */
  readonly sha256: string;
}

/** Bytes in pieces, as they are wanted. */
export type Bytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Is told how many bytes there were so far. */
export type OnBytes = (bytes: number) => void;

/** After how many bytes the disk is told to begin with them, so that less is left when all are written. */
const STRETCH = 1 << 24;

/** Writes bytes to a file that must not be there yet, and syncs it to the disk; what a failure leaves is the caller's. */
export async function writeBytes(file: string, bytes: Bytes, signal: AbortSignal, onBytes?: OnBytes): Promise<Written> {
  const hash = createHash("sha256");
  let size = 0;
  const handle = await open(file, "wx", 0o644);
  try {
    let [writing, syncing, begun] = [Promise.resolve(), Promise.resolve(), 0];
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      await writing;
      // the disk has it while we digest it and the next one is read
      writing = handle.appendFile(chunk);
      writing.catch(() => undefined);
      hash.update(chunk);
      size += chunk.length;
      onBytes?.(size);
      if (size - begun < STRETCH) continue;
      begun = size;
      syncing = Promise.all([syncing, handle.datasync()]).then(() => undefined);
      syncing.catch(() => undefined);
    }
    await Promise.all([writing, syncing]);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { size, sha256: hash.digest("hex") };
}

/**
 * Bytes that are counted and digested while somebody takes them.
 *
 * @param onEnd is told what all of them are
 */
export function* watched(
  bytes: Iterable<Uint8Array>,
  onBytes: OnBytes,
  onEnd: (all: Written) => void,
): Generator<Uint8Array> {
  const hash = createHash("sha256");
  let size = 0;
  for (const chunk of bytes) {
    yield chunk;
    hash.update(chunk);
    size += chunk.length;
    onBytes(size);
  }
  onEnd({ size, sha256: hash.digest("hex") });
}

/** What comes out of gzip at once, in bytes; it does not change what that is. */
const CHUNK = 1 << 20;

/**
 * As writeBytes, compressed by gzip, whose header holds neither a name nor a time.
 *
 * @param level 1 to 9
 */
export async function writeGzip(file: string, bytes: Bytes, signal: AbortSignal, level = 9): Promise<Written> {
  const gzip = createGzip({ level, chunkSize: CHUNK });
  // what goes wrong there comes out of gzip, too
  pipeline(Readable.from(bytes), gzip, { signal }).catch(() => undefined);
  try {
    return await writeBytes(file, gzip as AsyncIterable<Uint8Array>, signal);
  } finally {
    // where the file could not even be opened, nobody has asked it for its bytes
    gzip.destroy();
  }
}
