// SPDX-License-Identifier: Apache-2.0
/** What the stages need of the machine. The builder's check, which chooses, is in builder.ts. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import fsExtra from "fs-extra";
import { findEngine, requireEngine } from "../engine/endpoint.ts";
import { findBuildx } from "../engine/images.ts";
import { findStorage, type Storage } from "../engine/storage.ts";
import { gitVersion } from "../git/client.ts";
import { findOperatorConfiguration, type OperatorConfiguration } from "../kolla/operator.ts";
import { findKolla, type KollaProgram, locateKolla, PYTHON_HINT } from "../kolla/program.ts";
import { NEWEST, OLDEST } from "../kolla/releases.ts";
import { requireSdk } from "../kolla/sdk.ts";
import { findOperatorSettings } from "../maven/operator.ts";
import { LEAST_ROOM, ROOM } from "../osc/space.ts";
import { type Check, defineCheck, type Warning } from "../pipeline/check.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { childEnvironment } from "../system/environment.ts";
import { badConfiguration, engineMissing, missing, OscKollaError } from "../system/errors.ts";
import { requireWritable } from "../system/folders.ts";
import { howToInstall } from "../system/os-release.ts";
import { requireWorkFolder } from "../system/work-folder.ts";
import { lookingGit, requireGit } from "./git-context.ts";
import { wantedBuildkit } from "./kolla.ts";
import { requireReadable } from "./readable.ts";

export const gitCheck = defineCheck("git", "git", async (context) => {
  const file = await requireGit(context);
  return `${await gitVersion(lookingGit(context))} (${file})`;
});

export const settingsCheck = defineCheck("maven-settings", "Maven's settings", async ({ config, env }) => {
  const operator = await findOperatorSettings(config.maven.settings, env);
  return operator === undefined ? "no settings.xml of yours" : operator.file;
});

const overridesCheck = defineCheck("kolla-overrides", "template overrides", async ({ config }) => {
  const files = config.kolla.template_override;
  const faults = (await Promise.all(files.map(faultOf))).filter((fault) => fault !== undefined);
  if (faults.length > 0) throw badConfiguration(faults.map((fault) => `kolla.template_override: ${fault}`));
  return files.length === 0 ? "none of yours" : files.join(", ");
});

async function faultOf(file: string): Promise<string | undefined> {
  if (!(await fsExtra.pathExists(file))) return `there is no ${file}`;
  return access(file, constants.R_OK).then(
    () => undefined,
    () => `you may not read ${file}`,
  );
}

const kollaCheck = defineCheck("kolla", "kolla", async (context) => {
  const kolla = await findKolla(context);
  const sdk = await findSdk(kolla, context);
  const beside = sdk === undefined ? "" : `, with the ${context.config.kolla.engine} SDK ${sdk}`;
  const found = `kolla-build ${kolla.version} (${kolla.file})${beside}`;
  if (kolla.python === undefined) {
    return {
      level: "warning",
      found: `${found}, which is no script of a Python: its SDK and your configuration are not looked at beforehand`,
      mend: PYTHON_HINT,
    };
  }
  if (kolla.major <= NEWEST) return found;
  return {
    level: "warning",
    found: `${found}, which is newer than any that this was tried with`,
    mend: `Kolla ${String(OLDEST)} to ${String(NEWEST)} are known to do.`,
  };
});

/**
 * The version of the SDK by which this kolla talks to the engine; undefined where it is not known.
 *
 * @throws MISSING (exit 3) where it is not there
 * @throws ENGINE_MISSING (exit 3) where docker's client reaches the engine and the SDK does not
 */
async function findSdk(kolla: KollaProgram, context: StageContext): Promise<string | undefined> {
  const { config, env, signal } = context;
  const engine = await untilToldElsewhere(findEngine(context));
  const sdk = await requireSdk(kolla, config.kolla.engine, engine?.env ?? childEnvironment(env), signal);
  const refusal = sdk?.refusal;
  if (engine === undefined || refusal === undefined) return sdk?.version;
  // that nobody answers at all, another check tells
  const answers = await untilToldElsewhere(requireEngine(engine).then(() => true));
  if (answers !== true) return sdk?.version;
  throw engineMissing(
    engine.endpoint ?? "its default address",
    `docker's client reaches it, and kolla's docker SDK does not: ${refusal}`,
    refusal.includes("paramiko")
      ? `Install what the SDK needs for ssh beside kolla: ${String(kolla.python)} -m pip install paramiko`
      : "Give engine.endpoint (or DOCKER_HOST) an address at which the SDK answers as well: docker.from_env() in kolla's Python.",
  );
}

const operatorCheck = defineCheck("kolla-configuration", "kolla's configuration", async (context) => {
  const operator = await findOperatorConfiguration(context);
  const others = operator.ours.filter(({ override }) => dirname(override) !== context.paths.kolla);
  if (others.length > 0) {
    throw badConfiguration(
      others.map(({ file, override }) => `${file}: it gives kolla-build the context in ${dirname(override)}, too`),
      "An image takes one payload: remove that file, or build into the folder that it names (--output-dir).",
    );
  }
  await readableByKolla(operator, context);
  const found = [...operator.files, ...operator.folders];
  return found.length === 0 ? "none of yours" : found.join(", ");
});

/** @throws what requireReadable throws; nothing where kolla itself is wrong */
async function readableByKolla(operator: OperatorConfiguration, context: StageContext): Promise<void> {
  const place = await untilToldElsewhere(locateKolla(context));
  if (place === undefined) return;
  // Python takes its half second for each: it is asked for both at the same time
  const [kolla, reading] = await Promise.allSettled([
    untilToldElsewhere(findKolla(context)),
    requireReadable(place, operator, context),
  ]);
  if (kolla.status === "rejected") throw kolla.reason;
  if (kolla.value !== undefined && reading.status === "rejected") throw reading.reason;
}

const engineCheck = defineCheck("engine", "container engine", async (context) => {
  const engine = await findEngine(context);
  const version = await requireEngine(engine);
  const storage = await findStorage(engine);
  const name = `${engine.kind} ${version ?? "of an unknown version"} (${engine.file})`;
  const found = `${name} at ${engine.endpoint ?? "its default address"}`;
  if (storage === undefined) return `${found}, which does not tell where its data lies`;
  return judgeStorage(`${found}, storage driver ${storage.driver}`, storage);
});

/** @throws MISSING (exit 3) when the engine's disk is full */
function judgeStorage(engine: string, { driver, folder, free }: Storage): string | Warning {
  const room = free === undefined ? `${folder} cannot be seen from here` : `${gigabytes(free)} free in ${folder}`;
  const found = `${engine}, ${room}`;
  const makeRoom = "Remove what you no longer need from the engine (docker system df, docker image prune).";
  if (free !== undefined && free < LEAST_ROOM) throw missing("looking at the container engine", found, makeRoom);
  if (free !== undefined && free < ROOM.engine)
    return { level: "warning", found: `${found}; the images of OSC take ${gigabytes(ROOM.engine)}`, mend: makeRoom };
  // every layer is a whole copy of all those below it
  if (driver === "vfs")
    return {
      level: "warning",
      found: `${found}; vfs keeps a whole copy for each layer, and is slow`,
      mend: "Have the engine use another storage driver, such as overlay2.",
    };
  return found;
}

/** Packages of docker's buildx plugin. */
const BUILDX = { "apt-get": "docker-buildx", rhel: undefined, fedora: "docker-buildx", zypper: "docker-buildx" };

const buildkitCheck = defineCheck("buildkit", "BuildKit", async (context) => {
  const [kolla, engine] = await Promise.all([
    untilToldElsewhere(findKolla(context)),
    untilToldElsewhere(findEngine(context)),
  ]);
  if (kolla === undefined || engine === undefined) return undefined;
  const wanted = wantedBuildkit(context);
  if (wanted === false) return "not wanted";
  if (engine.kind !== "docker" || !kolla.release.buildkit)
    return `not used with ${engine.kind} and kolla ${kolla.version}`;
  const version = await findBuildx(engine);
  if (version !== undefined) return `docker buildx ${version}`;
  const found = "docker has no buildx plugin";
  const mend = `${await howToInstall("docker's buildx plugin", BUILDX)}; Debian has it from 13 on`;
  if (wanted === true) throw missing("looking for BuildKit", found, `${mend}; or leave kolla.buildkit out.`);
  return { level: "warning", found: `${found}: the classic builder is used`, mend: `${mend}.` };
});

/** What another check tells when it fails is not told twice. */
export async function untilToldElsewhere<T>(finding: Promise<T>): Promise<T | undefined> {
  try {
    return await finding;
  } catch (thrown) {
    if (thrown instanceof OscKollaError) return undefined;
    throw thrown;
  }
}

/** What kolla-build needs. */
export const KOLLA_CHECKS: readonly Check[] = [kollaCheck, operatorCheck, overridesCheck, engineCheck, buildkitCheck];

export const workFolderCheck = defineCheck("work-folder", "work folder", async ({ paths: { workDir } }) => {
  await requireWorkFolder(workDir);
  return judgeFolder(workDir, ROOM.work, "--work-dir");
});

export const outputFolderCheck = defineCheck("output-folder", "output folder", ({ paths: { outputDir } }) =>
  judgeFolder(outputDir, ROOM.output, "--output-dir"),
);

/** What any run needs before it takes the locks of its folders: how much room there is, its stages ask. */
export const WRITABLE: readonly Check[] = [
  defineCheck("work-folder", "work folder", ({ paths }) => placeOf(paths.workDir, "--work-dir")),
  defineCheck("output-folder", "output folder", ({ paths }) => placeOf(paths.outputDir, "--output-dir")),
];

const placeOf = async (folder: string, option: string): Promise<string> => (await requireWritable(folder, option)).path;

/** @throws MISSING (exit 3) when nothing can be written there */
async function judgeFolder(folder: string, needed: number, option: string): Promise<string | Warning> {
  const { free } = await requireWritable(folder, option);
  const found = `${folder}, ${gigabytes(free)} free`;
  const makeRoom = `Make room, or choose another one with ${option}.`;
  if (free < LEAST_ROOM) throw missing(`looking at the folder ${folder}`, `the disk is full: ${found}`, makeRoom);
  if (free >= needed) return found;
  return { level: "warning", found: `${found}; a build of OSC takes about ${gigabytes(needed)}`, mend: makeRoom };
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
