// SPDX-License-Identifier: Apache-2.0
/** A bill of materials of ours, as it is read back. */
import { type Fact, PREFIX } from "./part.ts";

/** What of a CycloneDX component is read. */
export interface Component {
  readonly name: string;
  readonly version?: string;
  readonly group?: string;
  readonly purl?: string;
  readonly licenses?: readonly {
    readonly license: { readonly id?: string; readonly name?: string; readonly url?: string };
  }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly components?: readonly Component[];
}

export interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components?: readonly Component[];
}

/** What one of our properties says of a component. */
export const factOf = ({ properties = [] }: Component, name: Fact | "path"): string | undefined =>
  properties.find((one) => one.name === `${PREFIX}${name}`)?.value;

/** By their paths, Maven's coordinates (group:name:version) of the jars whose are known; those in others are left out. */
export function coordinatesByPath({ components = [] }: Bill): ReadonlyMap<string, string> {
  const known = components.flatMap((one) => {
    const [path, { group, name, version }] = [factOf(one, "path"), one];
    return path === undefined || group === undefined || version === undefined
      ? []
      : [[path, [group, name, version].join(":")] as const];
  });
  return new Map(known);
}
