// SPDX-License-Identifier: Apache-2.0
/** How OSC's versions, tags and commits belong together. */

const SNAPSHOT = "-SNAPSHOT";

/** The version in what `git describe --long` says: "v1.0.0-SNAPSHOT-2-gabc" is 1.0.0-SNAPSHOT-2-gabc. */
export const versionOf = (description: string): string => description.replace(/^v/, "");

/** A version in the name of a file or folder: a tag may have a / in it, as in release/1.0. */
export const inFileName = (version: string): string => version.replaceAll("/", "-");

/** The tag that `git describe --long` counts from. */
export const tagIn = (description: string): string => description.replace(/-\d+-g[0-9a-f]+$/, "");

/** The version that the poms compare with project.version: what `git describe` says, without distance and commit. */
export const releaseOf = (description: string): string => versionOf(tagIn(description));

export const tagOf = (version: string): string => `v${version}`;

/**
 * The revisions of a library's repository that may have a version, best first.
 *
 * A release is its tag. A SNAPSHOT is its tag where it has one, else the commit before the release's tag: OSC's
 * release commits do nothing but take "-SNAPSHOT" off the version (v2.0.0~1 is the last 2.0.0-SNAPSHOT).
 */
export function revisionsOf(version: string): readonly string[] {
  if (!version.endsWith(SNAPSHOT)) return [`refs/tags/${tagOf(version)}`];
  return [`refs/tags/${tagOf(version)}`, `refs/tags/${tagOf(version.slice(0, -SNAPSHOT.length))}~1`];
}

/** Whether a version may be given to a commit that carries no tag of it. */
export const isSnapshot = (version: string): boolean => version.endsWith(SNAPSHOT);
