// SPDX-License-Identifier: Apache-2.0
/** The container engine: resolved once, and given to every child in the same way. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import type { Config } from "../config/schema.ts";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { engineMissing, missing } from "../system/errors.ts";
import { howToInstall } from "../system/os-release.ts";
import { lastLines, runProcess } from "../system/process.ts";
import { findProgram } from "../system/programs.ts";
import { howToBeLetIn } from "./access.ts";
import { addressInUse, type Tls, tlsOfEnvironment, tlsVariables } from "./docker-context.ts";

export interface Engine {
  /** the client's absolute path */
  readonly file: string;
  readonly kind: "docker" | "podman";
  /** as in DOCKER_HOST; undefined: the client's own default */
  readonly endpoint: string | undefined;
  /** what else leads docker's client there; empty: nothing */
  readonly tls: Tls;
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

/** Packages of the engines; RHEL and its like have no docker of their own. */
const PACKAGES = {
  docker: { "apt-get": "docker.io", rhel: undefined, fedora: "moby-engine", zypper: "docker" },
  podman: { "apt-get": "podman", dnf: "podman", zypper: "podman" },
} as const;

/**
 * Finds the engine's client and address.
 *
 * kolla's SDK knows docker's variables but no docker contexts, buildx knows contexts: where the context in use leads is put
 * into the variables, so that both talk to the same engine.
 *
 * @throws MISSING (exit 3) when there is no client
 * @throws ENGINE_MISSING (exit 3) for a context that cannot be put so
 */
export async function findEngine({ config, paths, env, cwd, signal }: FindContext): Promise<Engine> {
  const kind = config.kolla.engine;
  const file = await findProgram(kind, env, cwd);
  if (file === undefined) {
    throw missing(
      `looking for ${kind}`,
      `there is no program ${kind}`,
      `${await howToInstall(kind, PACKAGES[kind])}; on Debian, \`make setup\` does so too (as root).`,
    );
  }
  const named = config.engine.endpoint;
  if (kind === "podman") {
    const variables = childEnvironment(env, { CONTAINER_HOST: named });
    return { file, kind, endpoint: named, tls: {}, env: variables, cwd, signal };
  }
  const { endpoint, tls } =
    named === undefined
      ? await addressInUse(file, env, cwd, signal)
      : { endpoint: named, tls: tlsOfEnvironment(env, named) };
  const variables = { DOCKER_HOST: endpoint, ...tlsVariables(tls), ...(await buildxState(env, paths.state)) };
  return { file, kind, endpoint, tls, env: childEnvironment(env, variables), cwd, signal };
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

const PODMAN_HINT =
  "Let kolla drive it as podman (--engine podman), or give engine.endpoint (or DOCKER_HOST) the address of docker's own.";

/** Whether the engine runs on this machine, as far as its address tells: it sees the same files then. */
export const isHere = ({ endpoint }: Pick<Engine, "endpoint">): boolean =>
  endpoint === undefined || /^(unix:|npipe:|\w+:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$))/.test(endpoint);

/**
 * Asks the engine whether it is there.
 *
 * @returns its version; undefined where it does not say so as we know it
 * @throws ENGINE_MISSING (exit 3) with the client's own words, or where it is podman's and docker's is wanted
 */
export async function requireEngine(engine: Engine): Promise<string | undefined> {
  const { file, kind, env, cwd, signal, endpoint } = engine;
  const address = endpoint ?? "its default address";
  const result = await runProcess({ file, args: ["version"], cwd, env, signal, timeout: 30_000 });
  if (result.exitCode !== 0) {
    const cause = lastLines(result, 1);
    throw engineMissing(address, cause, await howToBeLetIn(endpoint, cause));
  }
  // podman's service answers docker's client, too
  if (kind === "docker" && result.stdout.includes("Podman Engine")) {
    throw engineMissing(address, "podman answers there, and kolla.engine is docker", PODMAN_HINT);
  }
  // docker has the client's above the server's, podman on this machine has one only
  const server = /^Server:[^]*/m.exec(result.stdout)?.[0] ?? result.stdout;
  return /^ *Version: +(\S+)/m.exec(server)?.[1];
}
