// SPDX-License-Identifier: Apache-2.0
/** `osc-kolla diff`: what two outputs, archives or images differ in. */
import { compare, isEqual } from "../../stages/diff.ts";
import { openOutput } from "../../stages/opened.ts";
import { EXIT, type ExitCode } from "../../system/errors.ts";
import { toJson } from "../../system/json.ts";
import { mask } from "../../system/secrets.ts";
import { readingContext } from "../context.ts";
import { diffText } from "../diff-text.ts";
import type { Io } from "../io.ts";
import type { BuildOptions } from "../options.ts";

export interface DiffOptions extends BuildOptions {
  readonly exitCode?: true;
}

/**
 * Compares, and prints what differs.
 *
 * @param a what is there now, by path or as an image's name
 * @param b what is compared with it
 * @returns 0; with --exit-code 6 where anything differs
 * @throws USAGE (exit 2) where there is nothing of such a name; UNREADABLE (exit 6)
 */
export async function runDiffCommand(a: string, b: string, options: DiffOptions, io: Io): Promise<ExitCode> {
  const context = await readingContext(options, io);
  const before = await openOutput(a, context);
  try {
    const after = await openOutput(b, context);
    try {
      const differences = await compare(before, after);
      const equal = isEqual(differences);
      const report = { ok: true, command: "diff", a, b, equal, ...differences };
      io.stdout.write(
        options.json === true ? `${toJson(report)}\n` : mask(diffText(differences, options.verbose === true)),
      );
      return options.exitCode === true && !equal ? EXIT.staging : EXIT.done;
    } finally {
      await after.release();
    }
  } finally {
    await before.release();
  }
}
