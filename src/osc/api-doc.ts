// SPDX-License-Identifier: Apache-2.0
/** OSC's documentation of its API, which its build writes in the order of hashes that no two JVMs have in common. */
import { HOME } from "./layout.ts";

const FOLDER = `${HOME}/bin/webapp/api-doc`;

/** The files of it that are written so, and what brings each into one order. */
export const API_DOC: ReadonlyMap<string, (text: string) => string> = new Map([
  [`${FOLDER}/swagger.json`, sortedJson],
  [`${FOLDER}/api.html`, sortedRows],
]);

/** The same JSON with the keys of every object sorted. */
function sortedJson(text: string): string {
  return `${JSON.stringify(sorted(JSON.parse(text)), undefined, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([key, one]) => [key, sorted(one)]));
}

const ROW = /<tr\b.*?<\/tr>/gs;

/** Rows that stand together, none of them one of the head. */
const ROWS = /<tr\b(?:(?!<th\b|<\/tr>).)*<\/tr>(?:\s*<tr\b(?:(?!<th\b|<\/tr>).)*<\/tr>)+/gs;

/** The same page with the rows of every table sorted. */
function sortedRows(text: string): string {
  return text.replaceAll(ROWS, (rows) => {
    const inOrder = (rows.match(ROW) ?? []).sort((a, b) => (a < b ? -1 : 1));
    return rows.replaceAll(ROW, () => inOrder.shift() ?? "");
  });
}
