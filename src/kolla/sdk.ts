// SPDX-License-Identifier: Apache-2.0
/** The engine's SDK in kolla's Python, by which kolla-build talks to the engine. */
import { missing } from "../system/errors.ts";
import { lastLines } from "../system/process.ts";
import { askPython, type KollaPlace } from "./program.ts";

type Name = "docker" | "podman";

export interface Sdk {
  /** undefined where it does not tell */
  readonly version: string | undefined;
  /** why it does not reach the engine, in its own words; undefined where it does, or is not asked to */
  readonly refusal: string | undefined;
}

/** As kolla does (kolla/engine_adapter/engine.py). Podman's place may stand in kolla's configuration, and is not asked for. */
const CONNECT = `
try:
    docker.DockerClient(version="auto", timeout=20, **docker.utils.kwargs_from_env())
except Exception as error:
    print(f"{type(error).__name__}: {error}")
`;

/**
 * Looks whether kolla's Python has the SDK of the engine, and whether that reaches docker's: it takes other ways by ssh than
 * docker's client, and other certificates. Else kolla-build fails only after minutes of other stages. A kolla whose Python is
 * not known is not asked.
 *
 * @param env what leads to the engine
 * @throws MISSING (exit 3) where it is not there
 */
export async function requireSdk(
  { python }: KollaPlace,
  name: Name,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Sdk | undefined> {
  if (python === undefined) return undefined;
  const program = `import ${name}\nprint(getattr(${name}, "__version__", ""))${name === "docker" ? CONNECT : ""}`;
  const result = await askPython(python, program, env, signal);
  if (result.exitCode === 0) {
    const [version, ...refusal] = result.stdout.split("\n").filter((line) => line !== "");
    return { version, refusal: refusal.length === 0 ? undefined : refusal.join("\n") };
  }
  throw missing(
    `looking for kolla's ${name} SDK`,
    `${python}: ${lastLines(result, 1)}`,
    `Install it beside kolla: ${python} -m pip install ${name}`,
  );
}
