// SPDX-License-Identifier: Apache-2.0
/** What `osc-kolla diff` tells, for people. */
import type { EntryChange, LineChange } from "../stages/diff-jars.ts";
import type { KeyChange } from "../stages/diff-settings.ts";
import { type Differences, isEqual, type JarChange } from "../stages/diff.ts";

/** How many of one kind, and lines of one of them, are told; --verbose and --json tell all. */
const TOLD = 12;

/** A block for each kind of differences, and how many there are of each. */
export function diffText(differences: Differences, all: boolean): string {
  if (isEqual(differences)) return "No differences.\n";
  const { jars, settings, files, packages, image } = differences;
  const most = all ? Infinity : TOLD;
  const blocks = [
    block("Jars added", jars.added.map(loneJar), most),
    block("Jars removed", jars.removed.map(loneJar), most),
    block("Jars changed", jars.changed.map(jarLines), most),
    block("Settings", settings.map(settingLines), most),
    block("Files added", files.added.map(alone), most),
    block("Files removed", files.removed.map(alone), most),
    block(
      "Files changed",
      files.changed.map(({ path, what }) => [`${path} (${what})`]),
      most,
    ),
    block(
      "Packages",
      (packages ?? []).map(({ name, ...versions }) => [change(name, versions)]),
      most,
    ),
    block(
      "Image",
      (image ?? []).map((one) => [keyLine(one)]),
      most,
    ),
  ];
  return blocks.filter((one) => one !== "").join("\n");
}

/** @param items a line for what it is about, and those that belong to it */
function block(title: string, items: readonly (readonly string[])[], most: number): string {
  if (items.length === 0) return "";
  const told = items.slice(0, most).flatMap(([head = "", ...lines]) => {
    return [head, ...cut(lines, most).map((line) => `  ${line}`)];
  });
  const rest = items.length > most ? [`… and ${String(items.length - most)} more (--verbose)`] : [];
  return `${title}: ${String(items.length)}\n${[...told, ...rest].map((line) => `  ${line}\n`).join("")}`;
}

const cut = (lines: readonly string[], most: number): string[] =>
  lines.length <= most ? [...lines] : [...lines.slice(0, most), `… and ${String(lines.length - most)} more lines`];

const alone = (line: string): string[] => [line];

const loneJar = ({ path, version }: { readonly path: string; readonly version: string | null }): string[] => [
  version === null || path.includes(version) ? path : `${path} (${version})`,
];

const settingLines = ({ path, keys }: Differences["settings"][number]): string[] => [path, ...keys.map(keyLine)];

interface Change {
  readonly from: string | null;
  readonly to: string | null;
}

function change(name: string, { from, to }: Change): string {
  if (from === null) return `+ ${name} ${String(to)}`;
  return to === null ? `- ${name} ${from}` : `${name} ${from} → ${to}`;
}

const keyLine = ({ key, from, to }: KeyChange): string => change(`${key} =`, { from, to });

function jarLines({ path, was, from, to, entries }: JarChange): string[] {
  const versions = from === to ? "" : ` ${from ?? "?"} → ${to ?? "?"}`;
  const head = `${path}${versions}${was === null ? "" : `, was ${was}`}`;
  const only = "only order, times, attributes or compression of its entries";
  return [head, ...(entries.length === 0 ? [only] : entries.flatMap(entryLines))];
}

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;

function entryLines(entry: EntryChange): string[] {
  const { path, change: kind, lines = [], keys = [] } = entry;
  const inside = entry.class === undefined ? path : `class ${entry.class}${nested(path)}`;
  return [`${SIGNS[kind]} ${inside}`, ...lines.flatMap(lineLines), ...keys.map((key) => `  ${keyLine(key)}`)];
}

/** Beside the line's number what there was, and what there is. */
function lineLines({ line, from, to }: LineChange): string[] {
  const number = `  line ${String(line)} `;
  const texts = [...(from === null ? [] : [`- ${from}`]), ...(to === null ? [] : [`+ ${to}`])];
  return texts.map((text, at) => `${at === 0 ? number : " ".repeat(number.length)}${text}`);
}

/** Of a class in a jar in a jar, which. */
const nested = (path: string): string => (path.includes("!/") ? ` in ${path.slice(0, path.lastIndexOf("!/"))}` : "");
