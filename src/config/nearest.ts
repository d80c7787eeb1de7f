// SPDX-License-Identifier: Apache-2.0
/** What somebody probably meant who wrote a name that there is not. */
import { distance } from "fastest-levenshtein";
import { findSetting, isSection, namesIn, SETTINGS } from "./settings.ts";

/** A text in quotes, with nothing in it that a terminal would obey. */
export const inQuotes = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** More edits than this are another word; as few, where they are most of a short word. */
const EDITS = 3;
const LIKENESS = 0.4;

/**
 * The name that is nearest to a misspelt one, dashes and capitals aside.
 *
 * @returns undefined where none is near
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (one: string) => one.toLowerCase().replaceAll("-", "_");
  const ranked = known
    .map((one) => ({ one, edits: edits(plain(name), plain(one)), length: Math.max(name.length, one.length) }))
    .filter((it) => it.edits <= EDITS && (it.length - it.edits) / it.length > LIKENESS)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.one;
}

/** How many edits make one of the other; two letters that changed places are one. */
function edits(a: string, b: string): number {
  const letters = (text: string) => Array.from(text).sort().join("");
  const found = distance(a, b);
  return found === 2 && letters(a) === letters(b) ? 1 : found;
}

/** A name that is not there, with the nearest one that is, else with all that are. */
export function noSuch(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const instead = near === undefined ? `there is ${known.join(", ")}` : `did you mean ${near}?`;
  return `there is no ${what}${inQuotes(name)}; ${instead}`;
}

/**
 * What is wrong with a name that is no setting's: it is misspelt, or lacks its section, or is one, or is below one that
 * holds no others.
 */
export function unknownSetting(key: string): string {
  if (isSection(key)) return `${key} holds settings of its own: ${namesIn(key).join(", ")}`;
  const names = key.split(/[.[]/);
  const known = names.findIndex((_, at) => !isSection(names.slice(0, at + 1).join(".")));
  const section = names.slice(0, known).join(".");
  const above = section === "" ? (names[known] ?? "") : `${section}.${names[known] ?? ""}`;
  if (findSetting(above) !== undefined) return `there is no setting ${inQuotes(key)}; ${above} is given as a whole`;
  const meant = meantBy(names[known] ?? "", section, names.slice(known + 1));
  const instead = meant.length > 0 ? `did you mean ${meant.join(" or ")}?` : namesOf(section);
  return `there is no setting ${inQuotes(key)}; ${instead}`;
}

const namesOf = (section: string): string =>
  `${section === "" ? "at the top there is" : `${section} has`} ${namesIn(section).join(", ")}`;

/** The settings that may be meant by a name in a section. */
function meantBy(name: string, section: string, rest: readonly string[]): string[] {
  const prefix = section === "" ? "" : `${section}.`;
  const near = nearest(name, namesIn(section));
  if (near !== undefined) {
    const whole = [`${prefix}${near}`, ...rest].join(".");
    return [findSetting(whole) !== undefined || isSection(whole) ? whole : `${prefix}${near}`];
  }
  const last = rest.at(-1) ?? name;
  const lastOf = (key: string) => key.slice(key.lastIndexOf(".") + 1);
  const elsewhere = nearest(
    last,
    SETTINGS.map(({ key }) => lastOf(key)),
  );
  return SETTINGS.filter(({ key }) => lastOf(key) === elsewhere).map(({ key }) => key);
}
