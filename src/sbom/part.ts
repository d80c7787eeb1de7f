// SPDX-License-Identifier: Apache-2.0
/** What a distribution is made of, as far as it is known. */

/** What somebody says a licence is. */
export interface Licence {
  /** the name, an SPDX id, or the address alone */
  readonly name: string;
  readonly url?: string;
}

/** A jar, what was unpacked into one, or a JRE. */
export interface Part {
  /** in the distribution; after ! in the jar before it */
  readonly path: string;
  /** a file is what nothing more is known of */
  readonly type: "library" | "file" | "platform";
  readonly group?: string;
  readonly name: string;
  readonly version?: string;
  /** a package URL */
  readonly purl?: string;
  /** in hex; what was unpacked has none */
  readonly digests?: { readonly sha1: string; readonly sha256: string };
  readonly licences: readonly Licence[];
  /** what else is known, by names of ours */
  readonly facts: Readonly<Partial<Record<Fact, string>>>;
  /** what is inside of it */
  readonly parts: readonly Part[];
}

/** Before the names of our properties of components; the names are those of facts, and path. */
export const PREFIX = "osc-kolla:";

/** What a property is about; docs/packagers.md tells of each. */
export type Fact = "coordinates" | "commit" | "patches" | "tarball-sha256";

/** Where a component's coordinates come from. */
export const COORDINATES = { inside: "pom.properties", resolved: "repository", none: "unknown" } as const;

/** All of them, what is inside before what comes after. */
export const allOf = (parts: readonly Part[]): Part[] => parts.flatMap((part) => [part, ...allOf(part.parts)]);
