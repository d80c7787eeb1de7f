// SPDX-License-Identifier: Apache-2.0
/** The Maven to run, and the JDK that it runs on. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import type { Config } from "../config/schema.ts";
import { missing, type OscKollaError } from "../system/errors.ts";
import { howToInstall, type Packages } from "../system/os-release.ts";
import { lastLines, runProcess } from "../system/process.ts";
import { findProgram, type ProgramContext } from "../system/programs.ts";
import { findJdks, javaEnvironment, majorOf } from "./java.ts";

export interface MavenProgram {
  /** absolute path */
  readonly file: string;
  /** "3.8.7" */
  readonly version: string;
  /** "1.8.0_442", "17.0.15" */
  readonly java: string;
  /** what JAVA_HOME must be for that Java; null: nothing */
  readonly javaHome: string | null;
  /** the home of that Java, as Maven tells it: where Maven sees it, which may be in a container; null: it does not tell */
  readonly runtime: string | null;
}

interface FindContext extends ProgramContext {
  readonly config: Pick<Config, "maven">;
}

/**
 * Finds Maven and a JDK of the right version. Each is asked for its version once, as long as it stays the same.
 *
 * The JDK is the one of the settings; else the one that Maven takes by itself (a maven.command may bring its own); else
 * one that is looked for where distributions put them.
 *
 * @throws MISSING (exit 3) when there is no Maven, no JDK, or none of the right version
 */
export async function findMaven(context: FindContext): Promise<MavenProgram> {
  const { config, env, cwd } = context;
  const file = await findProgram(config.maven.command, env, cwd);
  if (file === undefined) throw await noMaven(context);
  const given = config.maven.java_home;
  if (given !== undefined) return fitting(await askMaven(file, given, context), `maven.java_home is ${given}`, context);

  const own = await askMaven(file, env["JAVA_HOME"], context).catch((thrown: unknown) => thrown);
  if (isFit(own, context)) return own;
  const found = await findJdks(context);
  const fit = found.find(({ version }) => fits(version, context));
  if (fit !== undefined) return askMaven(file, fit.home, context);
  if (!isProgram(own)) throw own;
  const others = found.map(({ home, version }) => `${home} is ${version}`).join(", ");
  return fitting(own, others === "" ? "no JDK was found" : `found were ${others}`, context);
}

/** Where there is no JDK either, that is told together: otherwise it would be the next thing that is missing. */
async function noMaven(context: FindContext): Promise<OscKollaError> {
  const { command, java_home: given, java_version: wanted } = context.config.maven;
  const install = await howToInstall("Maven", { "apt-get": "maven", dnf: "maven", zypper: "maven" });
  const program = `there is no program ${JSON.stringify(command)}`;
  const hint = `${install}, or set maven.command.`;
  // a JDK that is named, or comes with a command of somebody's own, is looked at once Maven can be asked
  const isLookedFor = given === undefined && command === "mvn";
  if (!isLookedFor || (await findJdks(context)).some(({ version }) => fits(version, context))) {
    return missing("looking for Maven", program, hint);
  }
  const jdk = await noJdk(context, `and no JDK${wanted === "any" ? "" : ` ${String(wanted)}`} was found either`);
  return missing("looking for Maven and a JDK", `${program}\n${jdk.reason}`, `${hint}\n${String(jdk.hint)}`);
}

const isProgram = (answer: unknown): answer is MavenProgram =>
  typeof answer === "object" && answer !== null && "java" in answer;

const isFit = (answer: unknown, context: FindContext): answer is MavenProgram =>
  isProgram(answer) && fits(answer.java, context);

function fits(version: string, { config }: FindContext): boolean {
  const wanted = config.maven.java_version;
  return wanted === "any" || majorOf(version) === wanted;
}

async function fitting(program: MavenProgram, seen: string, context: FindContext): Promise<MavenProgram> {
  if (fits(program.java, context)) return program;
  throw await noJdk(
    context,
    `JDK ${String(context.config.maven.java_version)} is needed; Maven would run on Java ${program.java}; ${seen}`,
  );
}

async function askMaven(file: string, javaHome: string | undefined, context: FindContext): Promise<MavenProgram> {
  const { env: given, cwd, signal, remember } = context;
  const env = javaEnvironment(given, { JAVA_HOME: javaHome });
  const java = javaHome === undefined ? await findProgram("java", env, cwd) : join(javaHome, "bin/java");
  const name = `maven${(javaHome ?? "").replaceAll(/[^\w.-]/g, "-")}`;
  const answer = await remember(name, [file, java ?? "no java"], async () => {
    const result = await runProcess({ file, args: ["--version"], cwd, env, signal, timeout: 60_000 });
    if (result.exitCode !== 0) throw await noJdk(context, `${file}: ${lastLines(result, 3)}`);
    return result.stdout;
  });
  return { file, ...(await parse(file, answer, context)), javaHome: javaHome ?? null };
}

/** What `mvn --version` says; undefined where it says something else. */
export function parseVersions(answer: string): Pick<MavenProgram, "version" | "java"> | undefined {
  // eslint-disable-next-line no-control-regex -- Maven colours its name
  const version = /Apache Maven (\S+?)(?:\x1b\[m)?(?:\s|$)/.exec(answer)?.[1];
  const java = /^Java version: ([^,\s]+)/m.exec(answer)?.[1];
  return version === undefined || java === undefined ? undefined : { version, java };
}

async function parse(
  file: string,
  answer: string,
  context: FindContext,
): Promise<Pick<MavenProgram, "version" | "java" | "runtime">> {
  const versions = parseVersions(answer);
  if (versions === undefined) {
    throw missing(
      "asking Maven for its version",
      `${file} --version said: ${answer}`,
      "maven.command must take Maven's arguments.",
    );
  }
  // Maven 3.3 has a line of its own for it
  const home = /^(?:Java home|Java version:.*runtime): (.+?)\s*$/m.exec(answer)?.[1];
  if (home !== undefined && (await isRuntimeOnly(home))) {
    throw await noJdk(context, `Maven runs on ${home}, a Java runtime without the compiler javac`);
  }
  return { ...versions, runtime: home ?? null };
}

/** A folder that is not there may be one in a container or chroot that maven.command enters: nothing can be said. */
async function isRuntimeOnly(home: string): Promise<boolean> {
  if (!(await fsExtra.pathExists(home))) return false;
  const places = ["bin/javac", "../bin/javac"].map((place) => fsExtra.pathExists(join(home, place)));
  return !(await Promise.all(places)).includes(true);
}

/** Packages of JDKs, by maven.java_version; Debian has JDK 8 in sid only. */
const JDKS: Readonly<Record<string, Packages>> = {
  any: { "apt-get": "default-jdk-headless", dnf: "java-devel", zypper: "java-devel" },
  8: {
    ubuntu: "openjdk-8-jdk-headless",
    debian: undefined,
    dnf: "java-1.8.0-openjdk-devel",
    zypper: "java-1_8_0-openjdk-devel",
  },
};

async function noJdk({ config }: FindContext, cause: string): Promise<OscKollaError> {
  const wanted = String(config.maven.java_version);
  const install = await howToInstall(wanted === "any" ? "a JDK" : `a JDK ${wanted}`, JDKS[wanted] ?? {});
  return missing("looking for a JDK", cause, `${install}, and point JAVA_HOME or maven.java_home at it.`);
}
