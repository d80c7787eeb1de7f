// SPDX-License-Identifier: Apache-2.0
/** Finding programs, and knowing their versions without starting them again and again. */
import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Environment } from "./environment.ts";
import { readJson, writeJson } from "./files.ts";

/**
 * The absolute path of a program, as a shell would find it.
 *
 * @param command a name (looked up on PATH), or a path (relative to `cwd`)
 * @returns undefined when there is no such file that may be run
 */
export async function findProgram(command: string, env: Environment, cwd: string): Promise<string | undefined> {
  const folders = command.includes("/") ? [cwd] : (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  for (const folder of folders) {
    const path = resolve(folder, command);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** What a program said of itself, and the files that it stands on. */
interface Known {
  readonly key: string;
  readonly answer: string;
}

/**
 * Asks a program once for its version and remembers the answer for as long as its files stay the same (path, size,
 * mtime): a run with nothing to do starts no Maven and no kolla-build.
 *
 * @param name what is asked, as in "maven"
 * @param files absolute paths of the files that the answer depends on
 * @param ask starts the program; what it throws is passed on, and nothing is remembered
 */
export type Remember = (name: string, files: readonly string[], ask: () => Promise<string>) => Promise<string>;

/** What is needed to look for a program and ask it for its version. */
export interface ProgramContext {
  readonly env: Environment;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly remember: Remember;
}

/**
 * A memory for the answers of programs.
 *
 * @param stateDir where answers are kept
 * @param readOnly a dry run writes nothing
 */
export function programMemory(stateDir: string, readOnly: boolean): Remember {
  // checks run side by side: who asks what another one asks or has asked already gets that answer
  const asked = new Map<string, Promise<string>>();
  return async (name, files, ask) => {
    const path = join(stateDir, `program-${name}.json`);
    const key = JSON.stringify(await Promise.all(files.map(fileIdentity)));
    const known = (await readJson(path)) as Known | undefined;
    if (known?.key === key) return known.answer;
    const id = `${name} ${key}`;
    const answer =
      asked.get(id) ??
      answerOf(ask, async (said) => {
        if (!readOnly) await writeJson(path, { key, answer: said } satisfies Known);
      });
    asked.set(id, answer);
    answer.catch(() => asked.delete(id));
    return answer;
  };
}

async function answerOf(ask: () => Promise<string>, keep: (answer: string) => Promise<void>): Promise<string> {
  const answer = await ask();
  await keep(answer);
  return answer;
}

async function fileIdentity(path: string): Promise<readonly string[]> {
  try {
    const real = await realpath(path);
    const { size, mtimeNs, ino } = await stat(real, { bigint: true });
    return [path, real, String(size), String(mtimeNs), String(ino)];
  } catch {
    return [path, "absent"];
  }
}
