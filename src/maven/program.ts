// SPDX-License-Identifier: Apache-2.0
/** The Maven to run, and the JDK that it runs on. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import type { Config } from "../config/schema.ts";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { missing } from "../system/errors.ts";
import { runProcess } from "../system/process.ts";
import { findProgram, type Remember } from "../system/programs.ts";

export interface MavenProgram {
  /** absolute path */
  readonly file: string;
  /** "3.8.7" */
  readonly version: string;
  /** "1.8.0_442", "17.0.15" */
  readonly java: string;
  /** in which it was found, and is to run */
  readonly env: Readonly<Record<string, string>>;
}

interface FindContext {
  readonly config: Config;
  readonly env: Environment;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly remember: Remember;
}

/** The environment in which Maven is looked for and asked. */
function mavenEnvironment({ config, env }: Pick<FindContext, "config" | "env">): Record<string, string> {
  const { java_home: javaHome } = config.maven;
  return childEnvironment(env, javaHome === undefined ? {} : { JAVA_HOME: javaHome });
}

/**
 * Finds Maven and asks it (once, as long as it stays the same) for its version and its Java's.
 *
 * @throws MISSING (exit 3) when there is no Maven, no Java, or a Java without compiler
 */
export async function findMaven(context: FindContext): Promise<MavenProgram> {
  const { config, cwd, signal, remember } = context;
  const env = mavenEnvironment(context);
  const file = await findProgram(config.maven.command, env, cwd);
  if (file === undefined) {
    throw missing(
      "looking for Maven",
      `there is no program ${JSON.stringify(config.maven.command)}`,
      "Install Maven (Debian, Ubuntu: apt-get install maven; Fedora, Rocky: dnf install maven), or set maven.command.",
    );
  }
  const java =
    env["JAVA_HOME"] === undefined ? await findProgram("java", env, cwd) : join(env["JAVA_HOME"], "bin/java");
  const answer = await remember("maven", [file, java ?? "no java"], async () => {
    const result = await runProcess({ file, args: ["--version"], cwd, env, signal, timeout: 60_000 });
    if (result.exitCode !== 0) throw noJdk(result.tail.slice(-3).join("\n") || `${file} --version failed`);
    return result.stdout;
  });
  return { ...(await parse(file, answer)), env };
}

async function parse(file: string, answer: string): Promise<Omit<MavenProgram, "env">> {
  // eslint-disable-next-line no-control-regex -- Maven colours its name
  const version = /Apache Maven (\S+?)(?:\x1b\[m)?(?:\s|$)/.exec(answer)?.[1];
  const [, java, home] = /^Java version: ([^,\s]+)(?:.*(?:runtime|Java home): (.+?))?\s*$/m.exec(answer) ?? [];
  if (version === undefined || java === undefined) {
    throw missing(
      "asking Maven for its version",
      `${file} --version said: ${answer}`,
      "maven.command must take Maven's arguments.",
    );
  }
  if (home !== undefined && (await isRuntimeOnly(home))) {
    throw noJdk(`Maven runs on ${home}, a Java runtime without the compiler javac`);
  }
  return { file, version, java };
}

/** A folder that is not there may be one in a container or chroot that maven.command enters: nothing can be said. */
async function isRuntimeOnly(home: string): Promise<boolean> {
  if (!(await fsExtra.pathExists(home))) return false;
  const places = ["bin/javac", "../bin/javac"].map((place) => fsExtra.pathExists(join(home, place)));
  return !(await Promise.all(places)).includes(true);
}

const noJdk = (cause: string) =>
  missing(
    "looking for a JDK",
    cause,
    "Install a JDK (OSC itself needs JDK 8) and point JAVA_HOME or maven.java_home at it.",
  );
