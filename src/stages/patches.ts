// SPDX-License-Identifier: Apache-2.0
/** The operator's patches to OSC. */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { sha256File } from "../archive/digest.ts";
import { defineCheck, requireEach } from "../pipeline/check.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { badPatch, messageOf } from "../system/errors.ts";

export interface Patch {
  /** the file's name */
  readonly name: string;
  /** in hex */
  readonly sha256: string;
  /** absolute path */
  readonly file: string;
}

/**
 * The patches of the settings, in the order in which they are applied; a folder stands for its *.patch and *.diff files,
 * by name.
 *
 * @throws BAD_PATCH (exit 4) when one cannot be read
 */
export async function readPatches({ config }: StageContext): Promise<Patch[]> {
  const files = await requireEach(config.source.patches.map(filesOf));
  return requireEach(files.flat().map(readPatch));
}

export const patchesCheck = defineCheck("patches", "patches", async (context) => {
  const patches = await readPatches(context);
  return patches.length === 0 ? "none of yours" : patches.map(({ file }) => file).join(", ");
});

async function readPatch(file: string): Promise<Patch> {
  try {
    return { name: basename(file), sha256: await sha256File(file), file };
  } catch (thrown) {
    throw badPatch(file, messageOf(thrown));
  }
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => /\.(patch|diff)$/.test(name));
    return names.sort().map((name) => join(path, name));
  } catch (thrown) {
    throw badPatch(path, messageOf(thrown));
  }
}
