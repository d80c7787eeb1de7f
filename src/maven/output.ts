// SPDX-License-Identifier: Apache-2.0
/** Reading what Maven prints. */

/** "[INFO] Building osc-server 1.0.0-SNAPSHOT     [8/18]"; one module alone has no [n/m]; "Building jar: …" is no module. */
const BUILDING = /^\[INFO\] Building (?!\w+: )(.+?) +\S+(?: +\[(\d+)\/(\d+)\])?\s*$/;

/** How far Maven is, from one line of its output; undefined where the line does not tell. */
export function progressOf(line: string): string | undefined {
  const found = BUILDING.exec(line);
  if (found === null) return undefined;
  const [, name, module, modules] = found;
  return module === undefined ? String(name) : `module ${module} of ${String(modules)}: ${String(name)}`;
}

/** "Failed to execute goal G:A:V:goal (id) on project osc-server: …"; of no goal where dependencies cannot be resolved */
const FAILED_GOAL = /Failed to execute goal (?:.* )?on project ([\w.-]+)/;

/** The module in which Maven failed. */
export function failedModule(lines: readonly string[]): string | undefined {
  return lines.map((line) => FAILED_GOAL.exec(line)?.[1]).find((module) => module !== undefined);
}

/** Maven's advice on how to run it again, which does not fit a run by us. */
const ADVICE =
  /Picked up JAVA_TOOL_OPTIONS|\[Help \d+\]|Re-run Maven|full stack trace|For more information about the errors|mvn <args>|After correcting|cwiki\.apache/;

/** The lines of Maven's output that say why it failed: the compiler's, the enforcer's, the resolver's. */
export function errorLines(lines: readonly string[]): readonly string[] {
  const errors = lines
    .filter((line) => line.startsWith("[ERROR]"))
    .map((line) =>
      line
        .slice("[ERROR]".length)
        .replace(/ -> \[Help \d+\].*$/, "")
        .trim(),
    )
    .filter((line) => line !== "" && !ADVICE.test(line));
  return [...new Set(errors)].slice(0, 12);
}
