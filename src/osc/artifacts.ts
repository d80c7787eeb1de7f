// SPDX-License-Identifier: Apache-2.0
/** What OSC's build wants of Maven repositories, beyond what Maven Central has. */

/** A repository that the poms of OSC and its libraries name, by its id. */
export interface PomRepository {
  readonly id: string;
  /** as it stands in the poms */
  readonly url: string;
  /** the same over https; undefined where the host is gone */
  readonly https: string | undefined;
}

/**
 * Maven >= 3.8.1 blocks what the poms name, because it is http. Two of them serve https as well; the OSC Nexus is gone,
 * and nothing may wait for it.
 */
export const POM_REPOSITORIES: readonly PomRepository[] = [
  {
    id: "vaadin-addons",
    url: "http://maven.vaadin.com/vaadin-addons",
    https: "https://maven.vaadin.com/vaadin-addons",
  },
  {
    id: "jboss",
    url: "http://repository.jboss.org/nexus/content/groups/public/",
    https: "https://repository.jboss.org/nexus/content/groups/public/",
  },
  { id: "vaadin-snapshots", url: "http://oss.sonatype.org/content/repositories/vaadin-snapshots/", https: undefined },
  {
    id: "osc-nexus",
    url: "http://ci.opensecuritycontroller.org:8082/nexus/content/repositories/releases/",
    https: undefined,
  },
  {
    id: "osc-nexus-snapshot",
    url: "http://ci.opensecuritycontroller.org:8082/nexus/content/repositories/osc-snapshot/",
    https: undefined,
  },
];

/** An artifact that is not on Maven Central. */
export interface RareArtifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  /** the id of the repository that the poms expect it in */
  readonly repository: string;
  /** a commit whose poms name this artifactId needs it: itself, or what depends on it */
  readonly namedBy: string;
}

/** The same in v0.8.0 and master. */
export const RARE_ARTIFACTS: readonly RareArtifact[] = [
  vaadinAddon("filteringtable", "0.9.15.v7", "filteringtable"),
  // in no pom of OSC: filteringtable's brings it
  vaadinAddon("popupbutton", "2.6.0", "filteringtable"),
  vaadinAddon("stepper", "2.3.0", "stepper"),
  {
    groupId: "org.jboss.osgi.repository",
    artifactId: "jbosgi-repository-core",
    version: "6.0.1.Final",
    repository: "jboss",
    namedBy: "jbosgi-repository-core",
  },
];

function vaadinAddon(artifactId: string, version: string, namedBy: string): RareArtifact {
  return { groupId: "org.vaadin.addons", artifactId, version, repository: "vaadin-addons", namedBy };
}

/**
 * bnd-export-maven-plugin 3.3.0 looks for its launcher in a cache folder below $HOME, not in a Maven repository; it is on
 * Maven Central. Without it: "Default handler for Launcher-Plugin not found in biz.aQute.launcher".
 */
export const BND_LAUNCHER = {
  namedBy: "bnd-export-maven-plugin",
  /** puts it there, with Maven's own downloads, mirrors and credentials */
  arguments: [
    "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
    "-Dartifact=biz.aQute.bnd:biz.aQute.launcher:3.3.0",
  ],
  /** relative to the home folder */
  folder: ".bnd/default-ws/cnf/cache/3.3.0/bnd-cache/biz.aQute.launcher",
  file: "biz.aQute.launcher-3.3.0.jar",
} as const;
