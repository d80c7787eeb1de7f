// SPDX-License-Identifier: Apache-2.0
/** `osc-kolla clean`: removes what runs left, and never anything that they did not make. */
import type { StageContext } from "../../pipeline/stage.ts";
import { everything, ownImages, type Removable, unneeded } from "../../stages/clean.ts";
import { toJson } from "../../system/json.ts";
import { megabytes } from "../../system/units.ts";
import { isClaimed } from "../../system/work-folder.ts";
import { readingContext } from "../context.ts";
import type { Io } from "../io.ts";
import { takeLocks } from "../locks.ts";
import type { CleanOptions } from "../options.ts";

/** Lists what can be removed, and removes it unless it is a dry run. */
export async function runCleanCommand(options: CleanOptions, io: Io): Promise<void> {
  const { signal } = io;
  const context = await readingContext(options, io);
  const { config, paths } = context;
  if (!(await isClaimed(paths.workDir))) {
    print([], options, io);
    return;
  }
  if (options.dryRun === true) {
    print(await find(context, options), options, io);
    return;
  }

  const release = await takeLocks([paths.workDir, paths.outputDir], "osc-kolla clean", config.lock_timeout, io);
  try {
    const found = await find(context, options);
    for (const { remove } of found) {
      signal.throwIfAborted();
      await remove();
    }
    print(found, options, io);
  } finally {
    await release();
  }
}

async function find(context: StageContext, options: CleanOptions): Promise<Removable[]> {
  const images = options.images === true ? await ownImages(context) : [];
  return [...images, ...(await (options.all === true ? everything(context) : unneeded(context)))];
}

function print(found: readonly Removable[], options: CleanOptions, io: Io): void {
  const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
  const dryRun = options.dryRun === true;
  if (options.json === true) {
    const removed = found.map(({ what, name, bytes: size }) => ({ what, name, bytes: size }));
    io.stdout.write(`${toJson({ ok: true, dryRun, removed, bytes })}\n`);
    return;
  }
  const width = Math.max(0, ...found.map((one) => one.what.length));
  for (const one of found)
    io.stdout.write(`${one.what.padEnd(width)}  ${megabytes(one.bytes).padStart(10)}  ${one.name}\n`);
  const done = dryRun ? "would be removed" : "removed";
  io.stdout.write(found.length === 0 ? "There is nothing to remove.\n" : `${megabytes(bytes)} ${done}\n`);
}
