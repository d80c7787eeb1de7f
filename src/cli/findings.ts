// SPDX-License-Identifier: Apache-2.0
/** What `osc-kolla doctor` tells, for programs and for people. */
import { styleText } from "node:util";
import type { Finding, Seen } from "../pipeline/check.ts";

/** The content of `doctor --json`. */
export interface Report {
  /** nothing is bad */
  readonly ok: boolean;
  readonly checks: readonly {
    readonly id: string;
    readonly title: string;
    readonly level: Finding["level"];
    readonly found: string;
    /** null where nothing is to be mended */
    readonly mend: string | null;
  }[];
}

export function reportOf(seen: readonly Seen[]): Report {
  const checks = seen.map(({ check: { id, title }, finding }) => {
    const { level, found } = finding;
    return { id, title, level, found, mend: level === "good" ? null : finding.mend };
  });
  return { ok: checks.every(({ level }) => level !== "bad"), checks };
}

const SIGNS = { good: ["✔", "green"], warning: ["!", "yellow"], bad: ["✖", "red"] } as const;

/** A line for each check, in columns, below it what mends it. */
export function findingLines({ checks }: Pick<Report, "checks">, colours: boolean): string[] {
  const width = Math.max(...checks.map(({ title }) => title.length));
  return checks.flatMap(({ level, title, found, mend }) => {
    const [sign, colour] = SIGNS[level];
    const word = `${sign} ${level.padEnd("warning".length)}`;
    const before = `  ${title.padEnd(width)}  `;
    const [first = "", ...more] = [
      ...found.split("\n"),
      ...(mend ?? "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => `→ ${line}`),
    ];
    const indent = " ".repeat(word.length + before.length);
    // styleText would ask the process whether it may colour
    const coloured = colours ? styleText(colour, word, { validateStream: false }) : word;
    return [`${coloured}${before}${first}`, ...more.map((line) => `${indent}${line}`)];
  });
}

/** How many checks there are of each level. */
export function countText({ checks }: Pick<Report, "checks">): string {
  const count = (level: Finding["level"]) => checks.filter((check) => check.level === level).length;
  return (["good", "warning", "bad"] as const).map((level) => `${String(count(level))} ${level}`).join(", ");
}

/** All checks, and how many there are of each. */
export function findingsText(report: Report, colours: boolean): string {
  const verdict = report.ok
    ? "`osc-kolla image` has what it needs"
    : "`osc-kolla image` cannot succeed before what is bad is mended";
  return `${findingLines(report, colours).join("\n")}\n\n${countText(report)}: ${verdict}.\n`;
}
