// SPDX-License-Identifier: Apache-2.0
/** What is said of a failure. It needs nothing that is slow to load: see docs/decisions/0006-one-bundle.md. */
import type { OscKollaError } from "../system/errors.ts";

/** What `--json` says of a failure. */
export function failureOf({ code, message, hint, log, page }: OscKollaError) {
  return { ok: false, error: { code, message, hint, log, page } };
}

/**
 * A failure: what was being done, the cause, what to do about it, the whole log; of several at once, each so. The page
 * that tells more is named at the end.
 */
export function failureText(error: OscKollaError): string {
  const { code, what, parts, page } = error;
  const more = `More about ${code}: ${page}\n`;
  if (parts.length === 0) return `${failureBlock(`osc-kolla failed while ${what}:`, error)}${more}`;
  const first = `osc-kolla failed while ${what}: ${String(parts.length)} things are missing or unfit.\n`;
  return [first, ...parts.map((part) => failureBlock(`${part.what}:`, part)), more].join("\n");
}

function failureBlock(title: string, { code, reason, hint, log }: OscKollaError): string {
  const lines = [title, ...reason.split("\n").map((line) => `  ${line}`)];
  if (hint !== undefined) lines.push(hint);
  // a defect's is the report, which the hint names
  if (log !== undefined && code !== "DEFECT") lines.push(`The whole log: ${log}`);
  return `${lines.join("\n")}\n`;
}
