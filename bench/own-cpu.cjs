// SPDX-License-Identifier: Apache-2.0
// Loaded into a measured Node by --require: at its end it leaves the CPU seconds of that process alone, user and system, in
// the file OSC_BENCH_CPU. What it starts is not counted, nor does it inherit this.
const { writeFileSync } = require("node:fs");

process.once("exit", () => {
  const { user, system } = process.cpuUsage();
  const file = process.env.OSC_BENCH_CPU;
  if (file !== undefined) writeFileSync(file, String((user + system) / 1e6));
});
