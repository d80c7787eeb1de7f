// SPDX-License-Identifier: Apache-2.0
/** What `osc-kolla doctor --kolla` tells, for programs and for people. */
import { styleText } from "node:util";
import type { KollaOption, OracleAnswer } from "../kolla/oracle.ts";
import type { KollaProgram } from "../kolla/program.ts";
import type { Oracle } from "../stages/oracle.ts";
import { placeText, type Told, type Upgrade } from "../stages/oracle-words.ts";
import { quote } from "../system/quote.ts";
import { countText, findingLines, type Report } from "./findings.ts";

/** The content of `doctor --kolla --json`. */
export interface OracleReport extends Report {
  readonly kolla: KollaProgram;
  /** the command line that was looked at */
  readonly line: readonly string[];
  /** the files that kolla reads, in its order */
  readonly files: readonly string[];
  readonly options: readonly KollaOption[];
  /** the wanted images, and what they stand on, whose Dockerfiles are null */
  readonly images: OracleAnswer["rendered"];
  /** null where no other kolla was asked */
  readonly against: (Omit<Upgrade, "findings"> & Report & { readonly kolla: KollaProgram }) | null;
}

export function reportOfOracle({ kolla, args, answer, findings, upgrade }: Oracle): OracleReport {
  return {
    ...judged(findings),
    kolla,
    line: [kolla.file, ...args],
    files: answer.files.map(({ file }) => file),
    options: answer.options,
    images: answer.rendered,
    against: upgrade === undefined ? null : againstOf(upgrade.kolla, upgrade.changes),
  };
}

function againstOf(kolla: KollaProgram, { findings, ...changes }: Upgrade) {
  return { ...judged(findings), kolla, ...changes };
}

function judged(findings: readonly Told[]): Report {
  const checks = findings.map(({ mend, ...told }) => ({ ...told, mend: mend === "" ? null : mend }));
  return { ok: checks.every(({ level }) => level !== "bad"), checks };
}

/** For people: options, Dockerfiles, what an upgrade changes, and in the end what was found. */
export function oracleText(report: OracleReport, colours: boolean): string {
  const { kolla, line, files, options, images, against, ok } = report;
  const title = (text: string) => (colours ? styleText("bold", text, { validateStream: false }) : text);
  const verdict = ok ? "kolla-build takes this configuration" : "kolla-build stops before what is bad is mended";
  return [
    title(`kolla ${kolla.version} is asked about`),
    `  ${line.map(quote).join(" ")}`,
    "",
    title("Files, in the order in which kolla reads them"),
    ...(files.length === 0 ? ["  none"] : files.map((file) => `  ${file}`)),
    "",
    ...(options.length === 0 ? [] : [title("Options"), ...optionLines(options), ""]),
    ...images.flatMap((image) => [...imageLines(image, title), ""]),
    ...(against === null ? [] : [...againstLines(against, colours, title), ""]),
    title("Findings"),
    ...findingLines(report, colours),
    "",
    `${countText(report)}: ${verdict}.`,
    "",
  ].join("\n");
}

/** All of [DEFAULT], and of the other sections what the configuration sets; JSON has the others too. */
function optionLines(options: readonly KollaOption[]): string[] {
  const shown = options.filter(({ section, origin }) => section === "DEFAULT" || origin.length > 0);
  const rows = [
    ["OPTION", "FROM", "VALUE"],
    ...shown.map((one) => [
      one.section === "DEFAULT" ? one.name : `[${one.section}] ${one.name}`,
      originText(one.origin),
      one.value === null ? "-" : [one.value].flat().join(", "),
    ]),
  ];
  const wide = (column: 0 | 1) => Math.max(...rows.map((row) => (row[column] ?? "").length));
  return rows.map(([name = "", from = "", value = ""]) =>
    `  ${name.padEnd(wide(0))}  ${from.padEnd(wide(1))}  ${value}`.trimEnd(),
  );
}

/** Where a value comes from. */
function originText(origin: KollaOption["origin"]): string {
  if (origin.length === 0) return "default";
  return origin
    .map((one) => ("file" in one ? placeText(one) : "environment" in one ? one.environment : "command line"))
    .join(", ");
}

function imageLines(
  { name, from, template, dockerfile }: OracleReport["images"][number],
  title: (text: string) => string,
) {
  if (dockerfile === null) return [`${name}: FROM ${from}, by ${template}`];
  // kolla leaves an empty line for each of Jinja's tags
  const lines = dockerfile.trim().replaceAll(/\n\s*\n+/g, "\n\n");
  return [title(`Dockerfile of ${name}, by ${template}`), ...indented(lines)];
}

const indented = (text: string): string[] => text.split("\n").map((line) => `  ${line}`.trimEnd());

function againstLines(
  against: NonNullable<OracleReport["against"]>,
  colours: boolean,
  title: (text: string) => string,
): string[] {
  const { kolla, changed, imagesGone, imagesNew, differences, checks } = against;
  const value = (one: string | null) => one ?? "-";
  return [
    title(`With kolla ${kolla.version} (${kolla.file})`),
    ...changed.map(({ name, before, after }) => `  ${name}: ${value(before)} → ${value(after)}`),
    ...(imagesGone.length === 0 ? [] : [`  images that it does not have: ${imagesGone.join(", ")}`]),
    ...(imagesNew.length === 0 ? [] : [`  images that are new: ${imagesNew.join(", ")}`]),
    ...differences.flatMap(({ name, diff }) =>
      diff === "" ? [`  Dockerfile of ${name}: the same`] : [`  Dockerfile of ${name}:`, ...indented(diff)],
    ),
    ...(checks.length === 0 ? ["  nothing in the configuration becomes wrong"] : findingLines(against, colours)),
  ];
}
