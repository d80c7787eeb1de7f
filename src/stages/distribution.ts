// SPDX-License-Identifier: Apache-2.0
/** Takes the distribution out of the bundle into a tree of its own, and checks it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { byPath, checksumList, type PayloadFile } from "../archive/payload.ts";
import { extractZip, listZip, type ZipEntry } from "../archive/zip.ts";
import { bundleFaults, isPayload } from "../osc/check.ts";
import { modeOf } from "../osc/layout.ts";
import { defineStage, type Parts, type RunContext } from "../pipeline/stage.ts";
import { badDistribution, messageOf, stagingFailed } from "../system/errors.ts";
import { replace, writeJson } from "../system/files.ts";
import { build } from "./build.ts";
import { source } from "./source.ts";

export interface DistributionResult {
  /** as in SourceResult */
  readonly version: string;
  /** seconds since 1970; the time that the tarball's files have */
  readonly time: number;
  /** absolute path of the tree; `opt/vmidc/…` lies below it */
  readonly root: string;
  /** absolute path of a JSON file with every file of the tree (PayloadFile[]) */
  readonly inventory: string;
  /** of paths, modes and contents of all files, in hex */
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
}

export const distribution = defineStage({
  id: "distribution",
  title: "Take out the distribution",
  needs: { source, build },

  inspect: ({ source: osc, build: built }): Promise<Parts> =>
    Promise.resolve({ bundle: built.sha256, version: built.version, time: osc.time }),

  outputs: (_: DistributionResult, context) => [context.paths.distribution],

  async run({ source: osc, build: built }, context): Promise<DistributionResult> {
    const { distribution: folder } = context.paths;
    await checkBundle(built.bundle);
    const files = await replace(folder, async (temporary) => {
      const extracted = await extract(built.bundle, join(temporary, "root"), context);
      await writeJson(join(temporary, "inventory.json"), extracted);
      return extracted;
    });
    return {
      version: built.version,
      time: osc.time,
      root: join(folder, "root"),
      inventory: join(folder, "inventory.json"),
      digest: digestOf(files),
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
    };
  },
});

/** @throws BAD_DISTRIBUTION (exit 6) with every fault */
async function checkBundle(bundle: string): Promise<void> {
  let entries: ZipEntry[];
  try {
    entries = await listZip(bundle);
  } catch (thrown) {
    throw badDistribution(bundle, [messageOf(thrown)]);
  }
  const faults = bundleFaults(entries);
  if (faults.length > 0) throw badDistribution(bundle, faults);
}

async function extract(bundle: string, root: string, context: RunContext): Promise<PayloadFile[]> {
  await fsExtra.ensureDir(root);
  let count = 0;
  try {
    const files = await extractZip(bundle, root, (entry) => {
      context.signal.throwIfAborted();
      if (++count % 50 === 0) context.progress(`${String(count)} files`);
      return isPayload(entry.path);
    });
    return files.map((file) => ({ ...file, mode: modeOf(file.path, file.mode) })).sort(byPath);
  } catch (thrown) {
    context.signal.throwIfAborted();
    throw stagingFailed(`taking the distribution out of ${bundle}`, messageOf(thrown));
  }
}

/** One digest for the whole distribution. */
function digestOf(files: readonly PayloadFile[]): string {
  const modes = files.map(({ path, mode }) => `${mode.toString(8)} ${path}\n`).join("");
  return createHash("sha256").update(checksumList(files)).update(modes).digest("hex");
}

/** The files of a distribution, as its stage listed them. */
export async function readInventory(inventory: string): Promise<readonly PayloadFile[]> {
  return (await fsExtra.readJson(inventory)) as readonly PayloadFile[];
}
