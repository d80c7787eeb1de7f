// SPDX-License-Identifier: Apache-2.0
/** Reading tarballs from one end to the other, an entry at a time. */
import type { Readable } from "node:stream";
import { Parser, type ReadEntry } from "tar";

/** What is done with the entries of a tarball. */
export interface Taking {
  /** is waited for before the next entry comes; what it leaves unread is passed over */
  readonly take: (entry: ReadEntry) => Promise<void>;
  /** is told an entry of a kind that nothing can be taken of */
  readonly refuse?: (path: string, fault: string) => void;
  /** whether what is odd in a header is passed over: docker writes link targets to files that are none */
  readonly lenient?: boolean;
}

/**
 * Reads a tarball, plain or compressed by gzip.
 *
 * @throws what `take` and the source throw; Error for what is no tarball or a damaged one
 */
export async function eachTarEntry(source: Readable, { take, refuse, lenient = false }: Taking): Promise<void> {
  let taken = Promise.resolve();
  let current: ReadEntry | undefined;
  let fail: (thrown: unknown) => void = () => undefined;
  const parser = new Parser({
    strict: !lenient,
    onReadEntry: (entry) => {
      current = entry;
      // the next one comes when this one is read
      taken = taken.then(() => take(entry)).then(() => entry.resume());
      taken.catch((thrown: unknown) => fail(thrown));
    },
  });
  parser.on("ignoredEntry", ({ path, type }: ReadEntry) => refuse?.(path, `is a ${type}`));
  try {
    await new Promise<void>((resolve, reject) => {
      fail = reject;
      source.on("error", reject);
      parser.on("error", reject);
      parser.on("end", resolve);
      source.pipe(parser);
    });
    await taken;
  } catch (thrown) {
    // the entry of a tarball that is cut off never ends: it would be waited for, with its file open
    current?.destroy();
    await taken.catch(() => undefined);
    throw thrown;
  } finally {
    source.destroy();
  }
}

/**
 * The content of an entry.
 *
 * @throws Error where the tarball is cut off in it
 */
export async function* contentOf(entry: ReadEntry): AsyncGenerator<Buffer> {
  requireGoingOn(entry);
  for await (const chunk of entry) {
    yield chunk;
    requireGoingOn(entry);
  }
}

/** One that was destroyed while nobody waited for it says so to nobody, and whoever asks it for more waits for ever. */
function requireGoingOn({ path, destroyed }: ReadEntry): void {
  if (destroyed) throw new Error(`${path} is cut off`);
}
