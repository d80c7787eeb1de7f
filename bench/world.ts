// SPDX-License-Identifier: Apache-2.0
/** Where the benchmark works: folders, repositories that it may change, the engine, and the contenders of the whole job. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Contender, must } from "./measure.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
export const COMMAND = join(ROOT, "bin/osc-kolla.js");
const SAMPLE = join(ROOT, ".osc-kolla/sample");
const TOOLS = join(ROOT, ".osc-kolla/tools/usr/bin");

/** A Node that leaves its own CPU seconds. */
export const NODE: readonly string[] = [process.execPath, "--require", join(ROOT, "bench/own-cpu.cjs")];

/** A program of the machine's or of scripts/tools.sh; undefined where there is none. */
export function findTool(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), TOOLS];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

interface Defaults {
  readonly "kolla.command"?: string;
  readonly "engine.endpoint"?: string;
  readonly "kolla.pull"?: boolean;
  readonly "kolla.template_override"?: readonly string[];
}

export interface World {
  /** everything of this run */
  readonly folder: string;
  /** a work tree of osc-core that the contenders build from */
  readonly source: string;
  readonly endpoint: string | undefined;
  readonly kollaBuild: string;
  /** what kolla-build is told on this machine beside our conf */
  readonly kollaOptions: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Makes the folders and repositories.
 *
 * @throws Error where `make setup` has not been run
 */
export async function makeWorld(): Promise<World> {
  const record = JSON.parse(await readFile(join(ROOT, ".osc-kolla/setup.json"), "utf8").catch(() => "{}")) as {
    defaults?: Defaults;
  };
  const { defaults } = record;
  const kollaBuild = defaults?.["kolla.command"];
  if (defaults === undefined || kollaBuild === undefined)
    throw new Error("make setup comes first: there is no kolla-build");
  const folder = join(ROOT, ".osc-kolla/bench", `run-${String(process.pid)}`);
  await mkdir(folder, { recursive: true });
  const source = join(folder, "osc-core");
  await must("git", ["clone", "--quiet", join(SAMPLE, "osc-core.git"), source]);
  const endpoint = process.env["DOCKER_HOST"] ?? defaults["engine.endpoint"];
  const overrides = defaults["kolla.template_override"] ?? [];
  const kollaOptions = [
    ...(defaults["kolla.pull"] === false ? ["--nopull"] : []),
    ...overrides.flatMap((file) => ["--template-override", file]),
  ];
  const env = endpoint === undefined ? process.env : { ...process.env, DOCKER_HOST: endpoint };
  return { folder, source, endpoint, kollaBuild, kollaOptions, env };
}

/** Removes the folders, and the images of this run. */
export async function removeWorld({ folder, env }: World): Promise<void> {
  const names = await must("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"], env);
  const own = names.split("\n").filter((name) => name.includes(`:${TAG}`));
  if (own.length > 0) await must("docker", ["image", "rm", ...own], env);
  await rm(folder, { recursive: true, force: true });
}

/** In the tags of all images of this run. */
export const TAG = `bench-${String(process.pid)}`;

/** Commits a change of one file of the distribution that needs no compiler: a line in the launcher's settings. */
export async function changeOneFile({ source }: World, round: number): Promise<void> {
  const file = join(source, "osc-server-bom/root/opt/vmidc/bin/quartz.properties");
  await writeFile(file, `${await readFile(file, "utf8")}# ${String(round)}\n`);
  const who = ["-c", "user.name=bench", "-c", "user.email=bench@osc.invalid"];
  await must("git", ["-C", source, ...who, "commit", "--quiet", "--all", "--message", `Change ${String(round)}`]);
}

/** How a contender's run is varied. */
export interface Job {
  readonly tag: () => string;
  /** in which each contender has a folder of its own */
  readonly folder: () => string;
}

/** `osc-kolla image`, with the seconds of Maven and kolla-build told apart. */
export function ours(world: World, job: Job, extra: readonly string[] = []): Contender {
  const work = () => join(job.folder(), "ours", ".osc-kolla");
  let last: ReadonlySet<string> = new Set();
  return {
    name: "osc-kolla",
    get command() {
      const places = ["--work-dir", work(), "--output-dir", join(job.folder(), "ours", "out"), "--tag", job.tag()];
      const sources = ["--config", join(ROOT, "fixtures/demo.yaml"), "--source-url", world.source];
      return [...NODE, COMMAND, "image", "--json", ...sources, ...places, ...extra];
    },
    env: world.env,
    before: async () => {
      last = new Set(await logFolders(work()));
    },
    after: async () => {
      const fresh = (await logFolders(work())).filter((folder) => !last.has(folder));
      return { programs: await secondsOfPrograms(fresh) };
    },
  };
}

async function logFolders(work: string): Promise<string[]> {
  const names = await readdir(join(work, "logs")).catch(() => []);
  return names.map((name) => join(work, "logs", name));
}

interface Step {
  readonly program?: string;
  readonly seconds?: number;
}

/** Seconds of Maven and kolla-build in the steps that runs have logged. */
export async function secondsOfPrograms(logs: readonly string[]): Promise<number> {
  const steps = await Promise.all(logs.map((log) => readFile(join(log, "steps.ndjson"), "utf8").catch(() => "")));
  const lines = steps.flatMap((text) => text.split("\n")).filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as Step)
    .filter(({ program }) => program !== undefined && ["mvn", "kolla-build"].includes(basename(program)))
    .reduce((sum, { seconds = 0 }) => sum + seconds, 0);
}

/** The script that does the same by hand. */
export function byHand(world: World, job: Job, rounds?: number): Contender {
  return {
    name: "by hand",
    ...(rounds === undefined ? {} : { rounds }),
    get command() {
      // a name of its own: osc-kolla would notice that its image was replaced, and build it again
      return [join(ROOT, "bench/by-hand.sh"), ...world.kollaOptions, "--tag", `${job.tag()}-by-hand`];
    },
    get env() {
      const work = join(job.folder(), "by-hand");
      const templates = join(ROOT, "kolla-overrides/docker");
      return { ...scriptEnvironment(world, work), KOLLA_BUILD: world.kollaBuild, TEMPLATES: templates };
    },
    after: () => secondsOfScript(join(job.folder(), "by-hand")),
  };
}

/** Upstream's way. */
export function upstream(world: World, job: Job, rounds: number): Contender {
  return {
    name: "upstream's way",
    rounds,
    command: [join(ROOT, "bench/upstream.sh")],
    get env() {
      const work = join(job.folder(), "upstream");
      return { ...scriptEnvironment(world, work), BASE: "debian:trixie", TAG: job.tag() };
    },
    after: () => secondsOfScript(join(job.folder(), "upstream")),
  };
}

const scriptEnvironment = (world: World, work: string): NodeJS.ProcessEnv => ({
  ...world.env,
  SOURCE: world.source,
  LIBRARIES: SAMPLE,
  WORK: work,
});

async function secondsOfScript(work: string): Promise<Record<string, number>> {
  const lines = (await readFile(join(work, "seconds"), "utf8")).trim().split("\n");
  return { programs: lines.map(Number).reduce((sum, seconds) => sum + seconds, 0) };
}
