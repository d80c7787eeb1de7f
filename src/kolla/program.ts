// SPDX-License-Identifier: Apache-2.0
/** The kolla-build to run. */
import { open } from "node:fs/promises";
import type { Config } from "../config/schema.ts";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { missing } from "../system/errors.ts";
import { lastLines, type ProcessResult, runProcess } from "../system/process.ts";
import { findProgram, type ProgramContext } from "../system/programs.ts";
import { ASK_RELEASE, OLDEST, parseRelease, type Release, releaseOf } from "./releases.ts";

export interface KollaProgram {
  /** absolute path */
  readonly file: string;
  /** "23.0.0" */
  readonly version: string;
  /** its first number */
  readonly major: number;
  readonly release: Release;
}

export interface FindContext extends ProgramContext {
  readonly config: Config;
}

const HINT =
  "`make setup` (or `scripts/venv.sh`, which needs no root) makes a Python venv with kolla; or set kolla.command.";

/**
 * Finds kolla-build and asks it (once, as long as it stays the same) for its version.
 *
 * @throws MISSING (exit 3) when it is not there, does not start, or is too old
 */
export async function findKolla(context: FindContext): Promise<KollaProgram> {
  const { config, env, cwd } = context;
  const file = await findProgram(config.kolla.command, env, cwd);
  if (file === undefined) {
    throw missing("looking for kolla", `there is no program ${JSON.stringify(config.kolla.command)}`, HINT);
  }
  const [answer, release] = await Promise.all([askVersion(file, context), askRelease(file, context)]);
  const version = /\d+(\.\d+)+\S*/.exec(answer)?.[0];
  if (version === undefined) throw missing("asking kolla-build for its version", `${file} said: ${answer}`, HINT);
  const major = Number.parseInt(version, 10);
  if (major < OLDEST) {
    throw missing(
      "looking at kolla",
      `${file} is kolla ${version}, and the oldest one that osc-kolla is for is ${String(OLDEST)}`,
      HINT,
    );
  }
  return { file, version, major, release: release ?? releaseOf(major) };
}

/** @throws MISSING (exit 3) when it does not start, or fails */
const askVersion = (file: string, { env, cwd, signal, remember }: FindContext): Promise<string> =>
  remember("kolla-build", [file], async () => {
    const args = ["--version"];
    const result = await runProcess({ file, args, cwd, env: childEnvironment(env), signal, timeout: 120_000 });
    if (result.exitCode === 0) return result.tail.join("\n");
    throw missing("asking kolla-build for its version", `${file}: ${lastLines(result, 3)}`, HINT);
  });

/** Asks the installed kolla what it can do; undefined where it is no Python script, or does not tell. */
async function askRelease(file: string, { env, signal, remember }: FindContext): Promise<Release | undefined> {
  const python = await interpreterOf({ file });
  if (python === undefined) return undefined;
  const answer = await remember("kolla-release", [file], async () => {
    const { stdout } = await askPython(python, ASK_RELEASE, env, signal);
    return stdout;
  });
  return parseRelease(answer);
}

/** Runs a program of Python; not in the caller's folder: Python would import what lies there. */
const askPython = (python: string, program: string, env: Environment, signal: AbortSignal): Promise<ProcessResult> =>
  runProcess({ file: python, args: ["-c", program], cwd: "/", env: childEnvironment(env), signal, timeout: 120_000 });

/**
 * Looks whether kolla's Python has the SDK of the engine, without which kolla-build only fails after minutes of other
 * stages. A kolla-build that is no Python script is not asked.
 *
 * @returns the SDK's version; undefined where it is not known
 * @throws MISSING (exit 3)
 */
export async function requireSdk(
  kolla: KollaProgram,
  { config, env, signal }: FindContext,
): Promise<string | undefined> {
  const python = await interpreterOf(kolla);
  if (python === undefined) return undefined;
  const sdk = config.kolla.engine;
  const program = `import ${sdk}; print(getattr(${sdk}, "__version__", ""))`;
  const result = await askPython(python, program, env, signal);
  if (result.exitCode === 0) return result.stdout === "" ? undefined : result.stdout;
  throw missing(
    `looking for kolla's ${sdk} SDK`,
    `${python}: ${lastLines(result, 1)}`,
    `Install it beside kolla: ${python} -m pip install ${sdk}`,
  );
}

/** The interpreter that kolla-build names in its first line, where that is a Python. */
export async function interpreterOf({ file }: Pick<KollaProgram, "file">): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return /^#!\s*(\S*\/python[\d.]*)\s*$/m.exec(buffer.toString("utf8", 0, bytesRead))?.[1];
  } finally {
    await handle.close();
  }
}
