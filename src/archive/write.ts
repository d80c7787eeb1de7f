// SPDX-License-Identifier: Apache-2.0
/** Writing streams of bytes to files, with their digests. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

export interface Written {
  /** bytes */
  readonly size: number;
  /** of the file's bytes, in hex */
  readonly sha256: string;
}

/** Passes bytes through and counts and digests them. */
function meter() {
  const hash = createHash("sha256");
  let size = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, written: (): Written => ({ size, sha256: hash.digest("hex") }) };
}

/** Is told how many bytes there were so far, before they are compressed. */
export type OnBytes = (bytes: number) => void;

async function* counted(bytes: AsyncIterable<Uint8Array>, onBytes: OnBytes | undefined): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const chunk of bytes) {
    yield chunk;
    count += chunk.length;
    onBytes?.(count);
  }
}

/** Writes bytes to a file that must not be there yet, and syncs it to the disk. */
export async function writeBytes(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onBytes?: OnBytes,
): Promise<Written> {
  const total = meter();
  await pipeline(Readable.from(counted(bytes, onBytes)), total.stream, target(file), { signal });
  return total.written();
}

/** As writeBytes, compressed by gzip (level 9; its header holds neither a name nor a time). */
export async function writeGzip(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onBytes?: OnBytes,
): Promise<Written> {
  const total = meter();
  await pipeline(Readable.from(counted(bytes, onBytes)), createGzip({ level: 9 }), total.stream, target(file), {
    signal,
  });
  return total.written();
}

const target = (file: string) => createWriteStream(file, { flags: "wx", mode: 0o644, flush: true });
