// SPDX-License-Identifier: Apache-2.0
/** The environment of the programs that the tool starts: an allow-list, so that a build depends on nothing unnamed. */

import { userInfo } from "node:os";
import { proxyUrl } from "./proxies.ts";
import { rememberSecretsIn } from "./secrets.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The user's home folder: HOME, else what passwd says; undefined where neither does, as in some containers. */
export function homeOf(env: Environment): string | undefined {
  if (env["HOME"] !== undefined && env["HOME"] !== "") return env["HOME"];
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}

/** Both spellings are in use, and curl honours http_proxy in lower case only. */
const PROXIES: readonly string[] = [
  ...["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"],
];

/** What a child may see of the caller's environment, by what it is for. */
const ALLOWED: readonly string[] = [
  // who and where
  ...["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK"],
  ...PROXIES,
  // certificate authorities, of git, curl, pip, Python and OpenSSL; see authorities.ts
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE"],
  ...["PIP_CERT", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"],
  // the container engine; its endpoint is resolved once and set by us
  ...["DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH", "BUILDX_CONFIG", "BUILDX_BUILDER"],
  // Java and Maven
  ...["JAVA_HOME", "MAVEN_OPTS"],
];

/** What means the same in a container: nothing that names a path or a user of this machine. */
const ALLOWED_IN_CONTAINERS: readonly string[] = [...PROXIES, "MAVEN_OPTS"];

/**
 * The environment for a child process.
 *
 * The locale and the time zone are fixed: messages are read by us, and nothing that is built may depend on them.
 *
 * @param env the caller's environment
 * @param extra what this child needs beside it; undefined removes a variable
 */
export const childEnvironment = (env: Environment, extra: Environment = {}): Record<string, string> =>
  chosen(ALLOWED, env, extra);

/** The environment for a program in a container; see childEnvironment. */
export const containerEnvironment = (env: Environment, extra: Environment): Record<string, string> =>
  chosen(ALLOWED_IN_CONTAINERS, env, extra);

/** Remembers the credentials in what the programs that we start may see, so that they are masked; see secrets.ts. */
export function rememberEnvironment(env: Environment): void {
  for (const value of Object.values(childEnvironment(env))) rememberSecretsIn(value);
  for (const name of PROXIES) rememberSecretsIn(proxyUrl(env[name] ?? ""));
}

function chosen(names: readonly string[], env: Environment, extra: Environment): Record<string, string> {
  const allowed = names.map((name) => [name, env[name]] as const);
  const fixed = Object.entries({ LC_ALL: "C.UTF-8", TZ: "UTC" });
  const result = new Map<string, string>();
  for (const [name, value] of [...allowed, ...fixed, ...Object.entries(extra)]) {
    if (value === undefined) result.delete(name);
    else result.set(name, value);
  }
  return Object.fromEntries(result);
}
