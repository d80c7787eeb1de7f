// SPDX-License-Identifier: Apache-2.0
/** The secrets that settings hold or name, and those of the files of other tools that count beside them. */
import { rememberLogins } from "../engine/logins.ts";
import { findOperatorConfiguration } from "../kolla/operator.ts";
import { findOperatorSettings } from "../maven/operator.ts";
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

/** Remembers the secrets that a run with these settings has, and keeps its names and paths readable. */
export async function rememberNamed(config: Config, env: Environment): Promise<void> {
  const repositories = configuredRepositories(config);
  const passwords = variablesOf(repositories.map(({ password = "" }) => ({ id: "", url: password })));
  for (const name of passwords) rememberSecret(env[name]);
  for (const name of variablesOf(repositories)) rememberSecretsIn(env[name] ?? "");
  rememberLogins(env);
  // they remember what they read; what is wrong with a file is told by the stage that needs it
  await Promise.allSettled([
    findOperatorSettings(config.maven.settings, env),
    findOperatorConfiguration({ config, env }),
  ]);
  keepReadable(`${NAMES} ${textsIn(config).map(mask).join(" ")}`);
}

/** Of images and profiles. */
const NAMES = "osc osc-base osc-build osc-kolla base kolla-build";
