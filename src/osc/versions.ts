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

/** A version as the package managers write it: what people call their own packages of OSC. */
export interface PackageVersion {
  /** an upstream version without a hyphen (deb-version(7)) */
  readonly debian: string;
  /** a Version of RPM 4.15 or newer, which knows ^ (rpm-version(7)) */
  readonly rpm: string;
}

/**
 * The version in the words of Debian and RPM, so that they sort it as it is meant: 1.0.0-SNAPSHOT before what is committed
 * after it, and that before 1.0.0.
 *
 * What follows a hyphen in the tag is a pre-release, as in semantic versioning; ~ sorts it before the release. What git counts
 * from the tag on follows a + or ^, which sort it before each longer version (1.0.0.1). What stands before the first
 * digit of the tag is left out, as in release/1.0.
 *
 * @param version what `git describe --long` says, with +p and the number of patches where there are any
 */
export function packageVersion(version: string): PackageVersion {
  const [, described = version, patches] = /^(.*?)(?:\+p(\d+))?$/s.exec(version) ?? [];
  const [, tag = described, distance = "0", commit = ""] = /^(.*)-(\d+)-g([0-9a-f]+)$/s.exec(described) ?? [];
  const [release = "", ...more] = tag.replace(/^\D+/, "").split("-");
  const base = [release, more.join(".")].map(plainWords).filter((words) => words !== "");
  // a tag without a number is older than all that have one
  const sorted = /\d/.test(tag) ? base.join("~") : ["0", plainWords(tag)].join("~");
  const isTag = distance === "0" && patches === undefined;
  const after = [distance, `g${commit}`, ...(patches === undefined ? [] : [`p${patches}`])].join(".");
  const put = (sign: string): string => (isTag ? sorted : `${sorted}${sign}${after}`);
  return { debian: put("+"), rpm: put("^") };
}

/** Letters, digits and dots; what else there is becomes a dot. */
const plainWords = (text: string): string => text.replaceAll(/[^A-Za-z0-9]+/g, ".").replaceAll(/^\.|\.$/g, "");
