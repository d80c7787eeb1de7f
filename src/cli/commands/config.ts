// SPDX-License-Identifier: Apache-2.0
/** `osc-kolla config`: every setting, its value, and where that came from. */
import { loadConfig, settingValue } from "../../config/load.ts";
import { SETTINGS } from "../../config/schema.ts";
import { SETUP_FILE } from "../../system/package.ts";
import { mask } from "../../system/secrets.ts";
import type { Io } from "../io.ts";
import { type BuildOptions, settingsOf } from "../options.ts";

/** Prints the settings as they are in force. */
export async function runConfigCommand(options: BuildOptions, io: Io): Promise<void> {
  const request = {
    file: options.config,
    options: settingsOf(options),
    env: io.env,
    cwd: io.cwd,
    setupFile: SETUP_FILE,
  };
  const { config, origins } = await loadConfig(request);
  const rows = SETTINGS.map(({ key }) => {
    const value = settingValue(config, key);
    return {
      key,
      value: value === undefined ? "-" : mask(JSON.stringify(value)),
      origin: origins.get(key) ?? "default",
    };
  });
  const width = Math.max(...rows.map(({ key }) => key.length));
  for (const { key, value, origin } of rows) io.stdout.write(`${key.padEnd(width)}  ${value}  (${origin})\n`);
}
