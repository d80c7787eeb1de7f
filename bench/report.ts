// SPDX-License-Identifier: Apache-2.0
/** What the benchmark says: a table for people, and the same as data. */
import { median, minimum, type Sample, type Samples } from "./measure.ts";

/** A line of a table. */
export interface Row {
  readonly name: string;
  /** of each run, in the table's unit */
  readonly values: readonly number[];
  readonly min: number;
  readonly median: number;
  /** to the row that all are compared with; undefined where there is none */
  readonly ratioOfMin: number | undefined;
  readonly ratioOfMedian: number | undefined;
}

/** What was to be reached, and what was. */
export interface Target {
  readonly what: string;
  readonly limit: number;
  /** whether the figure has to be at most the limit, or at least */
  readonly is: "at most" | "at least";
  readonly found: number;
  readonly unit: string;
}

export interface Outcome {
  readonly id: string;
  readonly title: string;
  readonly unit: "s" | "bytes";
  readonly rows: readonly Row[];
  readonly targets: readonly Target[];
  readonly notes: readonly string[];
}

export const isReached = ({ is, found, limit }: Target): boolean =>
  is === "at most" ? found <= limit : found >= limit;

/** One figure of a run; undefined where it has none. */
type Figure = (sample: Sample) => number | undefined;

export const wall: Figure = ({ wall: seconds }) => seconds;
export const ownCpu: Figure = ({ own }) => own;
export const told =
  (name: string): Figure =>
  ({ told: all }) =>
    all[name];

/**
 * The rows of a table.
 *
 * @param named each row's name, the contender that it is of, and the figure
 * @param reference the row that all are compared with; undefined: none
 */
export function rowsOf(
  samples: Samples,
  named: readonly (readonly [name: string, contender: string, figure: Figure])[],
  reference?: string,
): Row[] {
  const all = named.map(([name, contender, figure]) => {
    const values = (samples.get(contender) ?? []).map(figure).filter((value) => value !== undefined);
    return { name, values, min: minimum(values), median: median(values) };
  });
  const base = all.find(({ name }) => name === reference);
  return all.map((row) => ({
    ...row,
    ratioOfMin: base === undefined ? undefined : row.min / base.min,
    ratioOfMedian: base === undefined ? undefined : row.median / base.median,
  }));
}

/** The row of a name. */
export function rowOf(rows: readonly Row[], name: string): Row {
  const row = rows.find((one) => one.name === name);
  if (row === undefined) throw new Error(`there is no row ${name}`);
  return row;
}

/** A table, its targets and notes, as Markdown: people read it on a terminal, and it can be put into a README. */
export function outcomeText({ id, title, unit, rows, targets, notes }: Outcome): string {
  const hasRatios = rows.some(({ ratioOfMin }) => ratioOfMin !== undefined);
  const head = [`${title} (${unit})`, "min", "median", "runs", ...(hasRatios ? ["ratio of min", "of median"] : [])];
  const lines = rows.map((row) => [
    row.name,
    amount(row.min, unit),
    amount(row.median, unit),
    String(row.values.length),
    ...(hasRatios ? [ratio(row.ratioOfMin), ratio(row.ratioOfMedian)] : []),
  ]);
  const marks = targets.map((target) => `- ${targetText(target)}`);
  const told = notes.map((note) => `- ${note}`);
  const below = [...marks, ...told];
  return [`### ${id}`, "", ...tableLines(head, lines), ...(below.length > 0 ? ["", ...below] : []), ""].join("\n");
}

/** "reached: …" or "MISSED: …". */
export function targetText(target: Target): string {
  const { what, is, limit, found, unit } = target;
  const mark = isReached(target) ? "reached" : "MISSED";
  return `${mark}: ${what} ${is} ${short(limit)}${unit}: ${short(found)}${unit}`;
}

function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => (row[index] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)];
}

const amount = (value: number, unit: Outcome["unit"]): string =>
  unit === "bytes" ? String(Math.round(value)) : value.toFixed(value < 10 ? 3 : 1);

const ratio = (value: number | undefined): string => (value === undefined ? "" : `${short(value)} ×`);

const short = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
