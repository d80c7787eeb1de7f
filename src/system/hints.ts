// SPDX-License-Identifier: Apache-2.0
/** What is known about the messages of the programs that we start: what each means for a person, as data. */

/** One message of a program. docs/errors/ shows `says` and `hint`. */
export interface Hint {
  /** the message as people see it, shortened */
  readonly says: string;
  /** finds it in the program's words */
  readonly sign: RegExp;
  /** what to do about it */
  readonly hint: string;
}

/** What to do about a failure, by the program's own words: the first hint that fits. */
export function hintFor(words: string, hints: readonly Hint[]): string | undefined {
  return hints.find(({ sign }) => sign.test(words))?.hint;
}
