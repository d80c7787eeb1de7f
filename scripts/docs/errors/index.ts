// SPDX-License-Identifier: Apache-2.0
/** docs/errors: a page for each code, and the table of all. */
import { failureText } from "../../../src/cli/failure.ts";
import { GIT_HINTS } from "../../../src/git/hints.ts";
import { KOLLA_HINTS } from "../../../src/kolla/hints.ts";
import { MAVEN_HINTS } from "../../../src/maven/hints.ts";
import { CODES, type ErrorCode } from "../../../src/system/errors.ts";
import type { Hint } from "../../../src/system/hints.ts";
import { BUILD_PAGES } from "./build.ts";
import type { ErrorPages } from "./page.ts";
import { RUN_PAGES } from "./run.ts";
import { SOURCE_PAGES } from "./source.ts";

export const ERROR_PAGES: ErrorPages = { ...RUN_PAGES, ...SOURCE_PAGES, ...BUILD_PAGES };

/** What is known of the messages of the program that an error quotes. */
const KNOWN: Partial<Record<ErrorCode, readonly [program: string, hints: readonly Hint[]]>> = {
  SOURCE_UNREACHABLE: ["git", GIT_HINTS],
  BUILD_FAILED: ["Maven", MAVEN_HINTS],
  KOLLA_FAILED: ["kolla-build, the engine, or a step", KOLLA_HINTS],
};

const MADE =
  "<!-- Made from src/system/errors-*.ts and scripts/docs/errors/ by `npm run docs`; changes here are lost. -->";

/** By path in the checkout, what makes each page of docs/errors. */
export const ERROR_DOCS: Readonly<Record<string, () => string>> = {
  "docs/errors/README.md": tablePage,
  ...Object.fromEntries(CODES.map((code) => [`docs/errors/${code}.md`, () => errorPage(code)])),
};

function errorPage(code: ErrorCode): string {
  const { summary, means, raised, steps, example, settings } = ERROR_PAGES[code];
  const [program, hints] = KNOWN[code] ?? ["", []];
  const rows = hints.map(({ says, hint }) => `| ${cell(says)} | ${cell(hint)} |`);
  const known = [`## What ${program} says, and what to do`, table(["It says", "What to do"], rows)];
  return paragraphs([
    `# ${code}: ${escape(summary)}`,
    MADE,
    `Exit code ${exitCodes(code)}. [All codes](README.md)`,
    means,
    "## When",
    raised.map((line) => `- ${line}`).join("\n"),
    "## What to do",
    steps.map((line, at) => `${String(at + 1)}. ${line}`).join("\n"),
    ...(rows.length === 0 ? [] : known),
    "## What it looks like",
    `\`\`\`text\n${failureText(example)}\`\`\``,
    ...(settings.length === 0 ? [] : ["## Settings", settings.map(link).join(", ")]),
  ]);
}

function tablePage(): string {
  const rows = CODES.map((code) => {
    const { summary, test } = ERROR_PAGES[code];
    const [file, title] = test;
    const name = file.replace(/^test\//, "");
    return `| [${code}](${code}.md) | ${exitCodes(code)} | ${cell(escape(summary))} | [${name}](../../${file}): ${cell(escape(title))} |`;
  });
  return paragraphs([
    "# Errors",
    MADE,
    "A failure prints what was being done, the cause in the failing program's own words, what to do about it, where the whole log is, and the page here that tells more. With `--json` all of that is in `error`: `code`, `message`, `hint`, `log`, `page`. Scripts go by the code, or by the exit code.",
    table(["Code", "Exit code", "What", "The test that raises it"], rows),
  ]);
}

/** An interrupt's exit code tells the signal. */
const exitCodes = (code: ErrorCode): string =>
  code === "INTERRUPTED" ? "129, 130 or 143" : String(ERROR_PAGES[code].example.exitCode);

/** As GitHub makes anchors of headings. */
const link = (key: string): string => `[${key}](../settings.md#${key.replaceAll(".", "")})`;

const paragraphs = (parts: readonly string[]): string => `${parts.join("\n\n")}\n`;

const table = (head: readonly string[], rows: readonly string[]): string =>
  [`| ${head.join(" | ")} |`, `|${head.map(() => "---|").join("")}`, ...rows].join("\n");

/** Text in a table's cell, where `$` and `{` of a hint mean themselves. */
const cell = (text: string): string => text.replaceAll("|", "\\|");

const escape = (text: string): string => text.replaceAll(/[*<>[\]]/g, "\\$&");
