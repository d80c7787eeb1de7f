// SPDX-License-Identifier: Apache-2.0
/** `osc-kolla config`: every setting, its value, and where that came from; a file to begin with; the editors' schema. */
import { resolve } from "node:path";
import fsExtra from "fs-extra";
import { stringify } from "yaml";
import { jsonSchema } from "../../config/json-schema.ts";
import { DEFAULT_FILE, type Effective, loadConfig } from "../../config/load.ts";
import { sampleFile } from "../../config/sample.ts";
import { fileExists } from "../../system/errors.ts";
import { writeFileAtomic } from "../../system/files.ts";
import { toJson } from "../../system/json.ts";
import { SETUP_FILE } from "../../system/package.ts";
import { mask } from "../../system/secrets.ts";
import type { Io } from "../io.ts";
import { type BuildOptions, settingsOf } from "../options.ts";

/**
 * Prints the settings as they are in force; secrets are masked.
 *
 * @throws BAD_CONFIGURATION (exit 2) with every fault
 */
export async function runConfigCommand(options: BuildOptions, io: Io): Promise<void> {
  const { env, cwd } = io;
  const request = { file: options.config, options: settingsOf(options), env, cwd, setupFile: SETUP_FILE };
  const { settings } = await loadConfig(request);
  if (options.json !== true) {
    io.stdout.write(settingsText(settings));
    return;
  }
  const byKey = settings.map(({ key, value, origin }) => [key, { value: value ?? null, origin }] as const);
  io.stdout.write(`${toJson({ ok: true, command: "config", settings: Object.fromEntries(byKey) })}\n`);
}

/** A row for each setting, in columns: its name, where it came from, its value as it is written in the file. */
function settingsText(settings: readonly Effective[]): string {
  const rows = [
    ["SETTING", "FROM", ["VALUE"]],
    ...settings.map(({ key, value, origin }) => [key, origin, valueLines(value)] as const),
  ] as const;
  const wide = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  const lines = rows.flatMap(([key, origin, value]) => {
    const [first = "", ...more] = value;
    const before = `${key.padEnd(wide(0))}  ${origin.padEnd(wide(1))}  `;
    return [`${before}${first}`, ...more.map((line) => `${" ".repeat(before.length)}${line}`)];
  });
  return `${lines.join("\n")}\n`;
}

/** A value as YAML; a dash stands for none. */
function valueLines(value: unknown): string[] {
  if (value === undefined) return ["-"];
  return stringify(JSON.parse(toJson(value)), { lineWidth: 0 })
    .trimEnd()
    .split("\n");
}

/**
 * Writes a file with every setting commented out.
 *
 * @param file path; osc-kolla.yaml in the working directory, otherwise
 * @throws FILE_EXISTS (exit 2) where there is something of that name, unless it is forced
 */
export async function runConfigInit(
  file: string | undefined,
  options: { readonly force?: true },
  io: Io,
): Promise<void> {
  const path = resolve(io.cwd, file ?? DEFAULT_FILE);
  if (options.force !== true && (await fsExtra.pathExists(path))) throw fileExists(path);
  await writeFileAtomic(path, sampleFile());
  io.stdout.write(`${mask(path)}\n`);
}

/** Prints the JSON schema of the settings' file. */
export function runConfigSchema(io: Io): void {
  io.stdout.write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
}
