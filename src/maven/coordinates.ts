// SPDX-License-Identifier: Apache-2.0
/** The coordinates of artifacts: where they stand, and how they are written. */
import { parse } from "dot-properties";

export interface Coordinates {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  readonly classifier?: string;
}

/** Where Maven's plugins put an artifact's coordinates into its jar; a jar into which others were unpacked has theirs, too. */
export const isPomProperties = (path: string): boolean => /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/.test(path);

/** What Maven takes for an id or a version; what was left as ${…} is none. */
const isWord = (value: string | undefined): value is string => value !== undefined && /^[\w.+-]+$/.test(value);

/** The coordinates in a pom.properties; undefined where it has not all three. */
export function coordinatesIn(properties: string): Coordinates | undefined {
  const { groupId, artifactId, version } = parse(properties) as Readonly<Record<string, string | undefined>>;
  if (!isWord(groupId) || !isWord(artifactId) || !isWord(version)) return undefined;
  return { groupId, artifactId, version };
}

/**
 * Which of several coordinates are those of a file, by its name: artifactId, artifactId-version, and what comes after that
 * as the classifier.
 *
 * @param file its name, without a folder
 * @returns undefined where none fits, and where more than one does
 */
export function fitting(file: string, all: readonly Coordinates[]): Coordinates | undefined {
  const stem = file.replace(/\.[^.]*$/, "");
  const fit = new Map<string, Coordinates>();
  for (const one of all) {
    const full = `${one.artifactId}-${one.version}`;
    if (stem === one.artifactId || stem === full) fit.set(purlOf(one), one);
    else if (stem.startsWith(`${full}-`)) fit.set(purlOf(one), { ...one, classifier: stem.slice(full.length + 1) });
  }
  return fit.size === 1 ? [...fit.values()][0] : undefined;
}

/**
 * The coordinates that a file's place in a repository says.
 *
 * @param path relative to the repository, with / between the parts: group/as/folders/artifact/version/artifact-version.jar
 * @returns undefined for what is no artifact
 */
export function coordinatesAt(path: string): Coordinates | undefined {
  const parts = path.split("/");
  const [artifactId, version, file] = parts.slice(-3);
  const groupId = parts.slice(0, -3).join(".");
  if (artifactId === undefined || version === undefined || file === undefined || groupId === "") return undefined;
  const found = fitting(file, [{ groupId, artifactId, version }]);
  return file.startsWith(`${artifactId}-${version}`) ? found : undefined;
}

/** As a package URL (https://github.com/package-url/purl-spec), by which databases of vulnerabilities know it. */
export function purlOf({ groupId, artifactId, version, classifier }: Coordinates): string {
  const [group, artifact, release] = [groupId, artifactId, version].map(encodeURIComponent);
  const qualifier = classifier === undefined ? "" : `?classifier=${encodeURIComponent(classifier)}`;
  return `pkg:maven/${String(group)}/${String(artifact)}@${String(release)}${qualifier}`;
}
