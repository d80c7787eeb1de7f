// SPDX-License-Identifier: Apache-2.0
/** Reading what Maven prints. */

/**
 * "[INFO] Building osc-server 1.0.0-SNAPSHOT     [8/18]"; one module alone has no [n/m]; "Building jar: …" is no module, nor
 * is what Maven calls a goal without a pom.
 */
const BUILDING = /^\[INFO\] Building (?!\w+: |Maven Stub Project)(.+?) +\S+(?: +\[(\d+)\/(\d+)\])?\s*$/;

/** How far Maven is, from one line of its output; undefined where the line does not tell. */
export function progressOf(line: string): string | undefined {
  const found = BUILDING.exec(line);
  if (found === null) return undefined;
  const [, name, module, modules] = found;
  return module === undefined ? String(name) : `module ${module} of ${String(modules)}: ${String(name)}`;
}

/** "Failed to execute goal G:A:V:goal (id) on project osc-server: …"; of no goal where dependencies cannot be resolved */
const FAILED_GOAL = /Failed to execute goal (?:.* )?on project ([\w.-]+)/;

/** Maven's advice on how to run it again, which does not fit a run by us. */
const ADVICE =
  /Picked up JAVA_TOOL_OPTIONS|^\[Help \d+\]|Re-run Maven|full stack trace|For more information about the errors|mvn <args>|After correcting|cwiki\.apache/;

// eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
const COLOUR = /\x1b\[[\d;]*m/g;

/** How many lines of Maven's are quoted. */
const QUOTED = 12;

/** What precedes the artifact, where it comes from and why it does not: the module is told elsewhere. */
const RESOLUTION =
  /^Failed to execute goal on project .*?: (?=The following artifacts|Could not (?:find|transfer) artifact)/;

/**
 * Takes Maven's output line by line, and keeps what says why it failed: the compiler's errors with their details, the
 * enforcer's rules, the warnings that -Werror makes errors of, what could not be resolved.
 */
export class FailureWords {
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];
  /** why the list of a repository's plugins could not be had: Maven warns of it, and then only says that there is no plugin */
  readonly #untold: string[] = [];
  /** of an exception that ended the JVM before Maven could say anything */
  readonly #thrown: string[] = [];
  /** where a line without a mark belongs: to the one before it */
  #open: string[] | undefined;
  #warns = false;

  take(coloured: string): void {
    const line = coloured.replaceAll(COLOUR, "");
    const [, mark, text = ""] = /^\[(?:INFO\] +\[)?([A-Z]+)\] ?(.*)$/.exec(line) ?? [];
    if (mark === undefined) this.#takeUnmarked(line);
    else if (mark === "ERROR" || mark === "FATAL") this.#takeInto(this.#errors, text);
    else if (mark === "WARNING" && /^Rule \d+: .* failed with message/.test(text)) this.#takeInto(this.#errors, text);
    else if (mark === "WARNING" && text.startsWith("Could not transfer metadata ")) this.#takeInto(this.#untold, text);
    else if (mark === "WARNING" && text.startsWith("COMPILATION WARNING")) this.#warns = true;
    else if (mark === "WARNING" && this.#warns) this.#takeInto(this.#warnings, text);
    else this.#open = undefined;
    if (/^\[INFO\] \d+ warnings?/.test(line)) this.#warns = false;
  }

  #takeInto(list: string[], text: string): void {
    list.push(text);
    this.#open = list;
  }

  #takeUnmarked(line: string): void {
    if (/^(Exception in thread|Error: |[\w.]+(Error|Exception): )|insufficient memory/.test(line))
      this.#thrown.push(line);
    else if (!line.startsWith("\tat ")) this.#open?.push(line);
  }

  /** The module in which Maven failed. */
  get module(): string | undefined {
    return this.#errors.map((line) => FAILED_GOAL.exec(line)?.[1]).find((module) => module !== undefined);
  }

  /** The lines that count, in Maven's order, without its advice. */
  get lines(): readonly string[] {
    const errors = this.#errors.map(clean).filter((line) => line.trim() !== "" && !ADVICE.test(line));
    const goal = errors.findIndex((line) => line.startsWith("Failed to execute goal"));
    const isCompiler = errors[goal]?.includes("Compilation failure") === true;
    // Maven's summary has the compiler's errors once more
    const kept = isCompiler ? errors.slice(goal) : errors;
    const warnings = kept.some((line) => line.includes("-Werror")) ? this.#warnings.slice(0, QUOTED / 2) : [];
    const isPrefix = kept.some((line) => line.startsWith("No plugin found for prefix"));
    const told = isCompiler ? [...warnings, ...kept] : [...new Set(isPrefix ? [...kept, ...this.#untold] : kept)];
    return (told.length > 0 ? told : this.#thrown).slice(0, QUOTED);
  }
}

const clean = (line: string): string =>
  line
    .replace(/ -> \[Help \d+\].*$/, "")
    .replace(/^-> \[Help \d+\]$/, "")
    .replace(/^\[ERROR\] /, "")
    .replace(/ @ *$/, "")
    .replace(RESOLUTION, "")
    .trimEnd();
