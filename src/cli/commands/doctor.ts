// SPDX-License-Identifier: Apache-2.0
/** `osc-kolla doctor`: whether this machine has everything that a run needs, and what mends it where it has not. */
import { loadConfig } from "../../config/load.ts";
import { runChecks } from "../../pipeline/check.ts";
import { pathsOf } from "../../pipeline/paths.ts";
import { doctorChecks } from "../../stages/doctor.ts";
import { networkChecks } from "../../stages/network.ts";
import { EXIT, type ExitCode } from "../../system/errors.ts";
import { toJson } from "../../system/json.ts";
import { SETUP_FILE } from "../../system/package.ts";
import { programMemory } from "../../system/programs.ts";
import { mask } from "../../system/secrets.ts";
import { findingsText, reportOf } from "../findings.ts";
import type { Io } from "../io.ts";
import { wantsColor } from "../terminal.ts";
import { type BuildOptions, settingsOf } from "../options.ts";

export interface DoctorOptions extends BuildOptions {
  readonly network?: true;
  readonly kolla?: true;
  readonly image?: string;
  readonly against?: string;
}

/**
 * Looks at everything that `osc-kolla image` would need with these settings, writes nothing, and prints what it found.
 *
 * @returns 0 when nothing is bad, else 3
 * @throws BAD_CONFIGURATION (exit 2)
 */
export async function runDoctorCommand(
  options: DoctorOptions,
  kollaArguments: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const { env, cwd, signal, stdout } = io;
  const request = { file: options.config, options: settingsOf(options), env, cwd, setupFile: SETUP_FILE };
  const { config } = await loadConfig(request);
  const paths = pathsOf(config);
  const network = options.network === true;
  const remember = programMemory(paths.state, true);
  const context = { config, paths, env, cwd, kollaArguments, network, offline: !network, remember, signal };
  if (options.kolla === true) {
    const { runOracleCommand } = await import("./oracle.ts");
    return runOracleCommand(options, context, io);
  }
  const seen = await runChecks([...doctorChecks(context), ...(network ? networkChecks(config) : [])], context);
  const report = reportOf(seen);
  const colours = wantsColor(options.color, stdout, env);
  stdout.write(options.json === true ? `${toJson(report)}\n` : mask(findingsText(report, colours)));
  return report.ok ? EXIT.done : EXIT.missing;
}
