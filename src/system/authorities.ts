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

/** The variables that name a file or folder of them, and whose programs fail where it is not there. */
const VARIABLES = [
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE"],
  ...["PIP_CERT", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"],
];

/** [variable, value] of those that name what is not there. */
export function absentAuthorities(env: Environment): (readonly [string, string])[] {
  const set = VARIABLES.map((name) => [name, env[name] ?? ""] as const);
  // OpenSSL takes a list of folders
  const isAbsent = (value: string) => !value.split(":").some((path) => existsSync(path));
  return set.filter(([, value]) => value !== "" && isAbsent(value));
}

/** The absolute path of the PEM file that the environment names, else of the machine's own; undefined: there is none. */
export function findAuthorities(env: Environment): string | undefined {
  const named = [env["SSL_CERT_FILE"], env["CURL_CA_BUNDLE"]].filter((file) => file !== undefined);
  return [...named, ...BUNDLES].find((file) => existsSync(file));
}
