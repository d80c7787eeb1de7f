// SPDX-License-Identifier: Apache-2.0
/** What commands that only look are given: the settings, and no other machine. */
import { loadConfig } from "../config/load.ts";
import { pathsOf } from "../pipeline/paths.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { SETUP_FILE } from "../system/package.ts";
import { programMemory } from "../system/programs.ts";
import type { Io } from "./io.ts";
import { type BuildOptions, settingsOf } from "./options.ts";

/** @throws BAD_CONFIGURATION (exit 2) */
export async function readingContext(options: BuildOptions, { env, cwd, signal }: Io): Promise<StageContext> {
  const request = { file: options.config, options: settingsOf(options), env, cwd, setupFile: SETUP_FILE };
  const { config } = await loadConfig(request);
  const paths = pathsOf(config);
  const remember = programMemory(paths.state, true);
  return { config, paths, env, cwd, kollaArguments: [], network: false, offline: true, remember, signal };
}
