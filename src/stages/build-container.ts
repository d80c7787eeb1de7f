// SPDX-License-Identifier: Apache-2.0
/** The build container: an image of ours with JDK 8, Maven and git, made by kolla-build, in which Maven runs. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { type Container, containerCommands, type Mount, ownerOf, runInContainer } from "../engine/container.ts";
import { findEngine, isHere } from "../engine/endpoint.ts";
import { parseVersions } from "../maven/program.ts";
import { requireAll } from "../pipeline/check.ts";
import type { Command, Parts, RunContext, StageContext } from "../pipeline/stage.ts";
import { findAuthorities } from "../system/authorities.ts";
import { containerEnvironment } from "../system/environment.ts";
import { badConfiguration, missing } from "../system/errors.ts";
import { replace } from "../system/files.ts";
import { lastLines, type ProcessRequest, type ProcessResult } from "../system/process.ts";
import { KOLLA_CHECKS } from "./checks.ts";
import { requireBuildBase } from "./java.ts";
import { buildImages, findImageChange, kollaCommands, kollaParts, type Target } from "./kolla.ts";
import { copyTemplates, profileConf, templatesDigest } from "./templates.ts";

export interface BuildContainer {
  /** the image's full name */
  readonly image: string;
  /** "sha256:…" */
  readonly id: string;
  /** Maven's, "3.9.9" */
  readonly version: string;
  /** "1.8.0_442" */
  readonly java: string;
}

/** A dash in a profile's name has kolla-build fail: it registers the option under another name than it asks for. */
const TARGET: Target = { profile: "osc_build", images: ["osc-build"], parent: "base", isPublic: false };

/** The Java that the template installs. */
const JAVA = 8;

/** In the image; see kolla-overrides/docker/osc-build. */
const MAVEN = "/usr/local/bin/osc_build_maven";

/** Where the image of Debian has the certificate authorities that git and OpenSSL trust. */
const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/** @throws MISSING, ENGINE_MISSING (exit 3), BAD_CONFIGURATION (exit 2) */
export async function requireBuildContainer(context: StageContext): Promise<void> {
  const { java_version: wanted } = context.config.maven;
  if (wanted !== "any" && wanted !== JAVA) {
    throw badConfiguration([
      `maven.java_version is ${String(wanted)}, and the build container has JDK ${String(JAVA)}`,
    ]);
  }
  await requireAll(KOLLA_CHECKS, context);
  await requireBuildBase(context);
  const engine = await findEngine(context);
  if (isHere(engine)) return;
  throw missing(
    "preparing the build container",
    `the container engine at ${String(engine.endpoint)} is on another machine, and cannot see the work folder`,
    "Use an engine on this machine (engine.endpoint), or install JDK 8 and Maven here (build.runner: host).",
  );
}

/** What the image depends on. */
export async function buildContainerParts(context: StageContext): Promise<Parts> {
  const templates = await templatesDigest(TARGET.images);
  return { templates, ...(await kollaParts(TARGET, confOf(context), context)) };
}

export const findBuildContainerChange = (
  { image, id }: BuildContainer,
  context: StageContext,
): Promise<string | undefined> => findImageChange([{ name: image, id }], context);

const confOf = ({ paths }: StageContext): string => join(paths.buildContainer, "kolla-build.conf");

/** The commands that makeBuildContainer would start. */
export async function buildContainerCommands(context: StageContext): Promise<Command[]> {
  const made = await kollaCommands(TARGET, confOf(context), context);
  const asked = await commandsInContainer({ id: NEW_IMAGE }, [], askedForVersion(context), context);
  return [...made, ...asked.map((args) => ({ args }))];
}

/** Stands for the image's id before there is one. */
export const NEW_IMAGE = "<id of osc-build>";

const askedForVersion = (context: StageContext): Program => ({
  file: MAVEN,
  args: ["--version"],
  cwd: context.paths.mavenHome,
  env: buildEnvironment(context, {}),
});

/**
 * Makes the image, and asks Maven in it for its version.
 *
 * @throws KOLLA_FAILED (exit 7); MISSING (exit 3) when a container of it does not start
 */
export async function makeBuildContainer(context: RunContext): Promise<BuildContainer> {
  const { buildContainer: folder, mavenHome } = context.paths;
  await replace(folder, async (temporary) => {
    await copyTemplates(TARGET.images, join(temporary, "docker"));
    const place = context.config.kolla.relocatable ? undefined : folder;
    const conf = profileConf(TARGET, place, "Written by osc-kolla for its build container.");
    await fsExtra.writeFile(join(temporary, "kolla-build.conf"), conf);
  });
  const log = context.log.program("kolla-build-osc-build");
  const [built] = (await buildImages(TARGET, confOf(context), log, context)).images;
  if (built === undefined) throw new Error("no image was asked for");
  const { name: image, id } = built;

  await fsExtra.ensureDir(mavenHome);
  const start = startInContainer({ id }, [], context);
  const request = { ...askedForVersion(context), log, signal: context.signal, timeout: 120_000 };
  const result = await start(request);
  const versions = result.exitCode === 0 ? parseVersions(result.stdout) : undefined;
  if (versions !== undefined) return { image, id, ...versions };
  throw missing(
    "starting the build container",
    lastLines(result, 3),
    "The engine must be able to mount the work folder and to run containers on the host's network; see the log.",
    log.path,
  );
}

/** Maven in the container. */
export const CONTAINER_MAVEN = MAVEN;

/** The environment of what is built in the container. */
export function buildEnvironment(
  { env }: StageContext,
  extra: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const trust = findAuthorities(env) === undefined ? {} : { OSC_BUILD_CA: AUTHORITIES };
  return containerEnvironment(env, { ...trust, ...extra });
}

/**
 * Starts programs in the container as if they ran here: they see the work tree and the Maven home at the same paths, the
 * host's network and its certificate authorities, and what they write belongs to whoever the Maven home belongs to.
 *
 * @param readable absolute paths of what they may read beside that
 */
export function startInContainer(
  { id }: Pick<BuildContainer, "id">,
  readable: readonly string[],
  context: StageContext,
): (request: ProcessRequest) => Promise<ProcessResult> {
  return async (request) => runInContainer(await containerFor(id, readable, request.cwd, context), request);
}

/** A program in the container. */
type Program = Pick<ProcessRequest, "file" | "args" | "cwd" | "env">;

/** The commands by which startInContainer starts a program. */
export const commandsInContainer = async (
  { id }: Pick<BuildContainer, "id">,
  readable: readonly string[],
  program: Program,
  context: StageContext,
): Promise<string[][]> => containerCommands(await containerFor(id, readable, program.cwd, context), program);

async function containerFor(
  image: string,
  readable: readonly string[],
  cwd: string,
  context: StageContext,
): Promise<Container> {
  const { mavenHome, workDir } = context.paths;
  const engine = await findEngine(context);
  const authorities = findAuthorities(context.env);
  const mounts: Mount[] = [
    ...[...new Set([mavenHome, cwd])].map((path) => ({ path, readOnly: false })),
    ...readable.map((path) => ({ path, readOnly: true })),
    ...(authorities === undefined ? [] : [{ path: authorities, at: AUTHORITIES, readOnly: true }]),
  ];
  // one work folder, one name: what a killed run left running there is ended
  const name = `osc-kolla-build-${createHash("sha256").update(workDir).digest("hex").slice(0, 12)}`;
  // in a dry run there may be no Maven home yet
  const isThere = await fsExtra.pathExists(mavenHome);
  const user = isThere ? await ownerOf(mavenHome, engine) : ["--user", `<owner of ${mavenHome}>`];
  return { engine, image, name, user, mounts };
}
