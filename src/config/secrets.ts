// SPDX-License-Identifier: Apache-2.0
/** The secrets that settings hold or name. */
import { configuredRepositories, variablesOf } from "../maven/repositories.ts";
import type { Environment } from "../system/environment.ts";
import { keepReadable, mask, rememberSecret, rememberSecretsIn } from "../system/secrets.ts";
import type { Config } from "./schema.ts";

/** Remembers the credentials in values that were given, whether they are valid or not. */
export function rememberGiven(values: readonly unknown[]): void {
  for (const value of values.flatMap(textsIn)) rememberSecretsIn(value);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Remembers what stands in the variables that the settings name, and keeps the names and paths of the run readable. */
export function rememberNamed(config: Config, env: Environment): void {
  const repositories = configuredRepositories(config);
  const passwords = variablesOf(repositories.map(({ password = "" }) => ({ id: "", url: password })));
  for (const name of passwords) rememberSecret(env[name]);
  for (const name of variablesOf(repositories)) rememberSecretsIn(env[name] ?? "");
  keepReadable(`${NAMES} ${textsIn(config).map(mask).join(" ")}`);
}

/** Of images and profiles. */
const NAMES = "osc osc-base osc-build osc-kolla base kolla-build";
