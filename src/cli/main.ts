// SPDX-License-Identifier: Apache-2.0
/** From a command line to an exit code. */
import { type Command, CommanderError } from "commander";
import { rememberEnvironment } from "../system/environment.ts";
import { defect, EXIT, type ExitCode, fileSystem, OscKollaError, usage } from "../system/errors.ts";
import { toJson } from "../system/json.ts";
import { VERSION } from "../system/package.ts";
import { beginSecrets, rememberSecretsIn } from "../system/secrets.ts";
import { watchSignals } from "../system/signals.ts";
import type { Io } from "./io.ts";
import { masked } from "./masked.ts";
import { makeProgram } from "./program.ts";
import { failureOf, failureText } from "./failure.ts";

/**
 * Runs the command line of this process.
 *
 * @returns the exit code
 */
export async function main(): Promise<number> {
  // what is built must not depend on the caller's umask; git and Maven inherit it
  process.umask(0o022);
  const watch = watchSignals((thrown) => {
    process.stderr.write(failureText(defect(thrown)));
    process.exit(EXIT.defect);
  });
  // who reads our output may go away; the run goes on
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  try {
    return await runCommandLine(process.argv.slice(2), {
      env: process.env,
      cwd: process.cwd(),
      stdout: process.stdout,
      stderr: process.stderr,
      now: () => new Date(),
      clock: () => performance.now(),
      signal: watch.signal,
    });
  } finally {
    watch.release();
  }
}

/**
 * Runs a command line.
 *
 * @param argv without node and the script
 * @returns the exit code; everything is printed
 */
export async function runCommandLine(argv: readonly string[], given: Io): Promise<number> {
  beginSecrets();
  argv.forEach(rememberSecretsIn);
  rememberEnvironment(given.env);
  const io = { ...given, stdout: masked(given.stdout), stderr: masked(given.stderr) };
  const split = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const own = argv.slice(0, split);
  let exitCode: ExitCode = EXIT.done;
  const ended = (code: ExitCode) => (exitCode = code);
  const program = makeProgram(argv.slice(split + 1), VERSION, io, ended);
  try {
    await program.parseAsync([...own], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.done;
    // after an abort, whatever was thrown is its consequence
    const cause: unknown = io.signal.aborted ? io.signal.reason : thrown;
    const error = explain(cause) ?? (await reportDefect(cause, argv, program, io));
    if (own.includes("--json")) io.stdout.write(`${toJson(failureOf(error))}\n`);
    io.stderr.write(failureText(error));
    return error.exitCode;
  }
}

/** @returns undefined for what should not happen */
function explain(thrown: unknown): OscKollaError | undefined {
  if (thrown instanceof OscKollaError) return thrown;
  if (thrown instanceof CommanderError && thrown.code === "commander.help") return usage("no command is given");
  if (thrown instanceof CommanderError) return usage(thrown.message.replace(/^error: /, ""));
  // Node's own errors of the file system; whatever was being done, it is the machine that refuses
  if (thrown instanceof Error && "syscall" in thrown) return fileSystem(thrown as NodeJS.ErrnoException);
  return undefined;
}

async function reportDefect(
  thrown: unknown,
  argv: readonly string[],
  program: Command,
  io: Io,
): Promise<OscKollaError> {
  // it reads the settings, which a run that goes well loads only where it needs them
  const { writeReport } = await import("./report.ts");
  return defect(thrown, await writeReport(thrown, argv, program, io));
}
