// SPDX-License-Identifier: Apache-2.0
/** What the end-to-end tests share: the real command, the engine and the kolla that `make setup` recorded. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fsExtra from "fs-extra";
import type { Result } from "../../src/cli/result.ts";

const execute = promisify(execFile);

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const COMMAND = join(ROOT, "bin/osc-kolla.js");
export const SAMPLE = join(ROOT, ".osc-kolla/sample");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Runs a program to its end, whatever its exit code. */
export async function run(file: string, args: readonly string[], env: Variables = {}, cwd = ROOT): Promise<Ended> {
  const all = { ...process.env, ...env };
  try {
    const { stdout, stderr } = await execute(file, args, { cwd, env: all, maxBuffer: 1 << 28 });
    return { code: 0, stdout, stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code: unknown; stdout: string; stderr: string };
    if (typeof code !== "number") throw thrown;
    return { code, stdout, stderr };
  }
}

/** Runs a program that must end well; its stdout. */
export async function must(file: string, args: readonly string[], env: Variables = {}, cwd = ROOT): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, env, cwd);
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${String(code)}:\n${stderr}`);
  return stdout;
}

/** The Python that a kolla-build runs on, where the real oslo.config and kolla can be imported. */
export const pythonOf = async (kollaBuild: string): Promise<string> =>
  (await readFile(kollaBuild, "utf8")).split("\n")[0]?.slice(2) ?? "";

interface Setup {
  readonly endpoint: string | undefined;
  readonly kollaBuild: string;
}

/** What `make setup` found and made; without it an end-to-end test cannot run, and fails. */
async function readSetup(): Promise<Setup> {
  const file = join(ROOT, ".osc-kolla/setup.json");
  const { defaults } = (await fsExtra.readJson(file)) as { defaults: Record<string, string | undefined> };
  const kollaBuild = defaults["kolla.command"];
  if (kollaBuild === undefined) throw new Error(`${file} names no kolla-build: run make setup`);
  return { endpoint: process.env["DOCKER_HOST"] ?? defaults["engine.endpoint"], kollaBuild };
}

/** A folder for one suite: work and output folders, and programs that count how often they are started. */
export class Bench {
  readonly folder: string;
  readonly endpoint: string | undefined;
  readonly kollaBuild: string;
  /** of this run's images alone */
  readonly tag: string;

  private constructor(folder: string, { endpoint, kollaBuild }: Setup, name: string) {
    this.folder = folder;
    this.endpoint = endpoint;
    this.kollaBuild = kollaBuild;
    this.tag = `e2e-${name}-${String(process.pid)}`;
  }

  /** @param kollaBuild absolute path of another kolla-build than that of `make setup` */
  static async make(name: string, kollaBuild?: string): Promise<Bench> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), `osc-kolla-${name}-`)));
    const setup = await readSetup();
    const bench = new Bench(folder, { ...setup, kollaBuild: kollaBuild ?? setup.kollaBuild }, name);
    await bench.#tracer("mvn", "mvn");
    await bench.#tracer("kolla-build", bench.kollaBuild);
    return bench;
  }

  /** A program that notes its start and becomes the real one. */
  async #tracer(name: string, real: string): Promise<void> {
    const file = join(this.folder, name);
    const note = `printf '%s\\n' '${name}' >> '${this.folder}/started'`;
    await writeFile(file, `#!/bin/sh\n${note}\nexec '${real}' "$@"\n`);
    await chmod(file, 0o755);
  }

  /** Which traced programs were started so far, in order. */
  async started(): Promise<string[]> {
    const file = join(this.folder, "started");
    return (await fsExtra.pathExists(file)) ? (await readFile(file, "utf8")).trim().split("\n") : [];
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Has the first build begin with what Maven downloads for the sample, where scripts/test.sh has had that done. */
  async takeDownloads(): Promise<void> {
    const repository = "maven/.m2/repository";
    for (const path of ["CACHEDIR.TAG", repository]) {
      const from = join(ROOT, ".osc-kolla/downloads", path);
      if (!(await fsExtra.pathExists(from))) return;
      // but not what was built of the sample
      const filter = (source: string) => source !== join(from, "org/osc");
      await fsExtra.copy(from, this.path("work", path), { filter });
    }
  }

  /** The options of a run on the sample, in this bench's folders. */
  get options(): string[] {
    const settings = { "maven.command": this.path("mvn"), "kolla.command": this.path("kolla-build") };
    return [
      ...["--config", join(ROOT, "fixtures/demo.yaml")],
      ...["--work-dir", this.path("work"), "--output-dir", this.path("out"), "--tag", this.tag],
      ...Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]),
    ];
  }

  osc(command: string, args: readonly string[] = [], env: Variables = {}): Promise<Ended> {
    const own = args.includes("--") ? args.indexOf("--") : args.length;
    const all = [COMMAND, command, ...this.options, ...args.slice(0, own), "--json", ...args.slice(own)];
    return run(process.execPath, all, env);
  }

  /** Runs a command that must end well; its result. */
  async result(command: string, args: readonly string[] = [], env: Variables = {}): Promise<Result> {
    const { code, stdout, stderr } = await this.osc(command, args, env);
    if (code !== 0) throw new Error(`osc-kolla ${command} ended with ${String(code)}:\n${stderr}`);
    return JSON.parse(stdout) as Result;
  }

  /** A setting's value, as it is in force here. */
  async setting(key: string): Promise<unknown> {
    const answer = await must(process.execPath, [COMMAND, "config", ...this.options, "--json"]);
    const { settings } = JSON.parse(answer) as { settings: Record<string, { value: unknown }> };
    return settings[key]?.value;
  }

  /** Calls the engine's client; its stdout, trimmed. */
  async docker(...args: string[]): Promise<string> {
    return (await must("docker", args, { DOCKER_HOST: this.endpoint })).trim();
  }

  /** Runs a command in a fresh container of an image, on no network. */
  inImage(image: string, ...command: string[]): Promise<string> {
    return this.docker("run", "--rm", "--network", "none", image, ...command);
  }

  /**
   * The digests of the three payload layers of an osc-base, from the one that changes least. Behind them come two RUN
   * steps that change nothing: BuildKit makes a layer with the folder /etc of each, the classic builder none.
   */
  async payloadLayers(image: string, buildkit: boolean): Promise<string[]> {
    const all = await this.layers(image);
    return buildkit ? all.slice(-5, -2) : all.slice(-3);
  }

  /** The digests of all layers, lowest first. */
  async layers(image: string): Promise<string[]> {
    return JSON.parse(await this.docker("inspect", "--format", "{{json .RootFS.Layers}}", image)) as string[];
  }

  /** Removes this bench's images and folder. */
  async remove(): Promise<void> {
    // by name: what another suite has built may be the same image
    const filter = ["--filter", `reference=*/*:${this.tag}`, "--format", "{{.Repository}}:{{.Tag}}"];
    const names = (await this.docker("image", "ls", ...filter)).split("\n").filter((name) => name !== "");
    if (names.length > 0) await this.docker("image", "rm", "--force", ...names);
    await fsExtra.remove(this.folder);
  }
}

/** Asks until the answer satisfies, for at most `seconds`; the last answer. */
export async function eventually<T>(seconds: number, ask: () => Promise<T>, done: (answer: T) => boolean): Promise<T> {
  for (let left = seconds; ; left--) {
    const answer = await ask();
    if (done(answer) || left <= 0) return answer;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
