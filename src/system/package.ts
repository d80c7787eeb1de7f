// SPDX-License-Identifier: Apache-2.0
/** Where the tool itself lies, and which version it is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json: two levels up, from src/ as from dist/. */
const PACKAGE_ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The templates that ship with the tool. */
export const TEMPLATES = join(PACKAGE_ROOT, "kolla-overrides", "docker");

/** The tree of what runs in the image, rooted at /. */
export const RUNTIME = join(PACKAGE_ROOT, "kolla-overrides", "runtime");

/** The script that runs in kolla's Python; see src/kolla/oracle.ts. */
export const ORACLE = join(PACKAGE_ROOT, "kolla-oracle");

/** What `make setup` found and made. */
export const SETUP_FILE = join(PACKAGE_ROOT, ".osc-kolla", "setup.json");

/** The tool's own version. */
export const VERSION = (JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")) as { version: string })
  .version;

/**
 * Which build of the tool this is: its version, and a digest of its code. A checkout that was brought up to date has the
 * same version, and may make something else of the same parts.
 */
export function buildId(): string {
  try {
    return `${VERSION} ${readFileSync(new URL("build-id", import.meta.url), "utf8").trim()}`;
  } catch {
    // not bundled: run from its sources, by a test
    return VERSION;
  }
}
