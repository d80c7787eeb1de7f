// SPDX-License-Identifier: Apache-2.0
// bundle.js FOLDER: joins what tsc compiled into FOLDER, and the packages that it imports, into a few files in
// FOLDER/bundle, and writes a digest of what they are made of into FOLDER/bundle/build-id. What is imported where it is used stays in files of its own. See docs/decisions/0006-one-bundle.md.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: bundle.js FOLDER");

const bundle = join(folder, "bundle");
await build({
  entryPoints: [join(folder, "cli/main.js")],
  outdir: bundle,
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // names of functions and classes are told in reports of defects
  minifyWhitespace: true,
  minifySyntax: true,
  // what CycloneDX's library would write XML with, where it is there; we do not
  external: ["xmlbuilder2"],
  // the licences of the packages, beside each file
  legalComments: "linked",
  // packages in CommonJS call it
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  logLevel: "warning",
});

// esbuild's own output differs with the name of FOLDER
const digest = createHash("sha256").update(readFileSync(new URL("../package-lock.json", import.meta.url)));
for (const file of readdirSync(folder, { recursive: true }).sort()) {
  if (file.endsWith(".js") && !file.startsWith("bundle")) digest.update(file).update(readFileSync(join(folder, file)));
}
writeFileSync(join(bundle, "build-id"), `${digest.digest("hex").slice(0, 16)}\n`);
