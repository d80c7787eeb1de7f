// SPDX-License-Identifier: Apache-2.0
/** Reading what git prints. */

/** "Receiving objects:  42% (42/99), 1.20 MiB | 2.00 MiB/s"; what the other side does begins with "remote: ". */
const PROGRESS = /^(?:remote: )?(\w+ \w+): +\d+% \((\d+)\/(\d+)\)/;

/** How far git is, from one line of its output; undefined where the line does not tell. */
export function progressOf(line: string): string | undefined {
  const found = PROGRESS.exec(line);
  if (found === null) return undefined;
  const [, what = "", done = "", all = ""] = found;
  return `${what.toLowerCase()}: ${done} of ${all}`;
}
