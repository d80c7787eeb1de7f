#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";

const main = new URL("../dist/bundle/main.js", import.meta.url);
const only = process.argv.length === 3 ? process.argv[2] : undefined;
if (only === "--version" || only === "-V") {
  // asked often, by scripts and completions: answered before anything is loaded
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else if (existsSync(main)) {
  const { main: start } = await import(main.href);
  process.exitCode = await start();
} else {
  process.stderr.write("osc-kolla: it is not compiled yet; run `make build` in its checkout.\n");
  process.exitCode = 3;
}
