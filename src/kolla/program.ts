// SPDX-License-Identifier: Apache-2.0
/** The kolla-build to run. */
import { open } from "node:fs/promises";
import type { Config } from "../config/schema.ts";
import { childEnvironment } from "../system/environment.ts";
import { missing } from "../system/errors.ts";
import { lastLines, type ProcessResult, runProcess } from "../system/process.ts";
import { findProgram, type ProgramContext } from "../system/programs.ts";
import { ASK_RELEASE, OLDEST, parseRelease, type Release, releaseOf } from "./releases.ts";

/** Where kolla is. */
export interface KollaPlace {
  /** absolute path of kolla-build */
  readonly file: string;
  /** absolute path of the Python that it runs in; undefined: not known, and kolla cannot be asked more than its version */
  readonly python: string | undefined;
}

export interface KollaProgram extends KollaPlace {
  /** "23.0.0" */
  readonly version: string;
  /** its first number */
  readonly major: number;
  readonly release: Release;
}

export interface FindContext extends ProgramContext {
  readonly config: Config;
}

/** What is said where kolla's Python is not known, or is another one. */
export const PYTHON_HINT =
  "Set kolla.python to the Python that kolla is installed in (bin/python of its venv); where kolla-build names it in its first line, leave it out.";

const HINT =
  "`make setup` (or `scripts/venv.sh`, which needs no root) makes a Python venv with kolla; or set kolla.command.";

/**
 * Finds kolla-build and its Python, and starts neither.
 *
 * @throws MISSING (exit 3) where one that the settings name is not there
 */
export async function locateKolla({ config, env, cwd }: FindContext): Promise<KollaPlace> {
  const { command, python: named } = config.kolla;
  const file = await findProgram(command, env, cwd);
  if (file === undefined) throw missing("looking for kolla", `there is no program ${JSON.stringify(command)}`, HINT);
  const python = await findProgram(named ?? (await interpreterOf(file)) ?? "", env, cwd);
  if (named !== undefined && python === undefined)
    throw missing("looking for kolla's Python", `there is no program ${JSON.stringify(named)}`, PYTHON_HINT);
  return { file, python };
}

/**
 * Finds kolla-build and asks it (once, as long as it stays the same) for its version.
 *
 * @throws MISSING (exit 3) when it is not there, does not start, or is too old
 */
export async function findKolla(context: FindContext): Promise<KollaProgram> {
  const place = await locateKolla(context);
  const { file } = place;
  const [answer, release] = await Promise.all([askVersion(file, context), askRelease(place, context)]);
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
  return { ...place, version, major, release: release ?? releaseOf(major) };
}

/** @throws MISSING (exit 3) when it does not start, or fails */
const askVersion = (file: string, { env, cwd, signal, remember }: FindContext): Promise<string> =>
  remember("kolla-build", [file], async () => {
    const args = ["--version"];
    const result = await runProcess({ file, args, cwd, env: childEnvironment(env), signal, timeout: 120_000 });
    if (result.exitCode === 0) return result.tail.join("\n");
    throw missing("asking kolla-build for its version", `${file}: ${lastLines(result, 3)}`, HINT);
  });

/** pip's and uv's way of naming an interpreter whose path is too long for a first line, or has blanks. */
const EXEC_LINE = /^#!\/bin\/sh\n'''exec' (["']?)(\/.*?)\1 (?:-\S+ )*"\$0" "\$@"\n/;

const FIRST_LINE = /^#!\s*(?:\S*\/env\s+(?:-S\s*)?)?(\S*python[\d.]*)(?=\s)/;

/** The interpreter that a script names, where that is a Python: a path, or a name that is looked up on PATH. */
async function interpreterOf(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8192), 0, 8192, 0);
    const start = buffer.toString("utf8", 0, bytesRead);
    return EXEC_LINE.exec(start)?.[2] ?? FIRST_LINE.exec(start)?.[1];
  } finally {
    await handle.close();
  }
}

/**
 * Asks the installed kolla what it can do; undefined where its Python is not known, or does not tell.
 *
 * @throws MISSING (exit 3) where a Python that the settings name has no kolla
 */
async function askRelease(
  { file, python }: KollaPlace,
  { config, env, signal, remember }: FindContext,
): Promise<Release | undefined> {
  if (python === undefined) return undefined;
  const answer = await remember("kolla-release", [file, python], async () => {
    const result = await askPython(python, ASK_RELEASE, childEnvironment(env), signal);
    if (result.exitCode !== 0 && config.kolla.python !== undefined) {
      throw missing("asking kolla's Python what kolla can do", `${python}: ${lastLines(result, 1)}`, PYTHON_HINT);
    }
    return result.stdout;
  });
  return parseRelease(answer);
}

/**
 * Runs a program of Python; not in the caller's folder: Python would import what lies there.
 *
 * @param env of the child
 */
export const askPython = (
  python: string,
  program: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ProcessResult> =>
  runProcess({ file: python, args: ["-c", program], cwd: "/", env, signal, timeout: 120_000 });
