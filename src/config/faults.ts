// SPDX-License-Identifier: Apache-2.0
/** What is wrong with values: where each is written, what is wrong, what is allowed. */
import type { z } from "zod";
import { mask } from "../system/secrets.ts";
import type { Entry } from "./layers.ts";
import { inQuotes, nearest, noSuch } from "./nearest.ts";
import { allowedBy, innerType, knownOf, pathOf, typeAt } from "./settings.ts";

type Issue = z.core.$ZodIssue;

/** How much of a wrong value is quoted. */
const QUOTED = 60;

/** user:password@ where no URL is meant, as in a registry */
const LOGIN = /[^\s/@]*:[^\s/]*@/g;

/**
 * The faults of what was loaded, a line each.
 *
 * @param entries what was given, by key
 */
export function faultsOf(issues: readonly Issue[], entries: ReadonlyMap<string, Entry>): string[] {
  return [...new Set(issues.flatMap(concerning).flatMap((issue) => linesOf(issue, entries)))];
}

/** Of a value that is none of several types: what is wrong with the only one that it can be meant for, if there is one. */
function concerning(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.filter(
    (inner) => !inner.some(({ path, code }) => path.length === 0 && code === "invalid_type"),
  );
  const inner = meant.length === 1 ? (meant[0] ?? []) : [];
  if (inner.length === 0) return [issue];
  return inner.flatMap((one) => concerning({ ...one, path: [...issue.path, ...one.path] }));
}

function linesOf(issue: Issue, entries: ReadonlyMap<string, Entry>): string[] {
  const entry = entryOf(issue.path, entries);
  const name = nameOf(issue.path);
  const at = (key?: string) => entry?.locate?.(issue.path, key) ?? entry?.origin ?? "default";
  // --set KEY names it already
  const named = (where: string) => (where.endsWith(` ${name}`) ? where : `${where}: ${name}`);
  if (issue.code !== "unrecognized_keys") return [`${named(at())}: ${wordsOf(issue)}`];
  const known = Object.keys(shapeOf(issue.path));
  return issue.keys.map((key) => `${named(at(key))}: ${noSuch("", key, known)}`);
}

/** What was given that holds a place: the closest one, as ids may have dots. */
function entryOf(place: readonly PropertyKey[], entries: ReadonlyMap<string, Entry>): Entry | undefined {
  const holds = (key: string) => pathOf(key).every((part, index) => part === String(place[index]));
  return [...entries.values()].filter(({ key }) => holds(key)).sort((a, b) => b.key.length - a.key.length)[0];
}

/** "libraries[0].url" */
const nameOf = (place: readonly PropertyKey[]): string =>
  place
    .map((part) => (typeof part === "number" ? `[${String(part)}]` : `.${String(part)}`))
    .join("")
    .slice(1);

function shapeOf(place: readonly PropertyKey[]): object {
  const type = typeAt(place);
  const inner = type === undefined ? undefined : innerType(type);
  const all = inner?.def.type === "union" ? (inner as z.ZodUnion).options : [inner];
  return Object.assign({}, ...all.map((one) => (one as z.ZodObject | undefined)?.shape ?? {})) as object;
}

function wordsOf(issue: Issue): string {
  if (issue.code === "custom" && issue.message !== "Invalid input") return issue.message;
  const type = typeAt(issue.path);
  if (type === undefined) return issue.message;
  const takes = `it takes ${allowedBy(type)}`;
  if (issue.input === undefined) return `it is missing; ${takes}`;
  if (knownOf(type).secret === true) return takes;
  return `${takes}, not ${quoted(issue.input)}${advice(issue, innerType(type))}`;
}

/** What was probably meant. */
function advice(issue: Issue, type: z.ZodType): string {
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof issue.input !== "object") {
    return " (text that looks like something else is put in quotes)";
  }
  if (type.def.type !== "enum" || typeof issue.input !== "string") return "";
  const near = nearest(issue.input, (type as z.ZodEnum).options.map(String));
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** A wrong value, as far as it may be shown. */
function quoted(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  const text = typeof value === "string" ? inQuotes(mask(value).replaceAll(LOGIN, "***@")) : String(value);
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}
