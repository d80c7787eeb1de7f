// SPDX-License-Identifier: Apache-2.0
/**
 * Every error of the tool, in one place: what a person reads when something fails.
 *
 * Each function below makes one error and documents when it is raised. `what` says what was being done, `cause` why it
 * failed (the failing program's own words where there are any), `hint` what to do about it, `page` where more is said:
 * docs/errors has a page for each code, whose texts are in scripts/docs/errors/. What an error is stands in error.ts.
 */

import { EXIT, messageOf, OscKollaError } from "./error.ts";

export { CODES, type ErrorCode, EXIT, type ExitCode, messageOf, OscKollaError } from "./error.ts";

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

/** Settings are wrong; `faults` has one line each. */
export function badConfiguration(faults: readonly string[]): OscKollaError {
  return new OscKollaError({
    code: "BAD_CONFIGURATION",
    exitCode: EXIT.usage,
    what: "reading the settings",
    cause: faults.join("\n"),
    hint: "docs/settings.md tells what each setting takes; `osc-kolla config init FILE` writes a file that does.",
  });
}

/** A file that would be written is there already. */
export function fileExists(file: string): OscKollaError {
  return new OscKollaError({
    code: "FILE_EXISTS",
    exitCode: EXIT.usage,
    what: `writing ${file}`,
    cause: "there is something of that name",
    hint: "Name another file, or replace this one with --force.",
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
 * @returns MISSING (exit 3), or BAD_CONFIGURATION (exit 2) where one of them is that
 */
export function together(errors: readonly OscKollaError[]): OscKollaError {
  const parts = [...new Map(errors.map((error) => [error.message, error])).values()];
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const wrong = parts.find(({ exitCode }) => exitCode === EXIT.usage);
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

/** A repository cannot be reached or read. */
export function sourceUnreachable(url: string, cause: string, hint: string | undefined, log?: string): OscKollaError {
  return new OscKollaError({
    code: "SOURCE_UNREACHABLE",
    exitCode: EXIT.source,
    what: `fetching ${url}`,
    cause,
    hint:
      hint ??
      "Check the URL (source.url, libraries[].url), the network and, for a private repository, the credentials.",
    log,
  });
}

/** A ref is not a name that git allows, or would be taken as an option. */
export function badRef(ref: string): OscKollaError {
  return new OscKollaError({
    code: "BAD_REF",
    exitCode: EXIT.source,
    what: `reading the ref ${JSON.stringify(ref)}`,
    cause: "it is not a branch, a tag or a commit id as git allows them",
    hint: "Give a branch, a tag or a commit id with --ref (or source.ref, libraries[].ref).",
  });
}

/** The repository has no such ref. `known` are names that it has. */
export function unknownRef(ref: string, url: string, known: readonly string[]): OscKollaError {
  const names = known.length === 0 ? "it has no branch and no tag" : `it has ${known.join(", ")}`;
  return new OscKollaError({
    code: "UNKNOWN_REF",
    exitCode: EXIT.source,
    what: `looking for ${JSON.stringify(ref)} in ${url}`,
    cause: `no such branch, tag or commit; ${names}`,
    hint: "Give one of them with --ref (or source.ref, libraries[].ref).",
  });
}

/** `git describe` finds no tag: Maven's enforcer rule would fail after minutes. */
export function noVersion(url: string, commit: string, cause: string): OscKollaError {
  return new OscKollaError({
    code: "NO_VERSION",
    exitCode: EXIT.source,
    what: `describing commit ${commit} of ${url}`,
    cause,
    hint: "OSC's build takes its version from `git describe --long`: the repository needs its annotated tags (git push --tags) and its history (no shallow clone).",
  });
}

/** A file that the tool reads in the repository is not there or does not say what is looked for. */
export function sourceShape(what: string, cause: string, hint: string): OscKollaError {
  return new OscKollaError({ code: "SOURCE_SHAPE", exitCode: EXIT.source, what, cause, hint });
}

/** A library's ref does not give the version that OSC asks for. */
export function libraryVersion(name: string, wanted: string, found: string, hint: string): OscKollaError {
  return new OscKollaError({
    code: "LIBRARY_VERSION",
    exitCode: EXIT.source,
    what: `choosing the commit of ${name}`,
    cause: `OSC asks for version ${wanted}; found ${found}`,
    hint,
  });
}

/** A patch cannot be read, or does not apply. */
export function badPatch(name: string, cause: string): OscKollaError {
  return new OscKollaError({
    code: "BAD_PATCH",
    exitCode: EXIT.source,
    what: `applying the patch ${name}`,
    cause,
    hint: "It must fit the commit that is built; see source.patches and source.ref.",
  });
}

/** A plugin to be packed with OSC cannot be read or downloaded, or is not the one that was meant. */
export function badPlugin(name: string, cause: string): OscKollaError {
  return new OscKollaError({
    code: "BAD_PLUGIN",
    exitCode: EXIT.source,
    what: `taking the plugin ${name}`,
    cause,
    hint: "See plugins in the settings: each is the path of a .bar file, or an url and the sha256 of what is there.",
  });
}

/** Maven failed. */
export function buildFailed(project: string, cause: string, hint: string, log: string): OscKollaError {
  return new OscKollaError({
    code: "BUILD_FAILED",
    exitCode: EXIT.build,
    what: `building ${project} with Maven`,
    cause,
    hint,
    log,
  });
}

/**
 * Artifacts that Maven Central lacks are in none of the repositories.
 *
 * @param artifacts pairs of "group:artifact:version" and the id of the repository that the poms expect it in
 * @param silent ids of repositories that did not answer
 */
export function artifactsMissing(
  artifacts: readonly (readonly [string, string])[],
  silent: readonly string[],
): OscKollaError {
  const lines = artifacts.map(([coordinates, repository]) => {
    const note = silent.includes(repository) ? ", which does not answer" : "";
    return `${coordinates} should be in the repository ${repository}${note}`;
  });
  const others = silent.filter((id) => !artifacts.some(([, repository]) => repository === id));
  return new OscKollaError({
    code: "ARTIFACTS_MISSING",
    exitCode: EXIT.build,
    what: "looking for the artifacts that Maven Central lacks",
    cause: [...lines, ...others.map((id) => `the repository ${id} does not answer`)].join("\n"),
    hint: "Name a Maven repository that has them: --set maven.repositories.mine=URL (https or file://).",
  });
}

/** A Maven repository does not let us in. */
export function repositoryRefuses(id: string, url: string, status: number): OscKollaError {
  return new OscKollaError({
    code: "REPOSITORY_REFUSES",
    exitCode: EXIT.build,
    what: "asking a Maven repository",
    cause: `${id} (${url}) answers ${String(status)}`,
    hint: "Give it a username and password in maven.repositories (as ${env.NAME}), and set the variable.",
  });
}

/** The distribution is not one that can be packed. `faults` name the paths. */
export function badDistribution(bundle: string, faults: readonly string[]): OscKollaError {
  return new OscKollaError({
    code: "BAD_DISTRIBUTION",
    exitCode: EXIT.staging,
    what: `taking the distribution out of ${bundle}`,
    cause: faults.join("\n"),
    hint: "It is not a distribution of OSC that can be started; see what the build left in it.",
  });
}

/** A file could not be written or read while packing (a full disk, a folder without write permission …). */
export function stagingFailed(what: string, cause: string, hint?: string): OscKollaError {
  return new OscKollaError({ code: "STAGING_FAILED", exitCode: EXIT.staging, what, cause, hint });
}

/** kolla-build failed, or ended well without having built what was asked of it. */
export function kollaFailed(cause: string, hint: string | undefined, log: string): OscKollaError {
  return new OscKollaError({
    code: "KOLLA_FAILED",
    exitCode: EXIT.images,
    what: "building the images with kolla-build",
    cause,
    hint,
    log,
  });
}

/** The engine does not remove an image. */
export function imageInUse(name: string, cause: string): OscKollaError {
  return new OscKollaError({
    code: "IMAGE_IN_USE",
    exitCode: EXIT.images,
    what: `removing the image ${name}`,
    cause,
    hint: "Remove what uses it first: a container of it, or an image that stands on it.",
  });
}

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
