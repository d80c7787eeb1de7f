// SPDX-License-Identifier: Apache-2.0
/** Sizes as people read them. */

interface Unit {
  readonly bytes: number;
  readonly name: string;
}

const MB: Unit = { bytes: 1e6, name: "MB" };

/** The unit in which a size is no 0.0. */
const unitOf = (bytes: number): Unit => (bytes < 1e5 ? { bytes: 1e3, name: "kB" } : MB);

const inUnit = (bytes: number, unit: Unit): string => (bytes / unit.bytes).toFixed(1);

/** "12.3 MB" */
export const megabytes = (bytes: number): string => `${inUnit(bytes, MB)} MB`;

/** "12.3 of 45.6 MB", "1.2 of 3.4 kB", never more than all; "12.3 MB" where it isn't known how much all is. */
export function bytesOf(done: number, total: number | undefined): string {
  if (total === undefined) return megabytes(done);
  const unit = unitOf(total);
  return `${inUnit(Math.min(done, total), unit)} of ${inUnit(total, unit)} ${unit.name}`;
}
