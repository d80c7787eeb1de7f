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

/** The absolute path of the PEM file that the environment names, else of the machine's own; undefined: there is none. */
export function findAuthorities(env: Environment): string | undefined {
  const named = [env["SSL_CERT_FILE"], env["CURL_CA_BUNDLE"]].filter((file) => file !== undefined);
  return [...named, ...BUNDLES].find((file) => existsSync(file));
}
