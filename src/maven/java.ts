// SPDX-License-Identifier: Apache-2.0
/** Finding a JDK of the right version on this machine. */
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { runProcess } from "../system/process.ts";
import { findProgram, type ProgramContext } from "../system/programs.ts";

export interface Jdk {
  /** absolute path, for JAVA_HOME */
  readonly home: string;
  /** "1.8.0_442", "17.0.15" */
  readonly version: string;
}

/** A JVM leaves a folder of its user in /tmp otherwise, for others to watch it by. */
export const NO_TRACES = "-XX:-UsePerfData";

/** The environment of a program of Java's that is asked something. */
export const javaEnvironment = (env: Environment, extra: Environment = {}): Record<string, string> =>
  childEnvironment(env, { JAVA_TOOL_OPTIONS: NO_TRACES, ...extra });

/** "1.8.0_442" is 8, "17.0.15" is 17. */
export function majorOf(version: string): number {
  return Number(/^(?:1\.)?(\d+)/.exec(version)?.[1] ?? NaN);
}

/** Where Debian, Ubuntu, Fedora, RHEL, SUSE and SDKMAN put JDKs, a folder each. */
function usualFolders(env: Environment): string[] {
  const home = env["HOME"];
  const sdkman = env["SDKMAN_DIR"] ?? (home === undefined ? undefined : join(home, ".sdkman"));
  const folders = ["/usr/lib/jvm", "/usr/lib64/jvm", "/usr/java", "/opt/java", "/opt/jdk"];
  return sdkman === undefined ? folders : [...folders, join(sdkman, "candidates/java")];
}

/** Every JDK on this machine, each asked for its version once; JAVA_HOME and the PATH's come first. */
export async function findJdks(context: ProgramContext): Promise<Jdk[]> {
  const { env, cwd } = context;
  const javac = await findProgram("javac", env, cwd);
  const first = [env["JAVA_HOME"], javac === undefined ? undefined : join(await realpath(javac), "../..")];
  const usual = await Promise.all(usualFolders(env).map(subfolders));
  const homes = [...first, ...usual.flat()].filter((home) => home !== undefined);
  const real = await Promise.all(homes.map((home) => realpath(home).catch(() => undefined)));
  const jdks: Jdk[] = [];
  for (const home of new Set(real.filter((one) => one !== undefined))) {
    const version = await jdkVersion(home, context);
    if (version !== undefined) jdks.push({ home, version });
  }
  return jdks;
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** What a JDK's compiler says of itself; undefined where there is no compiler, or it does not start. */
async function jdkVersion(home: string, context: ProgramContext): Promise<string | undefined> {
  const { env, cwd, signal, remember } = context;
  const file = await findProgram(join(home, "bin/javac"), env, cwd);
  if (file === undefined) return undefined;
  const answer = await remember(`javac${home.replaceAll(/[^\w.-]/g, "-")}`, [file], async () => {
    const result = await runProcess({
      file,
      args: ["-version"],
      cwd,
      env: javaEnvironment(env),
      signal,
      timeout: 60_000,
    });
    return result.tail.join("\n");
  });
  return /javac (\S+)/.exec(answer)?.[1];
}
