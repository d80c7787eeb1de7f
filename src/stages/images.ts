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
import { PAYLOAD_LABEL } from "../kolla/overrides.ts";
import { findKolla, type KollaProgram, requireSdk } from "../kolla/program.ts";
import { defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { badConfiguration, kollaFailed, missing } from "../system/errors.ts";
import { context as kollaContext, type ContextResult } from "./context.ts";

export interface ImagesResult {
  /** "23.0.0" */
  readonly kolla: string;
  readonly buildkit: boolean;
  /** the engine's address, as in DOCKER_HOST; null: the client's default */
  readonly endpoint: string | null;
  readonly images: readonly ImageInfo[];
}

export const images = defineStage({
  id: "images",
  title: "Build the images",
  needs: { context: kollaContext },

  async require(context): Promise<void> {
    await requireOverrides(context.config);
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
      overrides: await Promise.all(
        config.kolla.template_override.map((file) => sha256File(file).catch(() => "missing")),
      ),
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
    const logFile = log.file("kolla-build");
    const buildkit = await chooseBuildkit(kolla, engine, logFile, context);
    const operator = await findOperatorConfiguration(env);

    // a fresh one each time: kolla keeps old files in one that it finds
    const workDir = join(paths.kollaWork, randomBytes(6).toString("hex"));
    await fsExtra.emptyDir(paths.kollaWork);
    const podman =
      engine.kind === "podman" && engine.endpoint !== undefined ? ["--podman_base_url", engine.endpoint] : [];
    await runKolla({
      kolla,
      args: [...kollaArguments(config, operator, written.conf), ...podman],
      given: context.kollaArguments,
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
    const infos = await Promise.all(names.map((name) => requireImage(name, written.payload, engine, logFile)));
    return { kolla: kolla.version, buildkit, endpoint: engine.endpoint ?? null, images: infos };
  },
});

/** @throws BAD_CONFIGURATION (exit 2) naming every override that is not there */
async function requireOverrides({ kolla }: StageContext["config"]): Promise<void> {
  const there = await Promise.all(kolla.template_override.map((file) => fsExtra.pathExists(file)));
  const faults = kolla.template_override.filter((_, index) => there[index] !== true);
  if (faults.length > 0) throw badConfiguration(faults.map((file) => `kolla.template_override: there is no ${file}`));
}

/** What the settings say of BuildKit, or what stands behind `--`. */
function wantedBuildkit({ config, kollaArguments: given }: StageContext): boolean | undefined {
  if (given.includes("--nobuildkit")) return false;
  return given.includes("--buildkit") ? true : config.kolla.buildkit;
}

/**
 * BuildKit where kolla and the engine can, unless it is said otherwise; its copies of old contexts are dropped.
 *
 * @throws MISSING (exit 3) when it is wanted and cannot be had
 */
async function chooseBuildkit(kolla: KollaProgram, engine: Engine, log: string, context: RunContext): Promise<boolean> {
  const wanted = wantedBuildkit(context);
  if (wanted === false || !knowsBuildkit(kolla) || engine.kind !== "docker") return false;
  const can = await hasBuildx(engine);
  if (can && (await dropContextCopies(engine, log))) return true;
  if (wanted === true) {
    throw missing(
      "preparing BuildKit",
      can ? "docker buildx cannot drop its copies of old build contexts" : "docker has no buildx plugin",
      "Install docker's buildx plugin (Debian 13: apt-get install docker-buildx), or leave kolla.buildkit out.",
    );
  }
  if (can) context.warn("docker buildx cannot drop its copies of old build contexts; the classic builder is used");
  return false;
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

/** The image, which must carry this payload: kolla skips an image that is there when it is told to, and calls it well. */
async function requireImage(name: string, payload: string, engine: Engine, log: string): Promise<ImageInfo> {
  const info = await inspectImage(engine, name);
  if (info === undefined) {
    throw kollaFailed(`kolla-build says it built ${name}, but the engine has no such image`, undefined, log);
  }
  if (info.labels[PAYLOAD_LABEL] !== payload) {
    const hint =
      "Is --skip-existing in force (behind --, or in your kolla-build.conf)? Use another tag, or remove the image.";
    throw kollaFailed(`${name} carries another payload than the one that was to be built`, hint, log);
  }
  return info;
}

/** The line with which a person runs kolla-build on what the context stage wrote. */
export async function kollaCommandLine(written: ContextResult, context: StageContext): Promise<readonly string[]> {
  const { config, env } = context;
  const operator = await findOperatorConfiguration(env);
  const engine = config.engine.endpoint === undefined ? [] : ["env", `DOCKER_HOST=${config.engine.endpoint}`];
  return [
    ...engine,
    config.kolla.command,
    ...kollaArguments(config, operator, written.conf),
    ...context.kollaArguments,
  ];
}
