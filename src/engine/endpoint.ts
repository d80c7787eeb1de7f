// SPDX-License-Identifier: Apache-2.0
/** The container engine: resolved once, and given to every child in the same way. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import type { Config } from "../config/schema.ts";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { engineMissing, missing } from "../system/errors.ts";
import { runProcess } from "../system/process.ts";
import { findProgram } from "../system/programs.ts";

export interface Engine {
  /** the client's absolute path */
  readonly file: string;
  readonly kind: "docker" | "podman";
  /** as in DOCKER_HOST; undefined: the client's own default */
  readonly endpoint: string | undefined;
  /** the environment of every child that talks to the engine */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

interface FindContext {
  readonly config: Config;
  readonly paths: { readonly state: string };
  readonly env: Environment;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/**
 * Finds the engine's client and address.
 *
 * kolla's SDK knows DOCKER_HOST but no docker contexts, buildx knows contexts: the address of the context in use is put
 * into DOCKER_HOST, so that both talk to the same engine.
 *
 * @throws MISSING (exit 3) when there is no client
 */
export async function findEngine({ config, paths, env, cwd, signal }: FindContext): Promise<Engine> {
  const kind = config.kolla.engine;
  const file = await findProgram(kind, env, cwd);
  if (file === undefined) {
    throw missing(
      `looking for ${kind}`,
      `there is no program ${kind}`,
      "`make setup` installs an engine (as root on Debian).",
    );
  }
  const endpoint =
    config.engine.endpoint ?? (kind === "docker" ? await contextEndpoint(file, env, cwd, signal) : undefined);
  const variables =
    kind === "docker"
      ? { DOCKER_HOST: endpoint, ...(await buildxState(env, paths.state)) }
      : { CONTAINER_HOST: endpoint };
  return { file, kind, endpoint, env: childEnvironment(env, variables), cwd, signal };
}

/**
 * buildx keeps notes in the docker client's folder. Where it has none there yet, they go into the work folder: only that
 * and the output folder are written. Where it has, the operator's builders are among them, and count.
 */
async function buildxState(env: Environment, state: string): Promise<Environment> {
  const home = env["HOME"];
  const client = env["DOCKER_CONFIG"] ?? (home === undefined ? undefined : join(home, ".docker"));
  const isOperators = client !== undefined && (await fsExtra.pathExists(join(client, "buildx")));
  return env["BUILDX_CONFIG"] !== undefined || isOperators ? {} : { BUILDX_CONFIG: join(state, "buildx") };
}

async function contextEndpoint(
  file: string,
  env: Environment,
  cwd: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const args = ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"];
  const all = {
    ...childEnvironment(env),
    ...(env["DOCKER_CONTEXT"] === undefined ? {} : { DOCKER_CONTEXT: env["DOCKER_CONTEXT"] }),
  };
  const result = await runProcess({ file, args, cwd, env: all, signal, timeout: 10_000 });
  return result.exitCode === 0 && result.stdout !== "" ? result.stdout : undefined;
}

/**
 * Asks the engine whether it is there.
 *
 * @throws ENGINE_MISSING (exit 3) with the client's own words
 */
export async function requireEngine(engine: Engine): Promise<void> {
  const { file, env, cwd, signal, endpoint } = engine;
  const result = await runProcess({ file, args: ["version"], cwd, env, signal, timeout: 30_000 });
  if (result.exitCode !== 0) {
    throw engineMissing(endpoint ?? "its default address", result.tail.at(-1) ?? "it does not answer");
  }
}
