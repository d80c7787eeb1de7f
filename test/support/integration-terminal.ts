// SPDX-License-Identifier: Apache-2.0
/** The command on a real terminal (script, of util-linux), and what one sees there. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Run, RunOptions, Sandbox } from "./sandbox.ts";

/** Nothing of the caller's that speaks of terminals and colours. */
export const PLAIN = { NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined, TERM: "xterm-256color" } as const;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A run whose stderr, and stdout unless it is asked for alone, went to a terminal. */
export interface TerminalRun extends Pick<Run, "code"> {
  /** what went to stdout, where that was a file */
  readonly stdout: string;
  readonly bytes: string;
  readonly screen: Screen;
}

/** Runs the command on a terminal; with `apart`, stdout is a file. Fails where there is no program `script`. */
export async function runOnTerminal(
  box: Sandbox,
  args: readonly string[],
  { columns, rows }: Size,
  { apart = true, env = {} }: { readonly apart?: boolean; readonly env?: RunOptions["env"] } = {},
): Promise<TerminalRun> {
  const [stdout, typescript] = [join(box.root, "stdout"), join(box.root, "typescript")];
  for (const file of [stdout, typescript]) rmSync(file, { force: true });
  const command = `stty cols ${String(columns)} rows ${String(rows)}; exec $line ${apart ? `>'${stdout}'` : ""}`;
  const before = [`line=$(printf "'%s' " "$@")`, `exec script -qefc "${command}" '${typescript}' >/dev/null`].join(
    "\n",
  );
  const { code, stderr } = await box.run(args, { before, env: { ...PLAIN, ...env } });
  if (!existsSync(typescript)) throw new Error(`there is no terminal: ${stderr}`);
  // script writes a line before and one after
  const bytes = readFileSync(typescript, "utf8")
    .replace(/^Script started.*\r?\n/, "")
    .replace(/\n?Script done.*\n$/, "");
  return {
    code,
    stdout: existsSync(stdout) ? readFileSync(stdout, "utf8") : "",
    bytes,
    screen: new Screen(bytes, columns),
  };
}

/** One of: a control sequence, a line's end, a character. */
const PART = /\x1b\[([?\d;]*)([A-Za-z])|\r|\n|[^]/gu; // eslint-disable-line no-control-regex -- of a terminal

/** A terminal that scrolls without end, with as much of ECMA-48 as is used. */
class Screen {
  readonly #columns: number;
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;
  /** every line that could be read at some time, whole */
  readonly seen = new Set<string>();
  /** lines that ran over the right edge */
  wrapped = 0;

  constructor(bytes: string, columns: number) {
    this.#columns = columns;
    for (const part of bytes.matchAll(PART)) this.#take(part);
    this.#note();
  }

  /** What stands there in the end. */
  get lines(): string[] {
    return this.#lines.map((line) => line.trimEnd()).filter((line) => line !== "");
  }

  #note(): void {
    const line = (this.#lines[this.#row] ?? "").trim();
    if (line !== "") this.seen.add(line);
  }

  #take([text, parameters = "", letter]: RegExpExecArray): void {
    if (letter !== undefined) this.#control(parameters, letter);
    else if (text === "\r") this.#column = 0;
    else if (text === "\n") this.#down();
    else this.#put(text);
  }

  #down(): void {
    this.#note();
    this.#row += 1;
    this.#lines[this.#row] ??= "";
  }

  #put(character: string): void {
    if (this.#column === this.#columns) {
      this.wrapped += 1;
      this.#down();
      this.#column = 0;
    }
    const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  #control(parameters: string, letter: string): void {
    if (letter === "m" || parameters.startsWith("?")) return;
    const count = Number(parameters === "" ? "1" : parameters);
    if (letter === "A") this.#row = Math.max(0, this.#row - count);
    else if (letter === "G") this.#column = count - 1;
    else if (letter === "K" && count === 2) this.#lines[this.#row] = "";
    else throw new Error(`the screen of the tests doesn't know ESC [ ${parameters} ${letter}`);
  }
}
