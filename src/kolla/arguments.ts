// SPDX-License-Identifier: Apache-2.0
/** The command line of kolla-build: what stands in our settings, and nothing that the operator decides. */
import { dirname } from "node:path";
import type { Config } from "../config/schema.ts";
import { DEFAULT_BASE } from "./base.ts";
import { type OperatorConfiguration, operatorArguments } from "./operator.ts";

/**
 * The arguments that name the configuration and select our images.
 *
 * A --config-file switches the operator's own default files off: they come first, ours last, unless he has it in force
 * already.
 *
 * @param conf absolute path of our kolla-build.conf
 * @param profile the one that it defines
 */
export function kollaArguments(
  config: Config,
  operator: OperatorConfiguration,
  conf: string,
  profile: string,
): string[] {
  const { kolla } = config;
  const base = kolla.base ?? (operator.base === undefined ? DEFAULT_BASE : undefined);
  const options: Readonly<Record<string, string | undefined>> = {
    "--base": base,
    "--base-tag": kolla.base_tag,
    "--base-arch": kolla.base_arch,
    "--platform": kolla.platform,
    "--tag": kolla.tag,
    "--namespace": kolla.namespace,
    "--registry": kolla.registry,
    "--engine": kolla.engine === "docker" ? undefined : kolla.engine,
    "--buildkit-builder": kolla.buildkit_builder,
  };
  return [
    ...operatorArguments(operator),
    // twice, its override would define each of its blocks twice
    ...(operator.ours.some(({ override }) => dirname(override) === dirname(conf)) ? [] : ["--config-file", conf]),
    ...(kolla.relocatable ? ["--locals-base", dirname(conf)] : []),
    ...["--profile", profile],
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
    ...kolla.template_override.flatMap((file) => ["--template-override", file]),
    ...(kolla.pull === undefined ? [] : [kolla.pull ? "--pull" : "--nopull"]),
    ...(kolla.push ? ["--push"] : []),
  ];
}
