// SPDX-License-Identifier: Apache-2.0
/** Reading and changing headers of a jar's manifest; what is not changed keeps its bytes, folded lines too. */

/** The longest line, in bytes, without its end (the JAR file specification). */
const LINE = 72;

/** A header with its continuation lines; the text is bytes, one a character. */
const HEADER = /^([A-Za-z0-9][\w-]*): ?(.*(?:(?:\r\n|\n|\r) .*)*)/gm;

/**
 * @param section the Name of the section, undefined for the main one
 * @returns the header's new value; undefined leaves it
 */
export type EditHeader = (section: string | undefined, name: string, value: string) => string | undefined;

/** A manifest with other values, and the names of the headers that have them. */
export function editManifest(manifest: Uint8Array, edit: EditHeader): { bytes: Buffer; edited: string[] } {
  const text = Buffer.from(manifest).toString("latin1");
  const end = /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
  const edited: string[] = [];
  let section: string | undefined;
  const changed = text.replaceAll(HEADER, (header, name: string, folded: string) => {
    const value = utf8(folded.replaceAll(/(?:\r\n|\n|\r) /g, ""));
    if (name.toLowerCase() === "name") {
      section = value;
      return header;
    }
    const wanted = edit(section, name, value);
    if (wanted === undefined || wanted === value) return header;
    edited.push(name);
    return fold(Buffer.from(`${name}: ${wanted}`).toString("latin1"), end);
  });
  return { bytes: Buffer.from(changed, "latin1"), edited };
}

/** A header as it stands in a manifest. */
export interface ManifestHeader {
  /** the Name of its section; undefined for the main one */
  readonly section: string | undefined;
  readonly name: string;
  readonly value: string;
  /** on which it begins, from 1 */
  readonly line: number;
}

/** All headers of a manifest, in their order. */
export function headersOf(manifest: Uint8Array): ManifestHeader[] {
  const text = Buffer.from(manifest).toString("latin1");
  const headers: ManifestHeader[] = [];
  let section: string | undefined;
  let [line, counted] = [1, 0];
  for (const { 1: name = "", 2: folded = "", index } of text.matchAll(HEADER)) {
    const value = utf8(folded.replaceAll(/(?:\r\n|\n|\r) /g, ""));
    if (name.toLowerCase() === "name") section = value;
    line += (text.slice(counted, index).match(/\r\n|\n|\r/g) ?? []).length;
    counted = index;
    headers.push({ section, name, value, line });
  }
  return headers;
}

/** The headers of a manifest's main section, by their names in lower case. */
export function mainHeaders(manifest: Uint8Array): ReadonlyMap<string, string> {
  const text = Buffer.from(manifest).toString("latin1");
  // the sections of a signed jar are thousands
  const end = /\r\n\r\n|\n\n|\r\r/.exec(text)?.index;
  return new Map(headersOf(manifest.subarray(0, end)).map(({ name, value }) => [name.toLowerCase(), value]));
}

const utf8 = (bytes: string): string => Buffer.from(bytes, "latin1").toString();

function fold(header: string, end: string): string {
  const rest = header.slice(LINE).match(new RegExp(`.{1,${String(LINE - 1)}}`, "gs")) ?? [];
  return [header.slice(0, LINE), ...rest].join(`${end} `);
}
