// SPDX-License-Identifier: Apache-2.0
/** A clone of ours whose files were damaged (a bad disk, a stray hand) fails in ways that look like anything else. */
import fsExtra from "fs-extra";
import { cloneDamaged, type OscKollaError } from "../system/errors.ts";
import { type GitContext, runGit } from "./client.ts";

const FSCK = ["fsck", "--no-dangling", "--no-progress"];

/**
 * What a failure of git in a clone of ours is: `otherwise`, unless the clone turns out to be damaged. It is removed then,
 * so that the next run makes it anew.
 *
 * @returns the error to throw
 * @throws the signal's reason
 */
export async function failureIn(clone: string, context: GitContext, otherwise: OscKollaError): Promise<OscKollaError> {
  context.signal.throwIfAborted();
  const words = await damageOf(clone, context);
  if (words === undefined) return otherwise;
  if (context.dry !== true) await fsExtra.remove(clone);
  return cloneDamaged(clone, words, context.log?.path);
}

/** What git says of objects that it cannot read; not of those that the repository itself lacks, or of the form of old ones. */
async function damageOf(clone: string, context: GitContext): Promise<string | undefined> {
  if (!(await fsExtra.pathExists(clone))) return undefined;
  const { exitCode, tail } = await runGit(FSCK, context, undefined, clone);
  return exitCode === 0 ? undefined : tail.findLast((line) => line.startsWith("error: "));
}
