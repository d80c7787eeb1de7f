// SPDX-License-Identifier: Apache-2.0
/** How the stages run Maven. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { findOperatorSettings, type OperatorSettings } from "../maven/operator.ts";
import { proxiesOf } from "../maven/proxies.ts";
import { configuredRepositories, variablesOf } from "../maven/repositories.ts";
import { runMaven } from "../maven/run.ts";
import { BND_LAUNCHER } from "../osc/artifacts.ts";
import { GOALS, PROFILES, WITHOUT_TESTS } from "../osc/maven.ts";
import type { Parts, RunContext, StageContext } from "../pipeline/stage.ts";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { buildFailed } from "../system/errors.ts";
import { temporaryPath } from "../system/files.ts";
import { type ProcessRequest, type ProcessResult, runProcess } from "../system/process.ts";
import { mask } from "../system/secrets.ts";
import { type ArtifactsResult, repositoriesFor } from "./artifacts.ts";
import { buildEnvironment, CONTAINER_MAVEN, startInContainer } from "./build-container.ts";
import type { BuilderResult } from "./builder.ts";

/** Goals and what goes with them. */
function mavenArguments({ config }: StageContext): string[] {
  return [...GOALS, ...(config.maven.tests ? [] : WITHOUT_TESTS), ...PROFILES];
}

/** What of Maven a build's result depends on. */
export async function mavenParts(builder: BuilderResult, context: StageContext): Promise<Parts> {
  const { config, env } = context;
  const { runner, version, java } = builder;
  const settings = (await findOperatorSettings(config.maven.settings, env))?.digest ?? null;
  const parts = { runner, maven: version, java, arguments: mavenArguments(context), settings };
  // a wrapper is a program of the operator's: what it does is part of the build
  const command = builder.runner === "host" ? await sha256File(builder.file) : null;
  return { ...parts, command, options: mask(env["MAVEN_OPTS"] ?? "") };
}

/** What a run of Maven stands on. */
export interface Toolchain {
  readonly builder: BuilderResult;
  readonly artifacts: ArtifactsResult;
}

/**
 * Builds a work tree in the private home.
 *
 * @param project what is built, for people and for the log's name
 * @returns the absolute path of the log
 * @throws BUILD_FAILED (exit 5)
 */
export function buildTree(project: string, tree: string, tools: Toolchain, context: RunContext): Promise<string> {
  return maven(project, tree, mavenArguments(context), tools, context);
}

/**
 * Puts bnd's launcher where bnd looks for it, unless it lies there; by a rename, for half of one would lie there too.
 *
 * @throws BUILD_FAILED (exit 5)
 */
export async function ensureBndLauncher(tools: Toolchain, context: RunContext): Promise<void> {
  const { mavenHome } = context.paths;
  const { file } = BND_LAUNCHER;
  const launcher = join(mavenHome, BND_LAUNCHER.folder, file);
  if (await fsExtra.pathExists(launcher)) return;
  const fresh = temporaryPath(join(mavenHome, "bnd-launcher"));
  try {
    const args = [...BND_LAUNCHER.arguments, `-DoutputDirectory=${fresh}`];
    const log = await maven("bnd-launcher", mavenHome, args, tools, context);
    if (!(await fsExtra.pathExists(join(fresh, file)))) {
      throw buildFailed("bnd-launcher", `Maven ended well, but there is no ${file}`, "See maven.command.", log);
    }
    await fsExtra.move(join(fresh, file), launcher);
  } finally {
    await fsExtra.remove(fresh);
  }
}

async function maven(
  project: string,
  tree: string,
  args: readonly string[],
  { builder, artifacts }: Toolchain,
  context: RunContext,
): Promise<string> {
  const { config, env, paths, signal, progress } = context;
  const log = context.log.program(`maven-${project}`);
  const operator = await findOperatorSettings(config.maven.settings, env);
  const { proxies, env: logins } = proxiesOf(env);
  await runMaven({
    offline: context.offline,
    ...programOf(builder, { ...credentials(operator, context), ...logins }, operator, context),
    repositories: await repositoriesFor(artifacts, operator, context),
    proxies,
    operator,
    project,
    tree,
    home: paths.mavenHome,
    args,
    log,
    signal,
    progress,
  });
  return log.path;
}

/** The variables that the two settings.xml take credentials from. */
function credentials(operator: OperatorSettings | undefined, context: StageContext): Environment {
  const his = operator === undefined ? [] : [...operator.mirrors, ...operator.repositories];
  const all = [...configuredRepositories(context.config), ...his];
  return Object.fromEntries(variablesOf(all).map((name) => [name, context.env[name]]));
}

interface MavenStart {
  readonly file: string;
  readonly start: (request: ProcessRequest) => Promise<ProcessResult>;
  readonly env: Readonly<Record<string, string>>;
}

function programOf(
  builder: BuilderResult,
  variables: Environment,
  operator: OperatorSettings | undefined,
  context: StageContext,
): MavenStart {
  if (builder.runner === "host") {
    const env = childEnvironment(context.env, { ...variables, JAVA_HOME: builder.javaHome ?? undefined });
    return { file: builder.file, start: runProcess, env };
  }
  const his = [operator?.file, operator?.security].filter((file) => file !== undefined);
  const readable = [...his, ...localRepositories(context)];
  const start = startInContainer(builder, readable, context);
  return { file: CONTAINER_MAVEN, start, env: buildEnvironment(context, variables) };
}

/** The folders of repositories on this machine. */
function localRepositories(context: StageContext): string[] {
  const urls = configuredRepositories(context.config).map(({ url }) => url);
  return [...new Set(urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url)))];
}
