// SPDX-License-Identifier: Apache-2.0
/** The certificate authorities that this machine trusts. */
import { existsSync } from "node:fs";
import type { Environment } from "./environment.ts";

/** Where distributions keep them in one PEM file: Debian and Ubuntu; Fedora and RHEL; SUSE; Alpine. */
const BUNDLES: readonly string[] = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** The variables that name a PEM file of them, for all programs and for some; each must do for what we ask ourselves. */
const GENERAL: readonly string[] = ["SSL_CERT_FILE", "CURL_CA_BUNDLE"];
const SPECIAL: readonly string[] = ["GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"];

/** Those that name a file or folder of them, and whose programs fail where it is not there. */
const VARIABLES: readonly string[] = [...GENERAL, "SSL_CERT_DIR", ...SPECIAL];

/** [variable, value] of those that name what is not there. */
export function absentAuthorities(env: Environment): (readonly [string, string])[] {
  const set = VARIABLES.map((name) => [name, env[name] ?? ""] as const);
  // OpenSSL takes a list of folders
  const isAbsent = (value: string) => !value.split(":").some((path) => existsSync(path));
  return set.filter(([, value]) => value !== "" && isAbsent(value));
}

/** The absolute path of the PEM file that the environment names, else of the machine's own; undefined: there is none. */
export const findAuthorities = (env: Environment): string | undefined =>
  namedAuthorities(env) ?? BUNDLES.find((file) => existsSync(file));

/** The PEM file that the environment names for all programs; undefined where it names none. */
export const namedAuthorities = (env: Environment): string | undefined => named(GENERAL, env)[0];

/** Every PEM file whose authorities count: one that is named may have a company's own authority and no other. */
export const trustedFiles = (env: Environment): string[] => [
  ...new Set([...named([...GENERAL, ...SPECIAL], env), ...BUNDLES.filter((file) => existsSync(file)).slice(0, 1)]),
];

const named = (variables: readonly string[], env: Environment): string[] =>
  variables.flatMap((name) => env[name] ?? []).filter((file) => existsSync(file));
