// SPDX-License-Identifier: Apache-2.0
/** How the stages run Maven. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { findOperatorSettings, type OperatorSettings } from "../maven/operator.ts";
import { proxiesOf } from "../maven/proxies.ts";
import { configuredRepositories, folderOf, interpolate, variablesOf } from "../maven/repositories.ts";
import { type MavenLine, mavenRequest, runMaven } from "../maven/run.ts";
import { truststoreFor } from "../maven/truststore.ts";
import { BND_LAUNCHER } from "../osc/artifacts.ts";
import { GOALS, PROFILES, WITHOUT_TESTS } from "../osc/maven.ts";
import type { Command, Parts, RunContext, StageContext } from "../pipeline/stage.ts";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { buildFailed } from "../system/errors.ts";
import { temporaryPath } from "../system/files.ts";
import { runProcess } from "../system/process.ts";
import { mask } from "../system/secrets.ts";
import { type ArtifactsResult, repositoriesFor } from "./artifacts.ts";
import { buildEnvironment, commandsInContainer, CONTAINER_MAVEN, startInContainer } from "./build-container.ts";
import { type BuilderResult, expectedBuilder } from "./builder.ts";

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

/** The commands that buildTree would start; without a builder's result, those of the one that would be found. */
export async function buildTreeCommands(
  tree: string,
  found: BuilderResult | undefined,
  context: StageContext,
): Promise<Command[]> {
  return mavenCommands(tree, mavenArguments(context), found, context);
}

/**
 * Puts bnd's launcher where bnd looks for it, unless it lies there; by a rename, for half of one would lie there too.
 *
 * @throws BUILD_FAILED (exit 5)
 */
export async function ensureBndLauncher(tools: Toolchain, context: RunContext): Promise<void> {
  const { mavenHome } = context.paths;
  const { file } = BND_LAUNCHER;
  const launcher = launcherOf(context);
  if (await fsExtra.pathExists(launcher)) return;
  const fresh = temporaryPath(join(mavenHome, "bnd-launcher"));
  context.progress("Maven fetches bnd's launcher");
  try {
    const log = await maven("bnd-launcher", mavenHome, launcherArguments(fresh), tools, context);
    if (!(await fsExtra.pathExists(join(fresh, file)))) {
      throw buildFailed("bnd-launcher", `Maven ended well, but there is no ${file}`, "See maven.command.", log);
    }
    await fsExtra.move(join(fresh, file), launcher);
  } finally {
    await fsExtra.remove(fresh);
  }
}

const launcherOf = ({ paths }: StageContext): string => join(paths.mavenHome, BND_LAUNCHER.folder, BND_LAUNCHER.file);

const launcherArguments = (folder: string): string[] => [...BND_LAUNCHER.arguments, `-DoutputDirectory=${folder}`];

/** The commands that ensureBndLauncher would start. */
export async function launcherCommands(found: BuilderResult | undefined, context: StageContext): Promise<Command[]> {
  if (await fsExtra.pathExists(launcherOf(context))) return [];
  return mavenCommands(context.paths.mavenHome, launcherArguments("<new folder>"), found, context);
}

/** How Maven is started, on this machine or in the container. */
async function mavenCommands(
  tree: string,
  args: readonly string[],
  found: BuilderResult | undefined,
  context: StageContext,
): Promise<Command[]> {
  const builder = found ?? (await expectedBuilder(context));
  const { line, readable } = await lineOf(builder, tree, args, context);
  const request = mavenRequest(line);
  if (builder.runner === "host") return [{ args: [request.file, ...request.args], cwd: request.cwd }];
  const commands = await commandsInContainer(builder, readable, request, context);
  return commands.map((one) => ({ args: one }));
}

async function maven(
  project: string,
  tree: string,
  args: readonly string[],
  { builder, artifacts }: Toolchain,
  context: RunContext,
): Promise<string> {
  const { env, signal, progress } = context;
  const log = context.log.program(`maven-${project}`);
  const { line, readable } = await lineOf(builder, tree, args, context);
  await runMaven({
    ...line,
    start: builder.runner === "host" ? runProcess : startInContainer(builder, readable, context),
    repositories: await repositoriesFor(artifacts, line.operator, context),
    proxies: proxiesOf(env).proxies,
    // the build container makes its own
    trust: builder.runner === "host" ? await truststoreFor(builder.runtime, context) : undefined,
    project,
    log,
    signal,
    progress,
  });
  return log.path;
}

/** The variables that the two settings.xml name. */
function credentials(operator: OperatorSettings | undefined, context: StageContext): Environment {
  const names = [...variablesOf(configuredRepositories(context.config)), ...(operator?.variables ?? [])];
  return Object.fromEntries(names.map((name) => [name, context.env[name]]));
}

/** How Maven is started, and what of this machine it may read in the container. */
async function lineOf(
  builder: BuilderResult,
  tree: string,
  args: readonly string[],
  context: StageContext,
): Promise<{ readonly line: MavenLine; readonly readable: readonly string[] }> {
  const { config, env, paths } = context;
  const operator = await findOperatorSettings(config.maven.settings, env);
  const variables = { ...credentials(operator, context), ...proxiesOf(env).env };
  const program =
    builder.runner === "host"
      ? { file: builder.file, env: childEnvironment(env, { ...variables, JAVA_HOME: builder.javaHome ?? undefined }) }
      : { file: CONTAINER_MAVEN, env: buildEnvironment(context, variables) };
  const his = [operator?.file, operator?.security].filter((file) => file !== undefined);
  const line = { ...program, operator, offline: context.offline, tree, home: paths.mavenHome, args };
  return { line, readable: [...his, ...localRepositories(context)] };
}

/** The folders of repositories on this machine. */
function localRepositories(context: StageContext): string[] {
  const folders = configuredRepositories(context.config).map(({ url }) => folderOf(interpolate(url, context.env)));
  return [...new Set(folders.filter((folder) => folder !== undefined))];
}
