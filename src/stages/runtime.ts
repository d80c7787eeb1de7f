// SPDX-License-Identifier: Apache-2.0
/** What prepares a container's start, and asks whether it is well: scripts of ours, in an archive of their own. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { byPath } from "../archive/payload.ts";
import type { TarEntry } from "../archive/tar.ts";
import { type Config, schema } from "../config/schema.ts";
import { badConfiguration } from "../system/errors.ts";
import { RUNTIME } from "../system/package.ts";

/** What is sourced, or read by jjs; all else is run. */
const SOURCED = /\.(sh|js)$/;

/** The scripts, and every folder above them: unpacked at /, the archive then leaves no time of its own behind. */
export async function runtimeEntries(): Promise<TarEntry[]> {
  const all = await readdir(RUNTIME, { recursive: true, withFileTypes: true });
  const entries = all.map(async (entry): Promise<TarEntry> => {
    const file = join(entry.parentPath, entry.name);
    const path = relative(RUNTIME, file);
    if (entry.isDirectory()) return { path, mode: 0o755 };
    return { path, mode: SOURCED.test(path) ? 0o644 : 0o755, content: await readFile(file) };
  });
  return (await Promise.all(entries)).sort(byPath);
}

/** One digest of the scripts, in hex. */
export async function runtimeDigest(): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, content } of await runtimeEntries()) {
    hash.update(`${path}\n`);
    if (content instanceof Uint8Array) hash.update(content);
  }
  return hash.digest("hex");
}

/**
 * Refuses settings that would do nothing, where a distribution starts without our scripts.
 *
 * @param shape the distribution's, for people
 * @throws BAD_CONFIGURATION (exit 2) naming them
 */
export function refuseSettings(image: Config["image"], shape: string): void {
  const plain = schema.shape.image.parse({ ports: {}, java: {} });
  const changed = [
    ...(image.user === plain.user ? [] : ["image.user"]),
    ...(["api", "ui", "redirect"] as const)
      .filter((name) => image.ports[name] !== plain.ports[name])
      .map((name) => `image.ports.${name}`),
  ];
  if (changed.length === 0) return;
  const reason = `OSC as ${shape} is starts as root on the ports that it ships`;
  throw badConfiguration(changed.map((key) => `${key} cannot be met: ${reason}`));
}
