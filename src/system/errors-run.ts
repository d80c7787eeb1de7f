// SPDX-License-Identifier: Apache-2.0
/** The errors of the command itself: how it is called, its folders, what it needs, how it ends. See errors.ts. */
import { EXIT, messageOf, OscKollaError } from "./error.ts";

/** The command line cannot be understood. */
export function usage(cause: string): OscKollaError {
  return new OscKollaError({
    code: "USAGE",
    exitCode: EXIT.usage,
    what: "reading the command line",
    cause,
    hint: "`osc-kolla --help` lists the commands and options.",
  });
}

/** Settings, or files that they name, are wrong; `faults` has one line each. */
export function badConfiguration(faults: readonly string[], hint = SETTINGS_HINT): OscKollaError {
  return new OscKollaError({
    code: "BAD_CONFIGURATION",
    exitCode: EXIT.usage,
    what: "reading the settings",
    cause: faults.join("\n"),
    hint,
  });
}

const SETTINGS_HINT =
  "docs/settings.md tells what each setting takes; `osc-kolla config init FILE` writes a file that does.";

/** A file that would be written is there already. */
export function fileExists(file: string, hint = "Name another file, or replace this one with --force."): OscKollaError {
  return new OscKollaError({
    code: "FILE_EXISTS",
    exitCode: EXIT.usage,
    what: `writing ${file}`,
    cause: "there is something of that name",
    hint,
  });
}

/** A file that is to be explained is neither in the image nor in the archive; `nearest` are paths that are. */
export function unknownPath(path: string, nearest: readonly string[]): OscKollaError {
  return new OscKollaError({
    code: "UNKNOWN_PATH",
    exitCode: EXIT.usage,
    what: `explaining ${path}`,
    cause: ["there is no such file in what was built last; the nearest are", ...nearest].join("\n"),
    hint: "Give the path as in the image or in the archive: /opt/vmidc/… or opt/vmidc/….",
  });
}

/** A folder that would be replaced or cleaned holds what we did not write. */
export function notOurs(folder: string, setting: string): OscKollaError {
  return new OscKollaError({
    code: "NOT_OURS",
    exitCode: EXIT.usage,
    what: `using the folder ${folder}`,
    cause: "it is not empty, and was not made by osc-kolla: what is in it would be lost",
    hint: `Choose a folder of its own with ${setting}.`,
  });
}

/** A program, or something else that a stage needs of the machine, is not there or unfit. */
export function missing(what: string, cause: string, hint: string, log?: string): OscKollaError {
  return new OscKollaError({ code: "MISSING", exitCode: EXIT.missing, what, cause, hint, log });
}

/** A run that may ask no other machine needs what is not here yet; `names` has one line each. */
export function notHere(names: readonly string[], log?: string): OscKollaError {
  return new OscKollaError({
    code: "NOT_HERE",
    exitCode: EXIT.missing,
    what: "doing without the network (--offline)",
    cause: names.map((name) => `not here yet: ${name}`).join("\n"),
    hint: "Run it once without --offline: what it fetches is kept in the work folder.",
    log,
  });
}

/**
 * Several things that a run needs are missing or unfit; a single one is told as itself.
 *
 * @param errors at least one; what is said twice counts once
 * @returns BAD_CONFIGURATION (exit 2) where one of them is that; what they are where all are of one code; else MISSING (exit 3)
 */
export function together(errors: readonly OscKollaError[]): OscKollaError {
  const parts = [...new Map(errors.map((error) => [error.message, error])).values()];
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const isOneCode = parts.every(({ code }) => code === first?.code);
  const wrong = parts.find(({ exitCode }) => exitCode === EXIT.usage) ?? (isOneCode ? first : undefined);
  return new OscKollaError({
    code: wrong?.code ?? "MISSING",
    exitCode: wrong?.exitCode ?? EXIT.missing,
    what: "looking for what the run needs",
    cause: parts.map(({ message }) => message).join("\n"),
    hint: [...new Set(parts.map(({ hint }) => hint))].join("\n"),
    parts,
  });
}

/** The engine does not answer, or does not let this user in: `hint` says then what would. */
export function engineMissing(endpoint: string, cause: string, hint?: string): OscKollaError {
  return new OscKollaError({
    code: "ENGINE_MISSING",
    exitCode: EXIT.missing,
    what: `asking the container engine at ${endpoint}`,
    cause,
    hint:
      hint ??
      "Start the engine, or point engine.endpoint (or DOCKER_HOST) at one that runs; `make setup` makes a private one (as root on Debian).",
  });
}

/** The file system refuses: a full disk, a folder without write permission, a file where a folder should be. */
export function fileSystem(thrown: NodeJS.ErrnoException): OscKollaError {
  const { syscall, path, code } = thrown;
  return new OscKollaError(
    {
      code: "FILE_SYSTEM",
      exitCode: EXIT.staging,
      what: `calling ${syscall ?? "the file system"}${path === undefined ? "" : ` for ${path}`}`,
      cause: thrown.message,
      hint: code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG" ? "Make room, and run it again." : FOLDERS_HINT,
    },
    { cause: thrown },
  );
}

const FOLDERS_HINT = "The work and output folders (work_dir, output_dir) must be folders that you may write to.";

/** Another run holds the work folder, or the output folder. */
export function locked(folder: string, holder: string): OscKollaError {
  return new OscKollaError({
    code: "LOCKED",
    exitCode: EXIT.locked,
    what: `taking the folder ${folder}`,
    cause: `another run holds it: ${holder}`,
    hint: "Wait until it has ended, or give this run folders of its own (--work-dir and --output-dir).",
  });
}

/** The run was told to stop by a signal. */
export function interrupted(signal: "SIGHUP" | "SIGINT" | "SIGTERM"): OscKollaError {
  const exitCode = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
  return new OscKollaError({
    code: "INTERRUPTED",
    exitCode: exitCode[signal],
    what: "running",
    cause: `stopped by ${signal}`,
    hint: "Run it again: what was finished is kept.",
  });
}

/**
 * Something that should not happen: ours to mend.
 *
 * @param report absolute path of the file in which all is told that is needed to mend it; undefined where none could be
 * written
 */
export function defect(thrown: unknown, report?: string): OscKollaError {
  const stack = thrown instanceof Error && thrown.stack !== undefined ? thrown.stack : messageOf(thrown);
  return new OscKollaError(
    {
      code: "DEFECT",
      exitCode: EXIT.defect,
      what: "running osc-kolla",
      cause: stack,
      hint:
        report === undefined
          ? "This is a defect of osc-kolla: please report it with the lines above."
          : `This is a defect of osc-kolla: please report it with the file ${report} (credentials are masked in it; read it before you send it).`,
      log: report,
    },
    { cause: thrown },
  );
}
