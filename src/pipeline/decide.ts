// SPDX-License-Identifier: Apache-2.0
/** Whether a stage runs: a pure function of its fingerprint and the record of what is finished. */
import { fingerprint } from "./fingerprint.ts";
import type { Finished } from "./record.ts";
import type { Parts, StageId } from "./stage.ts";

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
  readonly force: boolean;
}

/** Decides, and says why. */
export function decide(question: Question): Decision {
  const { id, toolVersion, parts, record, damage, force } = question;
  if (force) return { run: true, because: "--force" };
  if (record === undefined) return { run: true, because: "it has not been done yet" };
  if (parts === undefined) return { run: true, because: "what it depends on is known only when it runs" };
  if (record.fingerprint !== fingerprint(id, toolVersion, parts)) {
    return { run: true, because: difference(record.parts, parts) };
  }
  if (damage !== undefined) return { run: true, because: damage };
  return { run: false, finished: record };
}

/** The first parts that differ, as "commit was a, is b". */
function difference(before: Parts, now: Parts): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const show = (value: unknown) => (value === undefined ? "nothing" : shorten(JSON.stringify(value)));
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
  if (changed.length === 0) return "it was done by another version of osc-kolla";
  return changed.map((name) => `${name} was ${show(before[name])}, is ${show(now[name])}`).join("; ");
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
