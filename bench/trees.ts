// SPDX-License-Identifier: Apache-2.0
/** Trees to pack: the shape of a real distribution, filled with bytes of our own. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT } from "./world.ts";

/** Paths, modes and sizes of a real distribution; what is in the files is not there. */
const LIST = join(ROOT, "test/support/osc-dist-tree.tsv");

/** What is compressed already, and stays as big as it is. */
const PACKED = /\.(jar|png|gif|jpe?g|woff2?|bar|zip|gz)$/;

export interface Shape {
  readonly path: string;
  readonly size: number;
}

/** The files of the list, `copies` times, each in a folder of its own. */
export function shapeOf(list: string, copies: number): Shape[] {
  const lines = list.trimEnd().split("\n").slice(1);
  const files = lines.map((line) => {
    const [path = "", , size = ""] = line.split("\t");
    return { path, size: Number(size) };
  });
  if (copies === 1) return files;
  return Array.from({ length: copies }, (_, copy) =>
    files.map(({ path, size }) => ({ path: join(`copy-${String(copy)}`, path), size })),
  ).flat();
}

/** Bytes that gzip can do as little with as with a jar, or as much as with a text. */
export function contentOf({ path, size }: Shape, noise: Buffer): Buffer {
  const content = Buffer.alloc(size);
  if (!PACKED.test(path)) return content.fill(`${path} is a line of a text that repeats itself\n`);
  // gzip looks back 32 kB, so that noise which comes again after a megabyte is noise to it
  for (let at = 0; at < size; at += noise.length) noise.copy(content, at);
  return content;
}

/** Makes a tree of the list's shape. */
export async function makeTree(folder: string, copies: number): Promise<void> {
  const noise = randomBytes(1 << 20);
  for (const shape of shapeOf(await readFile(LIST, "utf8"), copies)) {
    const file = join(folder, shape.path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contentOf(shape, noise));
  }
}
