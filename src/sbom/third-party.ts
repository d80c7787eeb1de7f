// SPDX-License-Identifier: Apache-2.0
/** A text about the software of others, made from a bill of materials and from nothing else. */
import { type Bill, type Component, factOf } from "./bill.ts";
import { COORDINATES } from "./part.ts";

/** What a path ends with that is no jar's, but of what tells of one that was unpacked. */
const UNPACKED = /!\/META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;

/** What is told of one software, wherever it lies. */
interface Entry {
  readonly title: string;
  readonly licences: Set<string>;
  readonly places: Set<string>;
}

/** @param bom a bill of ours, as JSON */
export function thirdParty(bom: string): string {
  const { metadata, components = [] } = JSON.parse(bom) as Bill;
  const others = everyOne(components).filter((one) => factOf(one, "commit") === undefined);
  const entries = new Map<string, Entry>();
  for (const one of others) {
    const place = factOf(one, "path") ?? one.name;
    const isUnknown = factOf(one, "coordinates") === COORDINATES.none;
    const title = isUnknown ? place : titleOf(one);
    const entry = entries.get(title) ?? { title, licences: new Set(), places: new Set() };
    for (const licence of licencesOf(one)) entry.licences.add(licence);
    if (!isUnknown) entry.places.add(place.replace(UNPACKED, ", unpacked into it"));
    entries.set(title, entry);
  }
  return `${[headOf(metadata.component), ...[...entries.values()].sort(byTitle).map(entryText)].join("\n\n")}\n`;
}

function headOf({ name, version }: Component): string {
  return [
    `Software of others in ${[name, version].filter(Boolean).join(" ")}`,
    "",
    "Made from the bill of materials (CycloneDX) that comes with this file. The licences are what each jar says of itself;",
    "where it says none, its project has to be asked. What has no coordinates is listed by its path.",
  ].join("\n");
}

const everyOne = (components: readonly Component[]): Component[] =>
  components.flatMap((one) => [one, ...everyOne(one.components ?? [])]);

const titleOf = ({ group, name, version }: Component): string =>
  [[group, name].filter(Boolean).join(":"), version].filter(Boolean).join(" ");

const licencesOf = ({ licenses = [] }: Component): string[] =>
  licenses.map(({ license: { id, name, url } }) => {
    const title = id ?? name ?? "";
    return url === undefined || url === title ? title : `${title} (${url})`;
  });

const byTitle = (a: Entry, b: Entry): number => Buffer.compare(Buffer.from(a.title), Buffer.from(b.title));

function entryText({ title, licences, places }: Entry): string {
  const said = licences.size === 0 ? ["  licence: it says none"] : [...licences].map((one) => `  licence: ${one}`);
  return [title, ...said, ...[...places].map((place) => `  in: ${place}`)].join("\n");
}
