// SPDX-License-Identifier: Apache-2.0
/** Making sure that the folders whose content we replace and remove are ours. */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import fsExtra from "fs-extra";
import { notOurs } from "./errors.ts";
import { writeFileAtomic } from "./files.ts";

/** Backup programs leave out a folder with such a file, by its first line (https://bford.info/cachedir/). */
const TAG = "CACHEDIR.TAG";
const TAG_CONTENT = `Signature: 8a477f597d28d172789f06886806bc55
# The work folder of osc-kolla: clones, Maven's home, trees, logs, state. It is made again when it is gone.
`;

/** `make setup` puts things into the checkout's work folder before we do. */
const OWN_NAME = ".osc-kolla";

/**
 * Looks whether a folder may be our work folder: one that is not there yet, is empty, or was claimed before.
 *
 * @throws NOT_OURS (exit 2) when something else lies in it
 */
export async function requireWorkFolder(folder: string): Promise<void> {
  if (basename(folder) === OWN_NAME || (await fsExtra.pathExists(join(folder, TAG)))) return;
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder && (await readdir(folder)).length > 0) throw notOurs(folder, "work_dir (--work-dir)");
}

/**
 * Claims a folder as a work folder.
 *
 * @throws NOT_OURS (exit 2); see requireWorkFolder
 */
export async function claimWorkFolder(folder: string): Promise<void> {
  await requireWorkFolder(folder);
  if (!(await isClaimed(folder))) await writeFileAtomic(join(folder, TAG), TAG_CONTENT);
}

/** Whether a folder was claimed as a work folder. */
export const isClaimed = (folder: string): Promise<boolean> => fsExtra.pathExists(join(folder, TAG));

/** Takes the claim back, when nothing of ours is in the folder any more. */
export const forgetWorkFolder = (folder: string): Promise<void> => fsExtra.remove(join(folder, TAG));

/** What tells a folder of ours: a file in it that only we write, and how it begins. */
interface Sign {
  readonly file: string;
  readonly begins: string;
}

/** Whether a folder was written by us. */
export async function isOwn(folder: string, { file, begins }: Sign): Promise<boolean> {
  const content = await fsExtra.readFile(join(folder, file), "utf8").catch(() => "");
  return content.startsWith(begins);
}

/**
 * Looks whether a folder that is about to be replaced was written by us.
 *
 * @throws NOT_OURS (exit 2) when there is a folder without the sign and with anything else
 */
export async function requireOwn(folder: string, sign: Sign): Promise<void> {
  if (!(await fsExtra.pathExists(folder)) || (await readdir(folder)).length === 0) return;
  if (!(await isOwn(folder, sign))) throw notOurs(folder, "output_dir (--output-dir)");
}
