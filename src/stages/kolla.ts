// SPDX-License-Identifier: Apache-2.0
/** How the stages have the stock kolla-build make images. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { type Engine, findEngine } from "../engine/endpoint.ts";
import {
  dropCommand,
  dropContextCopies,
  findBuildx,
  type ImageInfo,
  inspectImage,
  pullImage,
  pushedAs,
} from "../engine/images.ts";
import { kollaArguments } from "../kolla/arguments.ts";
import { type KollaLine, kollaLine, runKolla } from "../kolla/build.ts";
import { findOperatorConfiguration } from "../kolla/operator.ts";
import { imageName } from "../kolla/output.ts";
import { findKolla, type KollaProgram } from "../kolla/program.ts";
import type { Command, Parts, RunContext, StageContext } from "../pipeline/stage.ts";
import type { ProgramLog } from "../system/log.ts";
import { mask } from "../system/secrets.ts";
import { kollaFailed, missing } from "../system/errors.ts";

/** Images of ours, and what selects them. */
export interface Target {
  /** the profile of our conf that names them */
  readonly profile: string;
  /** in the order in which each stands on the one before it, the first one on `parent` */
  readonly images: readonly string[];
  /** the image that the last one's Dockerfile is FROM */
  readonly parent: string;
  /** whether they are for others: what stays on this machine is never pushed */
  readonly isPublic: boolean;
}

/** What kolla-build made. */
export interface KollaImages {
  /** "23.0.0" */
  readonly kolla: string;
  readonly buildkit: boolean;
  readonly engine: Engine["kind"];
  /** the engine's address, as in DOCKER_HOST; null: the client's default */
  readonly endpoint: string | null;
  /** the other variables that lead docker's client there */
  readonly tls: Engine["tls"];
  readonly images: readonly ImageInfo[];
  /** where they were pushed to, each by its digest; undefined where they were not to be */
  readonly pushed?: readonly string[];
  /** those of them that were there, and that kolla was told to leave (--skip-existing) */
  readonly skipped: readonly string[];
}

/** What images depend on beside their templates and contents. */
export async function kollaParts(target: Target, conf: string, context: StageContext): Promise<Parts> {
  const { config } = context;
  const kolla = await findKolla(context);
  const operator = await findOperatorConfiguration(context);
  const engine = await findEngine(context);
  return {
    kolla: kolla.version,
    arguments: [...kollaArguments(config, operator, conf, target.profile), ...context.kollaArguments].map(mask),
    operator: operator.digest,
    overrides: await Promise.all(config.kolla.template_override.map((file) => sha256File(file).catch(() => "missing"))),
    buildkit: config.kolla.buildkit ?? "auto",
    engine: engine.endpoint ?? "default",
  };
}

/** Says what of the images is no longer in the engine: they can be removed or built over behind our back. */
export async function findImageChange(
  images: readonly Pick<ImageInfo, "name" | "id">[],
  context: StageContext,
): Promise<string | undefined> {
  const engine = await findEngine(context);
  const now = await Promise.all(images.map(({ name }) => inspectImage(engine, name)));
  for (const [index, { name, id }] of images.entries()) {
    if (now[index] === undefined) return `the engine has no image ${name}`;
    if (now[index].id !== id) return `the engine has another image ${name}`;
  }
  return undefined;
}

/**
 * Runs kolla-build, and asks the engine what came out.
 *
 * @param conf absolute path of the conf that defines the target's profile
 * @param log kolla-build's
 * @throws KOLLA_FAILED (exit 7)
 */
export async function buildImages(
  target: Target,
  conf: string,
  log: ProgramLog,
  context: RunContext,
): Promise<KollaImages> {
  const { paths, signal, progress, cwd } = context;
  const kolla = await findKolla(context);
  const engine = await findEngine(context);
  const buildkit = await chooseBuildkit(kolla, engine, log, context);

  // a fresh one each time: kolla keeps old files in one that it finds
  const workDir = join(paths.kollaWork, randomBytes(6).toString("hex"));
  await fsExtra.emptyDir(paths.kollaWork);
  const summary = await runKolla({
    ...(await lineFor(target, conf, engine, context)),
    kolla,
    image: String(target.images.at(-1)),
    buildkit,
    env: engine.env,
    workDir,
    cwd,
    log,
    logs: log.path.replace(/\.log$/, "-images"),
    signal,
    progress,
  });
  const names = await builtNames(target, workDir, log);
  await fsExtra.remove(paths.kollaWork);
  const isPushed = target.isPublic && (await wantsPush(context));
  const images = await Promise.all(names.map((name) => requireImage(name, isPushed, engine, log)));
  const skipped = (summary.skipped ?? []).map(({ name }) => name).filter((name) => target.images.includes(name));
  // kolla pushes what it built
  const fresh = images.filter((_, index) => !skipped.includes(String(target.images[index])));
  const pushed = isPushed ? { pushed: fresh.map((image) => requirePushed(image, log)) } : {};
  const { kind, endpoint = null, tls } = engine;
  return { kolla: kolla.version, buildkit, engine: kind, endpoint, tls, images, ...pushed, skipped };
}

/** What selects configuration and images, and what a person gives to kolla-build. */
async function lineFor(
  target: Target,
  conf: string,
  engine: Engine,
  context: StageContext,
): Promise<Pick<KollaLine, "args" | "given">> {
  const { config, kollaArguments: given, offline } = context;
  const operator = await findOperatorConfiguration(context);
  return {
    args: [...kollaArguments(config, operator, conf, target.profile), ...podmanArguments(engine)],
    // --nopull wins, and stands in no fingerprint: what is built is the same
    given: [...given, ...(target.isPublic ? [] : ["--nopush"]), ...(offline ? ["--nopull"] : [])],
  };
}

/** What tells kolla where podman is; docker's place stands in the environment. */
export const podmanArguments = ({ kind, endpoint }: Pick<Engine, "kind" | "endpoint">): string[] =>
  kind === "podman" && endpoint !== undefined ? ["--podman_base_url", endpoint] : [];

/**
 * The commands that buildImages would start.
 *
 * @throws MISSING (exit 3)
 */
export async function kollaCommands(target: Target, conf: string, context: StageContext): Promise<Command[]> {
  const kolla = await findKolla(context);
  const engine = await findEngine(context);
  // taken for granted is that its copies of old contexts can be dropped
  const buildkit = mayUseBuildkit(kolla, engine, context) && (await findBuildx(engine)) !== undefined;
  const line = { ...(await lineFor(target, conf, engine, context)), kolla, buildkit };
  const build = [kolla.file, ...kollaLine({ ...line, workDir: join(context.paths.kollaWork, "<new folder>") })];
  return [...(buildkit ? [dropCommand(engine, context.config.kolla.buildkit_builder)] : []), build].map((args) => ({
    args,
  }));
}

/** What the settings say of BuildKit, or what stands behind `--`. */
export function wantedBuildkit({ config, kollaArguments: given }: StageContext): boolean | undefined {
  if (given.includes("--nobuildkit")) return false;
  return given.includes("--buildkit") ? true : config.kolla.buildkit;
}

const mayUseBuildkit = (kolla: KollaProgram, engine: Engine, context: StageContext): boolean =>
  wantedBuildkit(context) !== false && kolla.release.buildkit && engine.kind === "docker";

/**
 * BuildKit where kolla and the engine can, unless it is said otherwise; its copies of old contexts are dropped.
 *
 * @throws MISSING (exit 3) when it is wanted and cannot be had
 */
async function chooseBuildkit(
  kolla: KollaProgram,
  engine: Engine,
  log: ProgramLog,
  context: RunContext,
): Promise<boolean> {
  if (!mayUseBuildkit(kolla, engine, context)) return false;
  const can = (await findBuildx(engine)) !== undefined;
  if (can && (await dropContextCopies(engine, context.config.kolla.buildkit_builder, log))) return true;
  if (wantedBuildkit(context) === true) {
    throw missing(
      "preparing BuildKit",
      can ? "docker buildx cannot drop its copies of old build contexts" : "docker has no buildx plugin",
      "Install docker's buildx plugin (Debian 13: apt-get install docker-buildx), or leave kolla.buildkit out.",
    );
  }
  if (can) context.warn("docker buildx cannot drop its copies of old build contexts; the classic builder is used");
  return false;
}

/** The full names of the images, from the Dockerfile that kolla rendered for the last one. */
async function builtNames({ images, parent }: Target, workDir: string, log: ProgramLog): Promise<readonly string[]> {
  const last = String(images.at(-1));
  const rendered = await readFile(join(workDir, "docker", last, "Dockerfile"), "utf8");
  return images.map((image) => {
    const name = imageName(rendered, parent, image);
    if (name === undefined)
      throw kollaFailed(`the rendered Dockerfile of ${last} is not FROM ${parent}`, undefined, log.path);
    return name;
  });
}

/** Whether kolla-build pushes: the last word is what stands behind `--`. */
async function wantsPush(context: StageContext): Promise<boolean> {
  const { config, kollaArguments: given } = context;
  const last = given.findLast((word) => word === "--push" || word === "--nopush");
  return last === undefined ? config.kolla.push || (await findOperatorConfiguration(context)).push : last === "--push";
}

function requirePushed(image: ImageInfo, log: ProgramLog): string {
  const digest = pushedAs(image);
  if (digest !== undefined) return digest;
  throw kollaFailed(`kolla-build says that all is well, but ${image.name} was not pushed`, undefined, log.path);
}

async function requireImage(name: string, isPushed: boolean, engine: Engine, log: ProgramLog): Promise<ImageInfo> {
  const found = await inspectImage(engine, name);
  if (found === undefined && isPushed) await pullImage(engine, name, log);
  const info = found ?? (isPushed ? await inspectImage(engine, name) : undefined);
  if (info !== undefined) return info;
  throw kollaFailed(`kolla-build says it built ${name}, but the engine has no such image`, undefined, log.path);
}
