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
  const tag = join(folder, TAG);
  if (!(await fsExtra.pathExists(tag))) await writeFileAtomic(tag, TAG_CONTENT);
}

/**
 * Looks whether a folder that is about to be replaced was written by us.
 *
 * @param sign a file in it that only we write, and how it begins
 * @throws NOT_OURS (exit 2) when there is a folder without that file and with anything else
 */
export async function requireOwn(
  folder: string,
  sign: { readonly file: string; readonly begins: string },
): Promise<void> {
  if (!(await fsExtra.pathExists(folder)) || (await readdir(folder)).length === 0) return;
  const content = await fsExtra.readFile(join(folder, sign.file), "utf8").catch(() => "");
  if (!content.startsWith(sign.begins)) throw notOurs(folder, "output_dir (--output-dir)");
}
