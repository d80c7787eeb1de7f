#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  const { main: start } = await import(main.href);
  process.exitCode = await start();
} else {
  process.stderr.write("osc-kolla: it is not compiled yet; run `make build` in its checkout.\n");
  process.exitCode = 3;
}
