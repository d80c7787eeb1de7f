// SPDX-License-Identifier: Apache-2.0
/** `osc-kolla verify`: whether what was published fits itself, its image, and its source. */
import { resolve } from "node:path";
import { Writable } from "node:stream";
import fsExtra from "fs-extra";
import type { StageContext } from "../../pipeline/stage.ts";
import { compareRebuilt, prepareRebuild, rebuildFolder } from "../../stages/rebuild.ts";
import { type Found, verify } from "../../stages/verify.ts";
import { notAsPublished } from "../../system/errors.ts";
import { toJson } from "../../system/json.ts";
import { mask } from "../../system/secrets.ts";
import { claimWorkFolder } from "../../system/work-folder.ts";
import { readingContext } from "../context.ts";
import { diffText } from "../diff-text.ts";
import type { Io } from "../io.ts";
import type { BuildOptions } from "../options.ts";

export interface VerifyOptions extends BuildOptions {
  readonly image?: string;
  readonly rebuild?: true;
}

/**
 * Verifies, and prints what was held against what.
 *
 * @throws NOT_AS_PUBLISHED (exit 6) with every fault; USAGE (exit 2) where there is nothing to verify; with --rebuild, what
 * a build throws
 */
export async function runVerifyCommand(folder: string, options: VerifyOptions, io: Io): Promise<void> {
  const context = await readingContext(options, io);
  const path = resolve(io.cwd, folder);
  const { checked, faults, statements } = await verify(path, options.image, context);
  if (faults.length > 0) throw notAsPublished(folder, faults);
  const rebuilt: string[] = [];
  if (options.rebuild === true)
    for (const found of [statements.tarball, statements.image])
      if (found !== undefined) rebuilt.push(await rebuild(folder, found, options, context, io));
  const all = [...checked, ...rebuilt];
  const report = { ok: true, command: "verify", folder: path, checked: all };
  const text = all.map((line) => `✔ ${line}\n`).join("");
  io.stdout.write(options.json === true ? `${toJson(report)}\n` : mask(text));
}

/** @returns what was found, in a line */
async function rebuild(
  folder: string,
  found: Found,
  options: VerifyOptions,
  context: StageContext,
  io: Io,
): Promise<string> {
  const { runBuildCommand } = await import("./build.ts");
  const place = rebuildFolder(found, context.paths);
  await claimWorkFolder(context.paths.workDir);
  await fsExtra.ensureDir(place);
  const run = await prepareRebuild(found.statement, place, context);
  // the settings of this machine count, but for those that decide on what comes out
  const settings = [...(options.set ?? []), ...run.settings];
  const { config, quiet, verbose, color } = options;
  const build = {
    ...(config === undefined ? {} : { config }),
    ...(quiet === undefined ? {} : { quiet }),
    ...(verbose === undefined ? {} : { verbose }),
    color,
    set: settings,
  };
  await runBuildCommand(run.command, build, [], { ...io, stdout: nowhere() });
  const { compared, deviations } = await compareRebuilt(found, run, context);
  if (deviations.length === 0)
    return `${String(compared)} files are the same when they are built again from their source`;
  const faults = deviations.flatMap(({ name, differences }) => {
    const told = differences === null ? [] : diffText(differences, false).trimEnd().split("\n");
    return [`${name}: is another one when it is built again from its source`, ...told.map((line) => `  ${line}`)];
  });
  throw notAsPublished(folder, faults);
}

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
