// SPDX-License-Identifier: Apache-2.0
/** Another kolla than the one of the settings, to compare with. */
import { readdir } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import fsExtra from "fs-extra";
import { missing, OscKollaError } from "../system/errors.ts";
import { type FindContext, findKolla, type KollaProgram } from "./program.ts";

const PROGRAM = "kolla-build";

/**
 * Finds a kolla that is on this machine; nothing is installed.
 *
 * @param wanted a folder with bin/kolla-build (a Python venv), a program, or a release ("18", "22.2"): looked for on PATH,
 *   and in the venvs beside the one of the settings and in the working directory
 * @throws MISSING (exit 3)
 */
export async function findOtherKolla(wanted: string, kolla: KollaProgram, context: FindContext): Promise<KollaProgram> {
  if (!/^\d+(\.\d+)*$/.test(wanted)) {
    const inside = join(resolve(context.cwd, wanted), "bin", PROGRAM);
    return findKolla(withCommand((await fsExtra.pathExists(inside)) ? inside : wanted, context));
  }
  const found: string[] = [];
  for (const file of await candidates(kolla, context)) {
    const one = await ifItStarts(findKolla(withCommand(file, context)));
    if (one === undefined) continue;
    if (`${one.version}.`.startsWith(`${wanted}.`)) return one;
    found.push(`${file} is ${one.version}`);
  }
  throw missing(`looking for kolla ${wanted}`, ["there is none here", ...found].join("\n"), howToMake(wanted));
}

const howToMake = (release: string): string =>
  `Make one, and name it: python3 -m venv kolla-${release} && kolla-${release}/bin/pip install 'kolla==${release}.*' docker, then --against kolla-${release}`;

const withCommand = (command: string, context: FindContext): FindContext => ({
  ...context,
  config: { ...context.config, kolla: { ...context.config.kolla, command, python: undefined } },
});

/** Absolute paths of programs that may be a kolla-build. */
async function candidates({ file }: KollaProgram, { env, cwd }: FindContext): Promise<string[]> {
  const onPath = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const venvs = await Promise.all([dirname(dirname(dirname(file))), cwd].map(foldersIn));
  const files = [...onPath, ...venvs.flat().map((folder) => join(folder, "bin"))].map((folder) =>
    join(folder, PROGRAM),
  );
  const there = await Promise.all(files.map((one) => fsExtra.pathExists(one)));
  return [...new Set(files.filter((_, index) => there[index]))];
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((one) => one.isDirectory() || one.isSymbolicLink()).map(({ name }) => join(folder, name));
}

async function ifItStarts(kolla: Promise<KollaProgram>): Promise<KollaProgram | undefined> {
  try {
    return await kolla;
  } catch (thrown) {
    if (thrown instanceof OscKollaError) return undefined;
    throw thrown;
  }
}
