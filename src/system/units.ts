// SPDX-License-Identifier: Apache-2.0
/** Sizes as people read them. */

/** "12.3 MB" */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** "12.3 of 45.6 MB", never more than all; "12.3 MB" where it isn't known how much all is. */
export function bytesOf(done: number, total: number | undefined): string {
  return total === undefined ? megabytes(done) : `${(Math.min(done, total) / 1e6).toFixed(1)} of ${megabytes(total)}`;
}
