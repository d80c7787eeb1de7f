// SPDX-License-Identifier: Apache-2.0
// bundle.js FOLDER: joins what tsc compiled into FOLDER, and the packages that it imports, into a few files in
// FOLDER/bundle. What is imported where it is used stays in files of its own. See docs/decisions/0006-one-bundle.md.
import { join } from "node:path";
import { build } from "esbuild";

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: bundle.js FOLDER");

await build({
  entryPoints: [join(folder, "cli/main.js")],
  outdir: join(folder, "bundle"),
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // names of functions and classes are told in reports of defects
  minifyWhitespace: true,
  minifySyntax: true,
  // the licences of the packages, beside each file
  legalComments: "linked",
  // packages in CommonJS call it
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  logLevel: "warning",
});
