// SPDX-License-Identifier: Apache-2.0
/** Why images failed: the failing step and its own last words, out of what kolla-build prints and leaves. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";

/** How many lines of a failing step are quoted. */
const QUOTED = 12;

/** What stands before the words of an image's build in kolla's own log lines. */
const PREFIX = /^(?:\d{4}-\d\d-\d\d [\d:.]+ \d+ )?(INFO|ERROR|WARNING|DEBUG|CRITICAL):kolla\.[\w.-]+:/;

/** The end of a piece of stderr, and the beginning of the next one: the classic builder colours each piece red. */
// eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
const BETWEEN_PIECES = /\x1b\[0m\n(?:\x1b\[91m|(?:\d{4}-\d\d-\d\d [\d:.]+ \d+ )?[A-Z]+:kolla\.[\w.-]+:\x1b\[91m)/g;

// eslint-disable-next-line no-control-regex -- as above
const COLOUR = /\x1b\[[\d;]*m/g;

/** What kolla says before it tells the exception that ended an image's build. */
const ENDED = /^(Unknown (container engine )?error when building|Error'd with the following message)/;

/**
 * The lines that say why the images failed: the failing step of each image, else kolla's own words.
 *
 * @param logs the folder given with --logs-dir; failed images have a link 000_FAILED_<name>.log there
 * @param tail kolla's last lines
 */
export async function failureLines(logs: string, tail: readonly string[]): Promise<string> {
  const names = (await fsExtra.pathExists(logs)) ? await readdir(logs) : [];
  const failed = names.filter((name) => name.startsWith("000_FAILED_")).sort();
  const told = await Promise.all(
    failed.map(async (name) =>
      imageFailure(name.replace(/^000_FAILED_|\.log$/g, ""), await readFile(join(logs, name), "utf8")),
    ),
  );
  const words = told.flat();
  return (words.length > 0 ? words : kollaWords(tail)).join("\n");
}

/** The failing step of an image, as in "osc-base, step 8 of 9: RUN …" and its last lines, indented. */
export function imageFailure(image: string, log: string): string[] {
  const lines = log
    .replaceAll(BETWEEN_PIECES, "")
    .replaceAll(COLOUR, "")
    .split("\n")
    .map((line) => line.replace(PREFIX, "").trimEnd());
  const end = lines.findIndex((line) => ENDED.test(line));
  const before = end < 0 ? lines : lines.slice(0, end);
  const exception = end < 0 ? [] : exceptionOf(lines.slice(end + 1));
  const step = buildkitStep(before) ?? classicStep(before, exception);
  const { title, said } = step ?? { title: ":", said: [...before, ...exception] };
  const told = [...new Set(said.filter((line) => line.trim() !== ""))];
  return [`${image}${title}`, ...told.slice(-QUOTED).map((line) => `  ${line}`)];
}

interface FailedStep {
  /** ", step 8 of 9: RUN …" */
  readonly title: string;
  readonly said: readonly string[];
}

/** "Step 3/12 : RUN …"; podman's "STEP 3/12: RUN …" */
const CLASSIC_STEP = /^step (\d+)\/(\d+) ?: (.*)$/i;

/** What the classic builder tells of its own doing. */
const CLASSIC_NOISE = /^ *---> |^Removing intermediate container |^$/;

/** The last step that the classic builder began. What it says of the exit code stands in the exception. */
function classicStep(lines: readonly string[], exception: readonly string[]): FailedStep | undefined {
  const at = lines.findLastIndex((line) => CLASSIC_STEP.test(line));
  const [, step, steps, instruction] = CLASSIC_STEP.exec(lines[at] ?? "") ?? [];
  if (step === undefined || steps === undefined || instruction === undefined) return undefined;
  const said = lines.slice(at + 1).filter((line) => !CLASSIC_NOISE.test(line));
  // the instruction is in the title already
  const ending = exception.map((line) =>
    line.replace(/^[\w.]+Error: /, "").replace(/^The command .* returned a non-zero code: (\d+)/, "exit code: $1"),
  );
  return { title: titleOf(step, steps, instruction), said: [...said, ...ending] };
}

/** "#12 ERROR: …"; the same number stands before the step's instruction and its output ("#12 0.303 …"). */
const BUILDKIT_ERROR = /^#(\d+) ERROR: (.*)$/;

function buildkitStep(lines: readonly string[]): FailedStep | undefined {
  const found = lines.map((line) => BUILDKIT_ERROR.exec(line)).find((one) => one !== null);
  const [, number, reason] = found ?? [];
  if (number === undefined || reason === undefined) return undefined;
  const own = lines.filter((line) => line.startsWith(`#${number} `)).map((line) => line.slice(number.length + 2));
  const said = own.filter((line) => /^\d+\.\d+( |$)/.test(line)).map((line) => line.replace(/^\d+\.\d+ ?/, ""));
  const [, step, steps, instruction] = /^\[(?:[\w.-]+ )? *(\d+)\/(\d+)\] (.*)$/.exec(own[0] ?? "") ?? [];
  const title =
    step === undefined || steps === undefined || instruction === undefined
      ? `, ${(own[0] ?? "").replace(/^\[internal\] /, "")}`
      : titleOf(step, steps, instruction);
  // the instruction is in the title already
  const ending = reason.replace(/^(?:executor failed running|process) .*(exit code: \d+)$/, "$1");
  return { title, said: [...said, ending] };
}

const titleOf = (step: string, steps: string, instruction: string): string =>
  `, step ${step} of ${steps}: ${shorten(instruction.replaceAll(/\s+/g, " "))}`;

const shorten = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

/** The last exception of a traceback, without that of kolla about its own call of docker. */
function exceptionOf(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.startsWith("Traceback "));
  const words = lines.slice(last + 1).filter((line) => line !== "" && !/^\s/.test(line));
  return words.filter((line) => !/CalledProcessError: Command/.test(line));
}

/**
 * What kolla itself says at its end: its errors and the last exception, without the frames of a traceback but for those
 * in templates; else its last lines.
 */
export function kollaWords(tail: readonly string[]): string[] {
  const traceback = tail.findLastIndex((line) => line.startsWith("Traceback "));
  const frames =
    traceback < 0 ? [] : tail.slice(traceback).filter((line) => /^ +File ".*(\.j2|<template>)"/.test(line));
  const exception = traceback < 0 ? [] : exceptionOf(tail.slice(traceback));
  const own = tail.filter((line) => PREFIX.exec(line)?.[1] === "ERROR" || /Exception caught|: error: /.test(line));
  const told = [...own, ...frames, ...exception].map((line) => line.replace(PREFIX, "").trim());
  const last = tail.filter((line) => line.trim() !== "").slice(-8);
  return told.length > 0 ? [...new Set(told)].slice(-QUOTED) : last;
}
