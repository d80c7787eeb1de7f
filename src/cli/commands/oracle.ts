// SPDX-License-Identifier: Apache-2.0
/** `osc-kolla doctor --kolla`: what the installed kolla makes of the operator's configuration, and what another one would. */
import type { StageContext } from "../../pipeline/stage.ts";
import { askKolla } from "../../stages/oracle.ts";
import { EXIT, type ExitCode } from "../../system/errors.ts";
import { toJson } from "../../system/json.ts";
import { mask } from "../../system/secrets.ts";
import type { Io } from "../io.ts";
import { oracleText, reportOfOracle } from "../oracle-text.ts";
import { wantsColor } from "../terminal.ts";
import type { DoctorOptions } from "./doctor.ts";

/** @returns 0 when kolla-build would not stop, else 2 */
export async function runOracleCommand(options: DoctorOptions, context: StageContext, io: Io): Promise<ExitCode> {
  const { image, against, json, color } = options;
  const report = reportOfOracle(await askKolla({ image, against }, context));
  const colours = wantsColor(color, io.stdout, io.env);
  io.stdout.write(json === true ? `${toJson(report)}\n` : mask(oracleText(report, colours)));
  return report.ok ? EXIT.done : EXIT.usage;
}
