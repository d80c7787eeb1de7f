// SPDX-License-Identifier: Apache-2.0
/** How the stages run Maven. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { variablesOf } from "../maven/repositories.ts";
import { runMaven } from "../maven/run.ts";
import { BND_LAUNCHER } from "../osc/artifacts.ts";
import { GOALS, PROFILES, WITHOUT_TESTS } from "../osc/maven.ts";
import type { Parts, RunContext, StageContext } from "../pipeline/stage.ts";
import { childEnvironment } from "../system/environment.ts";
import { buildFailed } from "../system/errors.ts";
import { temporaryPath } from "../system/files.ts";
import { type ArtifactsResult, credentialRepositories, repositoriesFor } from "./artifacts.ts";
import type { BuilderResult } from "./builder.ts";

/** Goals and what goes with them. */
function mavenArguments({ config }: StageContext): string[] {
  return [...GOALS, ...(config.maven.tests ? [] : WITHOUT_TESTS), ...PROFILES];
}

/** What of Maven a build's result depends on. */
export async function mavenParts({ file, version, java }: BuilderResult, context: StageContext): Promise<Parts> {
  // a wrapper is a program of the operator's: what it does is part of the build
  const command = await sha256File(file);
  const options = context.env["MAVEN_OPTS"] ?? "";
  return { maven: version, java, arguments: mavenArguments(context), command, options };
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
  const { env, paths, signal, progress } = context;
  const log = context.log.file(`maven-${project}`);
  // credentials that settings.xml takes from the environment
  const variables = variablesOf(credentialRepositories(context)).map((name) => [name, env[name]] as const);
  const java = { JAVA_HOME: builder.javaHome ?? undefined };
  await runMaven({
    maven: builder,
    env: childEnvironment(env, { ...Object.fromEntries(variables), ...java }),
    repositories: await repositoriesFor(artifacts, context),
    project,
    tree,
    home: paths.mavenHome,
    args,
    log,
    signal,
    progress,
  });
  return log;
}
