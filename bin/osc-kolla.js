#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// CommonJS, see package.json beside it and docs/decisions/0006-one-bundle.md.
"use strict";
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

async function start() {
  const main = join(__dirname, "../dist/bundle/main.js");
  const only = process.argv.length === 3 ? process.argv[2] : undefined;
  if (only === "--version" || only === "-V") {
    // asked often, by scripts and completions: answered before anything is loaded
    const { version } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8"));
    process.stdout.write(`${version}\n`);
  } else if (existsSync(main)) {
    const { main: run } = await import(pathToFileURL(main).href);
    process.exitCode = await run();
  } else {
    process.stderr.write("osc-kolla: it is not compiled yet; run `make build` in its checkout.\n");
    process.exitCode = 3;
  }
}

void start();
