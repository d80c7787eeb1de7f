// SPDX-License-Identifier: Apache-2.0
/** On which distribution kolla-build will build. */
import type { Config } from "../config/schema.ts";
import type { OperatorConfiguration } from "./operator.ts";
import type { Release } from "./releases.ts";

/** What we choose where nobody names a base; kolla's own default is rocky, where release 10 has no Java 8. */
export const DEFAULT_BASE = "debian";

export interface Base {
  /** "debian" */
  readonly name: string;
  /** "trixie"; undefined where the release does not know the distribution */
  readonly tag: string | undefined;
}

/** The value of an option on kolla-build's command line, as `--name value` or `--name=value`; the last one counts. */
function optionIn(args: readonly string[], ...names: readonly string[]): string | undefined {
  const values = args.map((word, index) => {
    if (names.includes(word)) return args[index + 1];
    const name = names.find((one) => one.startsWith("--") && word.startsWith(`${one}=`));
    return name === undefined ? undefined : word.slice(name.length + 1);
  });
  return values.filter((value) => value !== undefined).at(-1);
}

/**
 * The base that will be in force, and its tag: as kolla-build weighs its command line against the operator's configuration.
 *
 * @param given what a person gives to kolla-build behind `--`
 */
export function baseInForce(
  { kolla }: Config,
  given: readonly string[],
  operator: Pick<OperatorConfiguration, "base" | "baseTag">,
  release: Release,
): Base {
  const name = optionIn(given, "--base", "-b") ?? kolla.base ?? operator.base ?? DEFAULT_BASE;
  const tag = optionIn(given, "--base-tag") ?? kolla.base_tag ?? operator.baseTag ?? release.bases[name];
  return { name, tag };
}
