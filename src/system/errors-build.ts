// SPDX-License-Identifier: Apache-2.0
/** The errors of what is built: Maven, the distribution, kolla-build and the images. See errors.ts. */
import { EXIT, OscKollaError } from "./error.ts";

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

/** The engine does not save images. */
export function saveFailed(names: readonly string[], cause: string, log: string | undefined): OscKollaError {
  return new OscKollaError({
    code: "SAVE_FAILED",
    exitCode: EXIT.images,
    what: `having the engine save ${names.join(" and ")}`,
    cause,
    hint: "Does the engine have room for its own copy, and is it still there? `osc-kolla doctor` looks.",
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

/** What was made, by us or by others, cannot be read: a jar, an archive, an image that is damaged or none. */
export function unreadable(name: string, cause: string): OscKollaError {
  return new OscKollaError({
    code: "UNREADABLE",
    exitCode: EXIT.staging,
    what: `reading ${name}`,
    cause,
    hint: "It is damaged, or no output folder, distribution, archive (tar, tar.gz, tar.zst, zip), jar or saved image. Get it anew.",
  });
}

/** What was published does not fit itself, its image, or what is built again of its source; `faults` name the files. */
export function notAsPublished(folder: string, faults: readonly string[]): OscKollaError {
  return new OscKollaError({
    code: "NOT_AS_PUBLISHED",
    exitCode: EXIT.staging,
    what: `verifying ${folder}`,
    cause: faults.join("\n"),
    hint: "Do not use it. Get it anew from where it was published, and verify that.",
  });
}
