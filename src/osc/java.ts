// SPDX-License-Identifier: Apache-2.0
/** Where the Java comes from that OSC runs on: 8, and no other. */
import { HOME } from "./layout.ts";

/** The major version. */
export const OSC_JAVA = 8;

/** Where vmidc.sh looks for a Java of OSC's own, before it takes that of PATH. */
export const JRE_HOME = `${HOME}/jre`;

/**
 * Distributions of kolla's bases that have no Java 8 which runs there, by the tags of their images. The template of
 * osc-base has the same (kolla-overrides/docker/osc-java.j2), and the names of the others' packages.
 *
 * - bookworm: Debian has Java 8 in sid alone, which needs a newer libc (2.38) than bookworm has
 * - Red Hat's release 10 has dropped Java 8
 */
const WITHOUT: Readonly<Record<string, RegExp>> = {
  debian: /^(bookworm|12)/,
  rocky: /^10/,
  centos: /^stream10/,
};

/** Distributions that our templates are for. */
export const DISTRIBUTIONS: readonly string[] = ["centos", "debian", "rocky", "ubuntu"];

/** Whether a distribution is known to have no packaged Java 8. An image with a tag of its own may have one. */
export const lacksJava = (distribution: string, tag: string | undefined): boolean =>
  tag !== undefined && WITHOUT[distribution]?.test(tag) === true;

/**
 * The major version that a JRE's file `release` tells: `JAVA_VERSION="1.8.0_442"` is 8, `JAVA_VERSION="17.0.9"` is 17.
 */
export function javaMajorIn(release: string): number | undefined {
  const [, first, second] = /^JAVA_VERSION="(\d+)(?:\.(\d+))?/m.exec(release) ?? [];
  if (first === undefined) return undefined;
  return Number(first === "1" && second !== undefined ? second : first);
}

/** The whole version that a JRE's file `release` tells: 1.8.0_442. */
export const javaVersionIn = (release: string): string | undefined => /^JAVA_VERSION="([^"]+)"/m.exec(release)?.[1];
