// SPDX-License-Identifier: Apache-2.0
/** Programs that only tests use: the machine's, or those that scripts/tools.sh unpacked. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CHECKOUT } from "./sandbox.ts";

const TOOLS = join(CHECKOUT, ".osc-kolla/tools");

/** The variables with which such a program starts, first on PATH those of the machine. */
function toolEnvironment(): Record<string, string> {
  const libraries = join(TOOLS, "usr/lib");
  const folders = existsSync(libraries) ? readdirSync(libraries).filter((name) => name.includes("-linux-gnu")) : [];
  return {
    ...(process.env as Record<string, string>),
    PATH: [process.env["PATH"] ?? "", join(TOOLS, "usr/bin")].join(delimiter),
    LD_LIBRARY_PATH: folders.map((name) => join(libraries, name)).join(delimiter),
    // where the machine has none of its own
    ...(existsSync("/usr/lib/rpm/rpmrc") ? {} : { RPM_CONFIGDIR: join(libraries, "rpm") }),
  };
}

/** Runs lines of sh in which those programs are found; what they print. */
export function withTools(script: string, cwd: string, ...args: readonly string[]): string {
  return execFileSync("sh", ["-ec", script, "sh", ...args], { cwd, env: toolEnvironment(), encoding: "utf8" });
}
