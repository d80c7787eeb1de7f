// SPDX-License-Identifier: Apache-2.0
/** What the streams that a command writes to can show. */
import type { Environment } from "../system/environment.ts";

type Stream = NodeJS.WritableStream & Partial<Pick<NodeJS.WriteStream, "isTTY">>;

/** Whether a variable says yes: some set CI or FORCE_COLOR to 0 or false, and mean it. */
const isOn = (value: string | undefined): boolean => !/^(|0|false)$/i.test(value ?? "");

/** Whether lines can be written over: a terminal that is none of CI's, and not one that only takes lines. */
export const isLive = (stream: Stream, env: Environment): boolean =>
  stream.isTTY === true && !isOn(env["CI"]) && env["TERM"] !== "dumb";

/** Whether colours are wanted: first found, --no-color, NO_COLOR, FORCE_COLOR, what the stream can. */
export function wantsColor(option: boolean, stream: Stream, env: Environment): boolean {
  if (!option || (env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"] ?? "";
  return forced === "" ? isLive(stream, env) : isOn(forced);
}

/**
 * Has the libraries that paint (listr2's) do as we want. They look at the variables of this process when they are loaded, and
 * otherwise at stdout, where nothing of theirs goes.
 *
 * @param environment of this process; what the programs that we start are given has neither variable
 */
export function settleColor(isWanted: boolean, environment: NodeJS.ProcessEnv): void {
  delete environment["NO_COLOR"];
  delete environment["FORCE_COLOR"];
  environment[isWanted ? "FORCE_COLOR" : "NO_COLOR"] = "1";
}
