// SPDX-License-Identifier: Apache-2.0
/** Bills of materials, read by no code of ours. */

export interface BomComponent {
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly "bom-ref": string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly components?: readonly BomComponent[];
}

/** Every component of a bill, by its bom-ref; those in others, too. */
export function componentsOf(json: string): ReadonlyMap<string, BomComponent> {
  const all = ({ components = [] }: Pick<BomComponent, "components">): BomComponent[] =>
    components.flatMap((one) => [one, ...all(one)]);
  return new Map(all(JSON.parse(json) as BomComponent).map((one) => [one["bom-ref"], one]));
}

/** What one of our properties says of a component. */
export const factOf = (component: BomComponent | undefined, name: string): string | undefined =>
  component?.properties?.find((one) => one.name === `osc-kolla:${name}`)?.value;
