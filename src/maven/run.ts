// SPDX-License-Identifier: Apache-2.0
/** Running Maven in a private home. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { buildFailed, notHere } from "../system/errors.ts";
import { writeFileAtomic } from "../system/files.ts";
import { hintFor } from "../system/hints.ts";
import type { ProgramLog } from "../system/log.ts";
import { type ProcessRequest, type ProcessResult, wasKilled } from "../system/process.ts";
import { MAVEN_HINTS } from "./hints.ts";
import { NO_TRACES } from "./java.ts";
import type { OperatorSettings } from "./operator.ts";
import { FailureWords, progressOf } from "./output.ts";
import type { Proxy } from "./proxies.ts";
import type { Repositories } from "./repositories.ts";

export interface MavenRun {
  /** Maven itself: a program */
  readonly file: string;
  /** starts it, on this machine or in a container; see runProcess */
  readonly start: (request: ProcessRequest) => Promise<ProcessResult>;
  /** the environment; the private home is added here */
  readonly env: Readonly<Record<string, string>>;
  readonly repositories: Repositories;
  readonly proxies: readonly Proxy[];
  /** the content of a truststore, where Java's own will not do; see truststore.ts */
  readonly trust: Buffer | undefined;
  readonly operator: OperatorSettings | undefined;
  /** whether Maven may ask other machines for what its local repository lacks */
  readonly offline: boolean;
  /** what is built, for people */
  readonly project: string;
  /** the work tree */
  readonly tree: string;
  /** the private home: .m2/repository and settings.xml lie below it */
  readonly home: string;
  /** goals and what goes with them */
  readonly args: readonly string[];
  readonly log: ProgramLog;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** What of a run says how Maven is started. */
export type MavenLine = Pick<MavenRun, "file" | "env" | "operator" | "offline" | "tree" | "home" | "args">;

/**
 * How Maven is started, on this machine or in a container.
 *
 * @param options what more the JVMs are given
 */
export const mavenRequest = (
  line: MavenLine,
  options: readonly string[] = [],
): Pick<ProcessRequest, "file" | "args" | "cwd" | "env"> => ({
  file: line.file,
  args: [...commonArguments(line), ...line.args],
  cwd: line.tree,
  env: { ...line.env, ...privateHome(line.home, options) },
});

/** Where the local repository of a private home lies; osc-export reads it below user.home. */
export const localRepository = (home: string): string => join(home, ".m2/repository");

/**
 * Builds a work tree: always the whole reactor (resuming with -rf gives other file names), in batch mode.
 *
 * @throws BUILD_FAILED (exit 5) with the failing module and the lines that count
 */
export async function runMaven(run: MavenRun): Promise<void> {
  const { home, log } = run;
  await writeSettings(run);
  const options = await writeTruststore(run);
  await fsExtra.emptyDir(temporaryFolder(home));
  const words = new FailureWords();
  const result = await run.start({
    ...mavenRequest(run, options),
    log,
    signal: run.signal,
    onLine: (line) => {
      const progress = progressOf(line);
      if (progress !== undefined) run.progress(progress);
      words.take(line);
    },
  });
  if (result.exitCode === 0) return;
  const absent = words.lines.filter((line) => /offline mode|No plugin found for prefix/.test(line));
  if (run.offline && absent.length > 0) throw notHere(absent, log.path);
  await forgetAbsences(localRepository(home));
  const { module } = words;
  const project = module === undefined || module === run.project ? run.project : `${module} of ${run.project}`;
  const told = cause(words.lines, result);
  const hint = hintFor(told, MAVEN_HINTS) ?? "The lines above are Maven's; the log has all of it.";
  throw buildFailed(project, told, hint, log.path);
}

const settingsFile = (home: string): string => join(home, "settings.xml");

async function writeSettings({ home, repositories, proxies }: MavenRun): Promise<void> {
  const { settingsXml } = await import("./settings.ts");
  const content = settingsXml({ localRepository: localRepository(home), proxies, ...repositories });
  await writeFileAtomic(settingsFile(home), content, 0o600);
}

/** Writes the truststore, where there is one, and returns what Java must be told of it. */
async function writeTruststore({ home, trust }: MavenRun): Promise<string[]> {
  const file = join(home, "truststore.jks");
  if (trust === undefined) return [];
  await writeFileAtomic(file, trust);
  return [`-Djavax.net.ssl.trustStore=${file}`];
}

function commonArguments({ home, operator, offline }: MavenLine): string[] {
  const local = [`-Duser.home=${home}`, `-Dmaven.repo.local=${localRepository(home)}`];
  const his = operator === undefined ? [] : ["-gs", operator.file];
  const security = operator?.security === undefined ? [] : [`-Dsettings.security=${operator.security}`];
  return ["-B", "-ntp", ...(offline ? ["-o"] : []), "-s", settingsFile(home), ...his, ...security, ...local];
}

const temporaryFolder = (home: string): string => join(home, "tmp");

/**
 * The variables that keep a build in the private home. bnd takes $HOME first; Java takes user.home from the passwd file,
 * not from $HOME; and the JVM that GWT's compiler forks sees no option of Maven's, but JAVA_TOOL_OPTIONS.
 */
function privateHome(home: string, more: readonly string[]): Record<string, string> {
  const temporary = temporaryFolder(home);
  const options = [
    NO_TRACES,
    `-Duser.home=${home}`,
    `-Duser.name=${BUILT_BY}`,
    `-Djava.io.tmpdir=${temporary}`,
    ...more,
  ];
  return { HOME: home, TMPDIR: temporary, JAVA_TOOL_OPTIONS: options.map(quoted).join(" ") };
}

/** What stands in every manifest as Built-By, whoever builds. */
const BUILT_BY = "osc";

/** As the JVM reads JAVA_TOOL_OPTIONS. */
const quoted = (option: string): string => (/[\s"']/.test(option) ? `"${option.replaceAll('"', `"'"'"`)}"` : option);

function cause(words: readonly string[], result: ProcessResult): string {
  if (wasKilled(result)) return "Maven was killed (SIGKILL), most often for want of memory";
  return (words.length > 0 ? words : result.tail.slice(-5)).join("\n");
}

/** Maven notes what it did not find, and asks no repository for it again for a day: not even one that has it by then. */
async function forgetAbsences(repository: string): Promise<void> {
  const names = (await fsExtra.pathExists(repository)) ? await readdir(repository, { recursive: true }) : [];
  const notes = names.filter((name) => name.endsWith(".lastUpdated"));
  await Promise.all(notes.map((name) => fsExtra.remove(join(repository, name))));
}
