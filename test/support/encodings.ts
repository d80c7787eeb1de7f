// SPDX-License-Identifier: Apache-2.0
/** How programs print a secret. */

/** A text as programs print it. */
export const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ["as it is", (text) => text],
  ["percent-encoded", encodeURIComponent],
  ["percent-encoded in lower case", (text) => encodeURIComponent(text).replaceAll(/%../g, (hex) => hex.toLowerCase())],
  ["percent-encoded twice", (text) => encodeURIComponent(encodeURIComponent(text))],
  ["as little percent-encoded as may be", (text) => encodeURI(text)],
  ["as a form sends it", (text) => new URLSearchParams({ x: text }).toString().slice(2)],
  ["in JSON", (text) => JSON.stringify(text).slice(1, -1)],
  ["in JSON in JSON", (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  ["in ASCII-only JSON", asciiJson],
  ["in XML", xml],
  ["in XML by numbers", (text) => text.replaceAll(/[^A-Za-z0-9]/gu, (char) => `&#${String(char.codePointAt(0))};`)],
  ["in XML in XML", (text) => xml(xml(text))],
  ["in a shell's quotes", (text) => text.replaceAll("'", "'\\''")],
  ["behind a shell's backslashes", (text) => text.replaceAll(/[^\w\u0080-\uffff]/gu, "\\$&")],
  ["in a Basic header", (text) => Buffer.from(`u:${text}`).toString("base64")],
  ["in a Basic header of a longer name", (text) => Buffer.from(`user:${text}`).toString("base64")],
  ["in base64 for URLs", (text) => Buffer.from(`me:${text}, and more`).toString("base64url")],
];

function asciiJson(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return escaped.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function xml(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
  return text.replaceAll(/[&<>"']/g, (char) => `&${String(names[char])};`);
}
