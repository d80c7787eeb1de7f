// SPDX-License-Identifier: Apache-2.0
/** What is said of each thing that the oracle found. */
import { inQuotes, nearest } from "../config/nearest.ts";
import type { Fact, OracleAnswer, Place } from "../kolla/oracle.ts";

/** As doctor tells what it found. */
export interface Told {
  readonly id: string;
  readonly title: string;
  readonly level: "good" | "warning" | "bad";
  readonly found: string;
  /** "" where nothing is to be mended */
  readonly mend: string;
}

/** "/etc/kolla/kolla-build.conf:3" */
export const placeText = ({ file, line }: Place): string => (line === null ? file : `${file}:${String(line)}`);

const at = (place: Place | null, otherwise = "the command line"): string =>
  place === null ? otherwise : placeText(place);

/** What a person means who wrote a name that there is not. */
function meant(name: string, known: readonly string[], otherwise: string): string {
  const near = nearest(name, known);
  return near === undefined ? otherwise : `Did you mean ${near}?`;
}

/** How many names are listed before the rest is counted. */
const LISTED = 6;

function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  return more <= 1 ? names.join(", ") : `${names.slice(0, LISTED).join(", ")} and ${String(more)} more`;
}

type Words<K extends Fact["kind"]> = (fact: Extract<Fact, { kind: K }>) => Omit<Told, "id">;

const WORDS: { readonly [K in Fact["kind"]]: Words<K> } = {
  refused: ({ message, place, images }) => ({
    title: "configuration",
    level: "bad",
    found: `${at(place, "kolla-build stops")}: ${message}${images.length === 0 ? "" : `\nat ${listed(images)}`}`,
    mend: "kolla-build stops here, before it builds anything.",
  }),
  "bad-value": ({ section, name, message, place }) => ({
    title: "option",
    level: "bad",
    found: `${at(place)}: [${section}] ${name}: ${message}`,
    mend: "kolla-build stops when it asks for this option, and names no line.",
  }),
  "default-file-off": ({ file, options }) => ({
    title: "default file",
    level: "warning",
    found: `${file} is not read: a --config-file switches it off${options.length === 0 ? "" : `, and with it ${listed(options)}`}`,
    mend: `Name it too, first: --config-file ${file}`,
  }),
  "missing-path": ({ name, path, relative, fatal, place }) => ({
    title: "path",
    level: fatal ? "bad" : "warning",
    found: `${at(place)}: ${name} is ${path}, which is not there`,
    mend: [
      relative ? "A relative path is taken from the working directory of kolla-build, never from the file." : "",
      fatal ? "" : "kolla-build does without it, and says nothing.",
    ]
      .filter((line) => line !== "")
      .join("\n"),
  }),
  "unknown-section": ({ section, known, place }) => ({
    title: "section",
    level: "warning",
    found: `${at(place)}: kolla knows no section or image ${inQuotes(section)}: what stands in it is not used`,
    mend: section.toUpperCase() === "DEFAULT" ? "Write [DEFAULT], in capitals." : meant(section, known, NO_SECTION),
  }),
  "unknown-option": ({ section, name, known, elsewhere, place }) => ({
    title: "option",
    level: "warning",
    found: `${at(place)}: kolla has no option ${inQuotes(name)} in [${section}]: it is not used`,
    mend:
      elsewhere.length > 0
        ? `It belongs into [${elsewhere.join("], [")}].`
        : known.includes(name.replaceAll("-", "_"))
          ? `In a file it is written ${name.replaceAll("-", "_")}; only on the command line it has dashes.`
          : meant(name, known, "`osc-kolla doctor --kolla --json` lists all that there are."),
  }),
  "profiles-off": ({ profiles, patterns }) => ({
    title: "profile",
    level: "warning",
    found: `${listed(profiles)} selects nothing: beside ${listed(patterns)} kolla asks no profile`,
    mend: "Name all images by patterns, or all by profiles.",
  }),
  "no-profile": ({ name, known, place }) => ({
    title: "profile",
    level: "bad",
    found: `${at(place)}: there is no profile ${inQuotes(name)}`,
    mend: meant(name, known, `There is ${listed(known)}.`),
  }),
  "no-match": ({ of, pattern, known, place, message }) => ({
    title: "selection",
    level: message === null ? "warning" : "bad",
    found: `${place === null ? "" : `${placeText(place)}: `}${of}: ${inQuotes(pattern)} ${message === null ? "matches no image" : `is no regular expression: ${message}`}`,
    mend:
      message === null
        ? meant(pattern.replaceAll(/[\^$]/g, ""), known, "")
        : "kolla-build stops where it is asked for.",
  }),
  "same-name": ({ name, folders, replaced }) => ({
    title: "image",
    level: "warning",
    found:
      replaced === null
        ? `there are several images ${name}: ${folders.join(", ")}`
        : `${folders.join(", ")} takes the place of kolla's own image ${name}`,
    mend:
      replaced === null
        ? "They are built to one name, and the last one that is built stays."
        : `kolla's own is in ${replaced}; a template override changes a part of it.`,
  }),
  "line-deleted": ({ line, place }) => ({
    title: "override",
    level: "warning",
    found: `${at(place)}: kolla deletes this line, because it has the word extends: ${line}`,
    mend: "From the second override on every such line goes: keep that word alone on the first line.",
  }),
  "block-twice": ({ name, places }) => ({
    title: "override",
    level: "bad",
    found: `block ${name} is defined twice: ${places.map(placeText).join(", ")}`,
    mend: "kolla joins all overrides to one template, in which a name stands once: define it in one place.",
  }),
  "unknown-block": ({ name, known, place }) => ({
    title: "override",
    level: "warning",
    found: `${at(place)}: no template has a block ${inQuotes(name)}: it is not used`,
    mend: meant(name, known, "The blocks stand in the Dockerfile.j2 of each image."),
  }),
  "unknown-customization": ({ name, known, place }) => ({
    title: "override",
    level: "warning",
    found: `${at(place)}: no template asks for ${inQuotes(name)}: it is not used`,
    mend: meant(
      name,
      known,
      "kolla asks for IMAGE_packages_append and the like, where IMAGE's template has such a list.",
    ),
  }),
  "template-error": ({ message, place, images }) => ({
    title: "template",
    level: "bad",
    found: `${at(place)}: ${message}${images.length === 0 ? "" : `\nat ${listed(images)}`}`,
    mend: "kolla-build stops here, whichever images are asked for.",
  }),
};

/** What is said of one fact. */
function words(fact: Fact): Told {
  // each kind's function takes that kind
  const say = WORDS[fact.kind] as (one: Fact) => Omit<Told, "id">;
  return { id: `kolla-${fact.kind}`, ...say(fact) };
}

const NO_SECTION = "A section is called as an image, or NAME-plugin-…, NAME-additions-…, NAME-user.";

/** Everything that is said: what is in order first, then the warnings, then what is bad. */
export function findings(answer: OracleAnswer): Told[] {
  const faults = answer.facts.map(words);
  const own = answer.options.filter(({ origin }) => origin.length > 0);
  const good = [
    ...(answer.options.length === 0 ? [] : [{ id: "kolla-options", title: "options", found: countOf(own, answer) }]),
    ...(answer.rendered.length === 0
      ? []
      : [
          {
            id: "kolla-rendered",
            title: "templates",
            found: `rendered: ${answer.rendered.map(({ name }) => name).join(", ")}`,
          },
        ]),
  ].map((one) => ({ ...one, level: "good" as const, mend: "" }));
  const ofLevel = (level: Told["level"]) => faults.filter((fault) => fault.level === level);
  return [...good, ...ofLevel("warning"), ...ofLevel("bad")];
}

function countOf(own: readonly unknown[], { options, images }: OracleAnswer): string {
  const known = images.length === 0 ? "" : `; ${String(images.length)} images`;
  return `${String(own.length)} set, ${String(options.length - own.length)} as kolla has them${known}`;
}

/** What would be other with another kolla. */
export interface Upgrade {
  /** what is said of the configuration then, and not now */
  readonly findings: readonly Told[];
  /** options of [DEFAULT], and those that the configuration sets */
  readonly changed: readonly { readonly name: string; readonly before: string | null; readonly after: string | null }[];
  readonly imagesGone: readonly string[];
  readonly imagesNew: readonly string[];
  /** unified diffs of the wanted Dockerfiles; an empty one says that nothing changes */
  readonly differences: OracleAnswer["differences"];
}

/** By these parts of a fact the same one is known again. */
const SAME = ["kind", "section", "name", "pattern", "message", "path", "place", "places", "file", "line"];

/** What the change to another kolla brings, from what both make of the same configuration. */
export function upgradeOf(now: OracleAnswer, then: OracleAnswer): Upgrade {
  // what kolla has differs, and where it lies: a fault is the same where it stands in the same place
  const key = (fact: Fact) => JSON.stringify(fact, SAME);
  const old = new Set(now.facts.map(key));
  const before = valuesOf(now);
  const after = valuesOf(then);
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = names
    .map((name) => ({ name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((one) => one.before !== one.after);
  const known = then.images.length > 0;
  return {
    findings: then.facts.filter((fact) => !old.has(key(fact))).map(words),
    changed,
    imagesGone: known ? now.images.filter((name) => !then.images.includes(name)) : [],
    imagesNew: then.images.filter((name) => !now.images.includes(name)),
    differences: then.differences,
  };
}

function valuesOf({ options }: OracleAnswer): ReadonlyMap<string, string> {
  const told = options.filter(({ section, origin }) => section === "DEFAULT" || origin.length > 0);
  return new Map(
    told.flatMap(({ section, name, value }) =>
      value === null
        ? []
        : [[section === "DEFAULT" ? name : `[${section}] ${name}`, [value].flat().join(", ")] as const],
    ),
  );
}
