// SPDX-License-Identifier: Apache-2.0
/** What a verification notes on its way. */

/** What was held against what, and what does not fit. */
export class Notes {
  readonly checked: string[] = [];
  readonly faults: string[] = [];

  /** @param file whose it is, by its name */
  fault(file: string, what: string): void {
    this.faults.push(`${file}: ${what}`);
  }
}
