// SPDX-License-Identifier: Apache-2.0
/** The log folder of a run: a file for each program that it starts. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** How many runs' logs are kept. */
const KEPT = 10;

/** How our folders are called; nothing else is removed. */
const RUN = /^\d{4}-\d\d-\d\dT[\d-]+Z-\d+$/;

export class RunLog {
  /** absolute path */
  readonly folder: string;
  readonly #parent: string;

  /**
   * The log of a run; its folder is made when the first program writes to it.
   *
   * @param parent absolute path of the folder that holds all runs' folders
   * @param now names the folder, so that they sort by time
   */
  constructor(parent: string, now: Date) {
    this.#parent = parent;
    this.folder = join(parent, `${now.toISOString().replaceAll(/[:.]/g, "-")}-${String(process.pid)}`);
  }

  /** The absolute path of a program's log, as in `file("maven-osc-core")`. */
  file(name: string): string {
    if (!existsSync(this.folder)) this.#open();
    return join(this.folder, `${name}.log`);
  }

  #open(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const runs = readdirSync(this.#parent).filter((name) => RUN.test(name));
    for (const old of runs.sort().slice(0, -KEPT)) rmSync(join(this.#parent, old), { recursive: true, force: true });
  }
}
