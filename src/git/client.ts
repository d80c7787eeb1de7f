// SPDX-License-Identifier: Apache-2.0
/** Starting git: the one place that uses simple-git. */
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { GitError, type SimpleGit, simpleGit } from "simple-git";
import { namedAuthorities } from "../system/authorities.ts";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { messageOf, stagingFailed } from "../system/errors.ts";
import { hintFor } from "../system/hints.ts";
import type { ProgramLog } from "../system/log.ts";
import { MARKED, watchOverChildren } from "../system/orphans.ts";
import { lastLines, type ProcessResult, runProcess } from "../system/process.ts";
import { quote } from "../system/quote.ts";
import { mask } from "../system/secrets.ts";
import { GIT_HINTS } from "./hints.ts";
import { progressOf } from "./output.ts";

export interface GitContext {
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** gets git's output */
  readonly log?: ProgramLog;
  /** nothing may be touched: what is found damaged stays */
  readonly dry?: boolean;
  /** is told how far git is, where there is a log */
  readonly progress?: (line: string) => void;
}

/** git must fail rather than ask: nobody may be there to answer. */
const FIXED: Environment = { GIT_TERMINAL_PROMPT: "0" };

/** git's environment. Its TLS knows no SSL_CERT_FILE on Debian; what that names is trusted all the same. */
const environmentOf = (env: Environment): Record<string, string> =>
  childEnvironment(env, { ...FIXED, GIT_SSL_CAINFO: env["GIT_SSL_CAINFO"] ?? namedAuthorities(env) });

/** Settings for every call, stronger than those of the operator's files: they would change what is built. */
const CONFIG = ["core.autocrlf=false", "core.symlinks=true", "core.hooksPath=/dev/null", "gc.auto=0"];

/** A line that git would be started with. */
export interface GitCommand {
  readonly args: readonly string[];
  /** where, as far as it matters */
  readonly cwd?: string;
}

/** The line that git is started with. */
export const gitCommand = (args: readonly string[]): string[] => [
  "git",
  ...CONFIG.flatMap((setting) => ["-c", setting]),
  ...args,
];

/**
 * A git that works in `folder`, with the environment, the abort signal, the log and the masking of every other child.
 *
 * @throws (each call) simple-git's GitError, whose message is git's own output
 */
export function git(folder: string, context: GitContext): SimpleGit {
  const { log, progress } = context;
  watchOverChildren();
  const env = { ...environmentOf(context.env), ...MARKED };
  const client = simpleGit(folder, {
    abort: context.signal,
    config: CONFIG,
    trimmed: true,
    // simple-git takes a failure without a word on stderr (rev-parse --quiet) for a success
    errors: (error, { exitCode, stdErr }) => error ?? (exitCode === 0 ? undefined : Buffer.concat(stdErr)),
    // simple-git takes any hooksPath for an attack; ours switches hooks off
    unsafe: { allowUnsafeHooksPath: true },
    // it guards against an environment taken as it is; ours is an allow-list already
    allowEnvironment: Object.keys(env),
  }).env(env);
  if (log !== undefined) {
    client.outputHandler((command, stdout, stderr, args) => {
      log.write(`$ ${[command, ...args].map(quote).join(" ")}`);
      log.step({ program: command, args });
      follow(stdout, log.write);
      follow(stderr, (line) => {
        log.write(line);
        const told = progressOf(line);
        if (told !== undefined) progress?.(told);
      });
    });
  }
  return client;
}

/**
 * Runs git to its end, in a process group of its own. simple-git ends git alone, and what it has started to speak with a
 * server (git-remote-http, ssh) goes on waiting for one that is silent, and we for its output.
 *
 * @param timeout in milliseconds; undefined: as long as it takes
 * @param folder not the caller's: a repository there has a configuration of its own
 */
export function runGit(
  args: readonly string[],
  context: GitContext,
  timeout: number | undefined,
  folder = "/",
): Promise<ProcessResult> {
  return runProcess({ ...requestOf(folder, args, context), ...(timeout === undefined ? {} : { timeout }) });
}

const requestOf = (cwd: string, args: readonly string[], { env, signal, log }: GitContext) => ({
  file: "git",
  args: gitCommand(args).slice(1),
  cwd,
  env: environmentOf(env),
  signal,
  ...(log === undefined ? {} : { log }),
});

/**
 * Runs a git that prints nothing when all is well: simple-git would wait 50 ms behind such a one, for output that may come late.
 *
 * @throws GitError with git's own words
 */
export async function runSilentGit(folder: string, args: readonly string[], context: GitContext): Promise<void> {
  const result = await runGit(args, context, undefined, folder);
  if (result.exitCode !== 0) throw new GitError(undefined, lastLines(result, Infinity));
}

/**
 * Runs git and takes what it prints as it is.
 *
 * @param input what it reads
 * @throws GitError with git's own words
 */
export async function readGit(
  folder: string,
  args: readonly string[],
  input: Iterable<Uint8Array>,
  context: GitContext,
): Promise<Buffer> {
  let printed = Buffer.alloc(0);
  const result = await runProcess({
    ...requestOf(folder, args, context),
    input,
    output: async (bytes) => {
      printed = await buffer(bytes);
    },
  });
  if (result.exitCode !== 0) throw new GitError(undefined, lastLines(result, Infinity));
  return printed;
}

/** "git 2.39.5" */
export async function gitVersion(context: GitContext): Promise<string> {
  return (await runGit(["--version"], context, 30_000)).stdout.replace("version ", "");
}

/** Whole lines only: a credential could come in two chunks. */
function follow(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  createInterface({ input: stream }).on("line", take);
}

/** git's own advice, what it says when a program below it (ssh) has told why, and how far the server was. */
const SHRUG =
  /^(fatal: Could not read from remote repository\.|Please make sure you have the correct access|and the repository exists\.|remote: (Total|Enumerating|Counting|Compressing) )/;

/** What git says at the end: its last two "fatal:" or "error:" lines, else the last two lines of what it started. */
export function lastWords(thrown: unknown): string {
  const all = mask(messageOf(thrown))
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "");
  const lines = all.filter((line) => !SHRUG.test(line));
  const told = lines.filter((line) => /^(fatal|error|remote):/.test(line));
  if (told.length > 0) return told.slice(-2).join("\n");
  return (lines.length > 0 ? lines : all).slice(all.length > lines.length ? -2 : -1).join("\n");
}

/** git working in our own folders: when it fails there, it is the machine's fault (a full disk), not the repository's. */
export async function inWorkFolder(what: string, context: GitContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    context.signal.throwIfAborted();
    if (!(thrown instanceof GitError)) throw thrown;
    const words = lastWords(thrown);
    throw stagingFailed(
      what,
      words === "" ? "git failed without a word" : words,
      hintFor(words, GIT_HINTS) ?? "Is there room on the disk?",
    );
  }
}
