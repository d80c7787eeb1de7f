// SPDX-License-Identifier: Apache-2.0
/** Whether kolla can read the operator's configuration: asked of the installed kolla itself, before it has work to do. */
import { type OperatorConfiguration, operatorArguments } from "../kolla/operator.ts";
import { askOracle } from "../kolla/oracle.ts";
import type { KollaPlace } from "../kolla/program.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { childEnvironment } from "../system/environment.ts";
import { badConfiguration } from "../system/errors.ts";
import { findings } from "./oracle-words.ts";

const HINT =
  "Mend the file; kolla.config names those that count, and without it kolla's default file and its drop-ins do.";

/**
 * Makes sure that kolla reads what the operator configures, which it otherwise refuses only after minutes of other stages:
 * oslo.config looks at a value only when somebody asks for it. A kolla whose Python is not known is not asked.
 *
 * @throws BAD_CONFIGURATION (exit 2) with his file, the line, and what kolla has against it
 * @throws MISSING (exit 3) when kolla's Python cannot be asked
 */
export async function requireReadable(
  kolla: KollaPlace,
  operator: OperatorConfiguration,
  { env, cwd, signal }: Pick<StageContext, "env" | "cwd" | "signal">,
): Promise<void> {
  if (kolla.python === undefined) return;
  const request = { args: operatorArguments(operator), show: [], all: false, folder: null, before: null };
  const answer = await askOracle(kolla, request, { env: childEnvironment(env), cwd, signal });
  const faults = findings(answer).filter(({ level }) => level === "bad");
  if (faults.length > 0)
    throw badConfiguration(
      faults.map(({ found }) => found),
      HINT,
    );
}
