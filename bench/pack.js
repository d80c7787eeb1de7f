// SPDX-License-Identifier: Apache-2.0
// pack.js plain|gzip TREE FILE: packs a tree with the archive writer of the compiled command, as its stages do (digested and
// synced), and prints the seconds of that; starting Node and listing the tree, which a run does not do for this, are left out.
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";

const archive = new URL("../dist/archive/", import.meta.url);
const { payloadEntries } = await import(new URL("payload.js", archive).href);
const { tarBytes } = await import(new URL("tar.js", archive).href);
const { writeBytes, writeGzip } = await import(new URL("write.js", archive).href);

const [how, tree, file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: pack.js plain|gzip TREE FILE");

const entries = await readdir(tree, { recursive: true, withFileTypes: true });
const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
const files = await Promise.all(
  paths.map(async (path) => ({ path: relative(tree, path), mode: 0o644, size: (await stat(path)).size })),
);

const begun = process.hrtime.bigint();
const [write, reuse] = how === "gzip" ? [writeGzip, false] : [writeBytes, true];
await write(file, tarBytes(payloadEntries(files, tree, ""), 0, { reuse }), new globalThis.AbortController().signal);
process.stdout.write(`${String(Number(process.hrtime.bigint() - begun) / 1e9)}\n`);
