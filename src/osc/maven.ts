// SPDX-License-Identifier: Apache-2.0
/** How OSC and its libraries are built with Maven. */

/**
 * Not `install`: its verify phase runs findbugs-maven-plugin 3.0.1, which Maven 3.6 to 3.8 cannot configure, and compares
 * the libraries with baselines that no repository has any more. `install:install` puts the packages into the local
 * repository all the same.
 */
export const GOALS = ["clean", "package", "install:install"] as const;

export const WITHOUT_TESTS = ["-DskipTests"] as const;

/** The profile java-jre-get would download an Oracle JRE that is gone. */
export const PROFILES = ["-P", "!java-jre-get"] as const;

/** The group of OSC's own libraries. */
export const LIBRARY_GROUP = "org.osc.api";

/** The group of OSC's modules. */
export const OSC_GROUP = "org.osc.core";

/** The pom that says which versions of the libraries OSC wants. */
export const LIBRARY_POM = "osc-server/pom.xml";

/** What osc-export leaves in the work tree: `opt/vmidc/bin/**` and, where one was provided, a JRE's tarball. */
export const BUNDLE = "target/serverUpgradeBundle.zip";
