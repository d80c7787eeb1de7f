// SPDX-License-Identifier: Apache-2.0
/** Command lines for people. */

/** A word as a POSIX shell needs it, for people who want to run the line again. */
export function quote(word: string): string {
  return /^[\w@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
