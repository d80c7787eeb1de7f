// SPDX-License-Identifier: Apache-2.0
/** How a secret looks when a program prints it: as it is, or encoded for a URL, JSON, XML, a shell or a Basic header. */

/** A value shorter than this also stands in ordinary words, and is looked for as a word of its own. */
const SHORT = 8;

/**
 * A pattern (for flags "gu") of a value in every encoding that programs print, also mixed and nested ones: characters as
 * they are, percent-encoded, behind a backslash, as \u00e4, &amp; or &#228;; and base64 of any text that the value stands in.
 */
export function anyEncodingOf(value: string): string {
  // a run of backslashes counts as one character: each encoding doubles it
  const plain = Array.from(value.replace(/\\+/g, "\\"), character).join("");
  const word = value.length < SHORT ? `(?<![\\p{L}\\p{N}])${plain}(?![\\p{L}\\p{N}])` : plain;
  return `${word}|${base64(value)}`;
}

/** What XML calls the characters that mean something to it. */
const ENTITIES: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

/** What a character may look like. */
function character(char: string): string {
  if (/[A-Za-z0-9]/.test(char)) return char;
  const bytes = [...Buffer.from(char)].map((byte) => hexadecimal(byte, 2));
  const units = Array.from({ length: char.length }, (_, at) => hexadecimal(char.charCodeAt(at), 4));
  const code = char.codePointAt(0) ?? 0;
  const entity = [`#0*${String(code)}`, `#[xX]0*${hexadecimal(code, 1)}`, ENTITIES[char]].filter(Boolean).join("|");
  return (
    [
      char === "\\" ? "\\\\" : `\\\\*${char.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")}`,
      bytes.map((byte) => `%(?:25)*${byte}`).join(""),
      units.map((unit) => `\\\\+u${unit}`).join(""),
      `&(?:amp;)*(?:${entity});`,
      ...(char === "'" ? ["'\\\\''"] : []),
      ...(char === " " ? ["\\+"] : []),
    ].reduce((all, one, at) => `${all}${at === 0 ? "" : "|"}${one}`, "(?:") + (char === "\\" ? ")+" : ")")
  );
}

/** A number in hex, its letters in either case. */
const hexadecimal = (number: number, digits: number): string =>
  number
    .toString(16)
    .padStart(digits, "0")
    .replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/**
 * Base64 of a text that the value stands in, from its first to its last character: a Basic header's user is not known. What
 * the value's own bits look like depends on where in the text it begins, by three.
 */
function base64(value: string): string {
  const bytes = Buffer.from(value);
  const cores = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const either = cores.map((core) => core.replaceAll("+", "[+-]").replaceAll(/\/(?!\])/g, "[/_]")).join("|");
  return `(?<![\\w+/-])[\\w+/-]*?(?:${either})[\\w+/=-]*`;
}
