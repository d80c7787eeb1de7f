// SPDX-License-Identifier: Apache-2.0
/** Has the stock kolla-build make osc-base and osc, and asks the engine what came out. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { type Engine, findEngine, requireEngine } from "../engine/endpoint.ts";
import { dropContextCopies, hasBuildx, type ImageInfo, inspectImage } from "../engine/images.ts";
import { kollaArguments } from "../kolla/arguments.ts";
import { knowsBuildkit, runKolla } from "../kolla/build.ts";
import { findOperatorConfiguration } from "../kolla/operator.ts";
import { imageName } from "../kolla/output.ts";
import { findKolla, type KollaProgram, requireSdk } from "../kolla/program.ts";
import { defineStage, type Parts, type StageContext } from "../pipeline/stage.ts";
import { kollaFailed, missing } from "../system/errors.ts";
import { context as kollaContext, type ContextResult } from "./context.ts";

export interface ImagesResult {
  /** "23.0.0" */
  readonly kolla: string;
  readonly buildkit: boolean;
  readonly images: readonly ImageInfo[];
}

export const images = defineStage({
  id: "images",
  title: "Build the images",
  needs: { context: kollaContext },

  async require(context): Promise<void> {
    const kolla = await findKolla(context);
    await requireSdk(kolla, context);
    await requireEngine(await findEngine(context));
  },

  async inspect({ context: written }, context): Promise<Parts> {
    const { config, env } = context;
    const kolla = await findKolla(context);
    const operator = await findOperatorConfiguration(env);
    const engine = await findEngine(context);
    return {
      context: written.digest,
      kolla: kolla.version,
      arguments: [...kollaArguments(config, operator, written.conf), ...context.kollaArguments],
      operator: operator.digest,
      overrides: await Promise.all(config.kolla.template_override.map(sha256File)),
      buildkit: config.kolla.buildkit ?? "auto",
      engine: engine.endpoint ?? "default",
    };
  },

  outputs: () => [],

  /** Images can be removed or built over behind our back: the engine is asked. */
  async verify(result: ImagesResult, context): Promise<string | undefined> {
    const engine = await findEngine(context);
    for (const { name, id } of result.images) {
      const now = await inspectImage(engine, name);
      if (now === undefined) return `the engine has no image ${name}`;
      if (now.id !== id) return `the engine has another image ${name}`;
    }
    return undefined;
  },

  async run({ context: written }, context): Promise<ImagesResult> {
    const { config, env, paths, signal, progress, log, cwd } = context;
    const kolla = await findKolla(context);
    const engine = await findEngine(context);
    const buildkit = await choosesBuildkit(kolla, engine, config.kolla.buildkit);
    const operator = await findOperatorConfiguration(env);
    const logFile = log.file("kolla-build");
    if (buildkit) await dropContextCopies(engine, logFile);

    // a fresh one each time: kolla keeps old files in one that it finds
    const workDir = join(paths.kollaWork, randomBytes(6).toString("hex"));
    await fsExtra.emptyDir(paths.kollaWork);
    const podman =
      engine.kind === "podman" && engine.endpoint !== undefined ? ["--podman_base_url", engine.endpoint] : [];
    await runKolla({
      kolla,
      args: [...kollaArguments(config, operator, written.conf), ...podman, ...context.kollaArguments],
      buildkit,
      env: engine.env,
      workDir,
      cwd,
      log: logFile,
      logs: join(log.folder, "kolla"),
      signal,
      progress,
    });
    const names = await builtNames(workDir, logFile);
    await fsExtra.remove(paths.kollaWork);
    const infos = await Promise.all(names.map((name) => requireImage(name, engine, logFile)));
    return { kolla: kolla.version, buildkit, images: infos };
  },
});

/**
 * BuildKit where kolla and the engine can, unless the setting says otherwise.
 *
 * @throws MISSING (exit 3) when it is wanted and cannot be had
 */
async function choosesBuildkit(kolla: KollaProgram, engine: Engine, wanted: boolean | undefined): Promise<boolean> {
  if (wanted === false || !knowsBuildkit(kolla) || engine.kind !== "docker") return false;
  const can = await hasBuildx(engine);
  if (wanted === true && !can) {
    throw missing(
      "looking for docker buildx",
      "kolla.buildkit is true, but docker has no buildx plugin",
      "Install it (Debian 13: apt-get install docker-buildx), or leave kolla.buildkit out.",
    );
  }
  return can;
}

/** The full names of osc-base and osc, from the Dockerfile that kolla rendered for osc. */
async function builtNames(workDir: string, log: string): Promise<readonly string[]> {
  const rendered = await readFile(join(workDir, "docker", "osc", "Dockerfile"), "utf8");
  return ["osc-base", "osc"].map((image) => {
    const name = imageName(rendered, "osc-base", image);
    if (name === undefined) throw kollaFailed(`the rendered Dockerfile of osc is not FROM osc-base`, undefined, log);
    return name;
  });
}

async function requireImage(name: string, engine: Engine, log: string): Promise<ImageInfo> {
  const info = await inspectImage(engine, name);
  if (info === undefined) {
    throw kollaFailed(`kolla-build says it built ${name}, but the engine has no such image`, undefined, log);
  }
  return info;
}

/** The line with which a person runs kolla-build on what the context stage wrote. */
export async function kollaCommandLine(written: ContextResult, context: StageContext): Promise<readonly string[]> {
  const { config, env } = context;
  const operator = await findOperatorConfiguration(env);
  const engine = config.engine.endpoint === undefined ? [] : [`DOCKER_HOST=${config.engine.endpoint}`];
  return [
    ...engine,
    config.kolla.command,
    ...kollaArguments(config, operator, written.conf),
    ...context.kollaArguments,
  ];
}
