// SPDX-License-Identifier: Apache-2.0
/** The conf for kolla's drop-in folder: it puts our context into each kolla-build of the operator. */
import { dirname, join } from "node:path";
import fsExtra from "fs-extra";
import { isOurConf } from "../kolla/conf.ts";
import { dropInFolder } from "../kolla/operator.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { fileExists, usage } from "../system/errors.ts";
import { writeFileAtomic } from "../system/files.ts";
import { IMAGES, OVERRIDE, PROFILE } from "./context.ts";
import { profileConf } from "./templates.ts";

const NAME = "osc-kolla.conf";

const COMMENT =
  "Written by osc-kolla: kolla-build reads it by itself from ~/.kolla/kolla-build.conf.d or /etc/kolla/kolla-build.conf.d.";

export interface DropIn {
  /** absolute path of the conf */
  readonly file: string;
  /** absolute path of what it has to be for kolla-build to read it by itself; equal to `file` where it is there already */
  readonly target: string;
}

/**
 * Where the conf for the drop-in folder will be written.
 *
 * @param folder an absolute path; undefined: one in the output folder
 * @returns the file's absolute path
 * @throws USAGE (exit 2) for a context that can be moved; FILE_EXISTS (exit 2) where it would replace what is not ours
 */
export async function planDropIn(folder: string | undefined, { config, paths }: StageContext): Promise<string> {
  if (config.kolla.relocatable) throw usage("--drop-in names the context by its path, and kolla.relocatable has none");
  const file = join(folder ?? paths.dropIns, NAME);
  const isOther = (await fsExtra.pathExists(file)) && !isOurConf(await fsExtra.readFile(file, "utf8"));
  if (isOther) throw fileExists(file, "It was not written by osc-kolla: name another folder with --drop-in.");
  return file;
}

/** The conf of ours in a drop-in folder; undefined where there is none. */
export async function findDropIn(folder: string): Promise<string | undefined> {
  const content = await fsExtra.readFile(join(folder, NAME), "utf8").catch(() => "");
  return isOurConf(content) ? join(folder, NAME) : undefined;
}

/**
 * Writes it.
 *
 * @param warn is told the drop-in folder that kolla-build no longer reads, now that there is one that comes first
 */
export async function writeDropIn(
  file: string,
  { env, paths }: StageContext,
  warn: (line: string) => void,
): Promise<DropIn> {
  const before = await dropInFolder(env);
  const isInForce = await fsExtra.pathExists(before);
  const conf = profileConf({ profile: PROFILE, images: IMAGES }, paths.kolla, COMMENT, OVERRIDE);
  await fsExtra.ensureDir(dirname(file));
  await writeFileAtomic(file, conf);
  const now = await dropInFolder(env);
  if (isInForce && now !== before) warn(`kolla-build reads one drop-in folder: now ${now}, and no longer ${before}`);
  return { file, target: join(now, NAME) };
}
