// SPDX-License-Identifier: Apache-2.0
/** The errors of the sources: OSC's repository, its libraries, patches, plugins and JRE. See errors.ts. */
import { EXIT, OscKollaError } from "./error.ts";

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

/** What lies in our clone is not what git put there. The clone has been removed (not in a dry run). */
export function cloneDamaged(clone: string, cause: string, log?: string): OscKollaError {
  return new OscKollaError({
    code: "CLONE_DAMAGED",
    exitCode: EXIT.source,
    what: `reading ${clone}`,
    cause,
    hint: "The clone was damaged and has been removed: run it again, and it is cloned anew. Is the disk all right?",
    log,
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

/** The JRE to be bundled cannot be read or downloaded, is not the one that was meant, or is none that can be packed. */
export function badJre(name: string, cause: string): OscKollaError {
  return new OscKollaError({
    code: "BAD_JRE",
    exitCode: EXIT.source,
    what: `taking the JRE ${name}`,
    cause,
    hint: "image.java.jre takes a JRE for Linux as a .tar.gz, .tgz or .tar with one folder in it that has bin/java: by its path, or by url and sha256.",
  });
}
