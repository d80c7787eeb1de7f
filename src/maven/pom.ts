// SPDX-License-Identifier: Apache-2.0
/** What is read from poms. */
import { XMLParser } from "fast-xml-parser";

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (_name, path) => /\.dependencies\.dependency$/.test(String(path)),
});

interface Project {
  readonly artifactId?: string;
  readonly version?: string;
  readonly parent?: { readonly version?: string };
  readonly dependencies?: { readonly dependency?: readonly Dependency[] };
}

interface Dependency {
  readonly groupId?: string;
  readonly artifactId?: string;
  readonly version?: string;
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
