// SPDX-License-Identifier: Apache-2.0
/** The log folder of a run: a file for each program that it starts, and one NDJSON of its steps. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toJson } from "./json.ts";
import { mask } from "./secrets.ts";

/** How many runs' logs are kept. */
const KEPT = 10;

/** How our folders are called; nothing else is removed. */
const RUN = /^\d{4}-\d\d-\d\dT[\d-]+Z-\d+$/;

/** A step of a run, as a line of JSON. */
export type Step = Readonly<Record<string, string | number | readonly string[] | null | undefined>>;

/** The log of a program. */
export interface ProgramLog {
  /** absolute path */
  readonly path: string;
  /** adds a line, secrets masked; a full disk does not disturb whoever writes */
  readonly write: (line: string) => void;
  /** adds a line to the run's steps */
  readonly step: (step: Step) => void;
}

export interface RunLogOptions {
  /** is given every line that a program prints, secrets masked */
  readonly echo?: ((line: string) => void) | undefined;
  readonly clock?: () => Date;
}

export class RunLog {
  /** absolute path */
  readonly folder: string;
  readonly #parent: string;
  readonly #echo: ((line: string) => void) | undefined;
  readonly #clock: () => Date;

  /**
   * The log of a run; its folder is made when the first program writes to it.
   *
   * @param parent absolute path of the folder that holds all runs' folders
   * @param now names the folder, so that they sort by time
   */
  constructor(parent: string, now: Date, { echo, clock = () => new Date() }: RunLogOptions = {}) {
    this.#parent = parent;
    this.#echo = echo;
    this.#clock = clock;
    this.folder = join(parent, `${now.toISOString().replaceAll(/[:.]/g, "-")}-${String(process.pid)}`);
  }

  /** A program's log, as in `program("maven-osc-core")`. */
  program(name: string): ProgramLog {
    this.#open();
    const path = join(this.folder, `${name}.log`);
    return {
      path,
      write: (line) => {
        append(path, mask(line));
        this.#echo?.(mask(line));
      },
      step: (step) => this.step({ ...step, log: path }),
    };
  }

  /** Adds a step; one of a run that has started no program is not worth a folder. */
  step(step: Step): void {
    if (existsSync(this.folder))
      append(join(this.folder, STEPS), toJson({ time: this.#clock().toISOString(), ...step }));
  }

  #open(): void {
    if (existsSync(this.folder)) return;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const runs = readdirSync(this.#parent).filter((name) => RUN.test(name));
    for (const old of runs.sort().slice(0, -KEPT)) rmSync(join(this.#parent, old), { recursive: true, force: true });
  }
}

/** One JSON object a line. */
const STEPS = "steps.ndjson";

function append(file: string, line: string): void {
  try {
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
  } catch {
    // a full disk: what the program does about it is what counts
  }
}

/**
 * The last steps of this process's latest run.
 *
 * @param parent absolute path of the folder that holds all runs' folders
 * @returns lines of JSON, none where it started no program
 */
export function latestSteps(parent: string, count: number): readonly string[] {
  const own = readdirSync(parent).filter((name) => RUN.test(name) && name.endsWith(`-${String(process.pid)}`));
  const file = join(parent, own.sort().at(-1) ?? "", STEPS);
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-count) : [];
}
