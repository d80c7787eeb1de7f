// SPDX-License-Identifier: Apache-2.0
/** What is read from poms. */
import { XMLParser } from "fast-xml-parser";

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (_name, path) => /\.(dependencies\.dependency|licenses\.license)$/.test(String(path)),
});

interface Project {
  readonly artifactId?: string;
  readonly version?: string;
  readonly parent?: { readonly version?: string };
  readonly dependencies?: { readonly dependency?: readonly Dependency[] };
  readonly licenses?: { readonly license?: readonly PomLicence[] };
}

interface Dependency {
  readonly groupId?: string;
  readonly artifactId?: string;
  readonly version?: string;
}

interface PomLicence {
  readonly name?: string;
  readonly url?: string;
}

function projectOf(pom: string): Project | undefined {
  return (parser.parse(pom) as { project?: Project }).project;
}

/** The version of a direct dependency, as it stands in the pom; undefined where there is none. */
export function dependencyVersion(pom: string, groupId: string, artifactId: string): string | undefined {
  const dependencies = projectOf(pom)?.dependencies?.dependency ?? [];
  return dependencies.find((one) => one.groupId === groupId && one.artifactId === artifactId)?.version;
}

/** The project's own artifactId. */
export function projectArtifact(pom: string): string | undefined {
  return projectOf(pom)?.artifactId;
}

/** The project's own version, or its parent's. */
export function projectVersion(pom: string): string | undefined {
  const project = projectOf(pom);
  return project?.version ?? project?.parent?.version;
}

/** The licences that the pom itself names; those of its parent are not looked for. */
export function projectLicences(pom: string): readonly PomLicence[] {
  const { licenses } = projectOf(pom) ?? {};
  return typeof licenses === "object" ? (licenses.license ?? []) : [];
}
