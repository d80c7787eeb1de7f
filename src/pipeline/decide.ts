// SPDX-License-Identifier: Apache-2.0
/** Whether a stage runs: a pure function of its fingerprint and the record of what is finished. */
import { mask } from "../system/secrets.ts";
import { canonical, fingerprint } from "./fingerprint.ts";
import type { Finished } from "./record.ts";
import type { Json, Parts, StageId } from "./stage.ts";

export type Decision =
  { readonly run: false; readonly finished: Finished } | { readonly run: true; readonly because: string };

export interface Question {
  readonly id: StageId;
  readonly toolVersion: string;
  /** undefined: not to be known without running */
  readonly parts: Parts | undefined;
  readonly record: Finished | undefined;
  /** what of the recorded result is no longer as it was left; undefined: nothing */
  readonly damage: string | undefined;
  /** the option that has it run in any case; undefined: none */
  readonly force: string | undefined;
}

/** Decides, and says why. */
export function decide(question: Question): Decision {
  const { id, toolVersion, parts, record, damage, force } = question;
  if (force !== undefined) return { run: true, because: force };
  if (record === undefined) return { run: true, because: "it has not been done yet" };
  if (parts === undefined) return { run: true, because: "what it depends on is known only when it runs" };
  if (record.fingerprint !== fingerprint(id, toolVersion, parts)) {
    return { run: true, because: difference(record.parts, parts) };
  }
  if (damage !== undefined) return { run: true, because: damage };
  return { run: false, finished: record };
}

/** What differs, as "commit was a, is b". */
function difference(before: Parts, now: Parts): string {
  const changes = changesOf("", before, now);
  if (changes.length === 0) return "it was done by another version of osc-kolla";
  const more = changes.length > SHOWN ? [`${String(changes.length - SHOWN)} more`] : [];
  return [...changes.slice(0, SHOWN), ...more].join("; ");
}

/** How many differences are told. */
const SHOWN = 4;

/** Objects are compared part by part, so that what is told is short and really differs. */
function changesOf(name: string, before: Json | undefined, now: Json | undefined): string[] {
  if (isObject(before) && isObject(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => changesOf(name === "" ? key : `${name} ${key}`, before[key], now[key]));
  }
  if (show(before) === show(now)) return [];
  if (isList(before) && isList(now)) return [listChange(name, before.map(show), now.map(show))];
  return [`${name} was ${shorten(show(before))}, is ${shorten(show(now))}`];
}

/** Of a list, what is new and what is gone: the list itself is too long to be told. */
function listChange(name: string, before: readonly string[], now: readonly string[]): string {
  const fresh = now.filter((one) => !before.includes(one));
  const gone = before.filter((one) => !now.includes(one));
  const told = [
    ...(fresh.length > 0 ? [`${shorten(fresh.join(" "))} new`] : []),
    ...(gone.length > 0 ? [`${shorten(gone.join(" "))} gone`] : []),
  ];
  return `${name}: ${told.length > 0 ? told.join(", ") : "another order"}`;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const isObject = (value: Json | undefined): value is Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const show = (value: Json | undefined): string => (value === undefined ? "nothing" : mask(canonical(value)));

const shorten = (text: string): string => (text.length > 44 ? `${text.slice(0, 43)}…` : text);
