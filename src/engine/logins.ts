// SPDX-License-Identifier: Apache-2.0
/** The container client's own configuration: its logins at registries, and proxies that it gives to containers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, homeOf } from "../system/environment.ts";
import { rememberSecret, rememberSecretsIn } from "../system/secrets.ts";

/** Remembers the secrets in the files that docker and podman read their logins from. */
export function rememberLogins(env: Environment): void {
  for (const file of loginFiles(env)) rememberIn(file);
}

/** What a client's file says of logins; credentials may lie in a helper, for all registries or for some. */
interface Logins {
  readonly auths?: Readonly<Record<string, unknown>>;
  readonly credHelpers?: Readonly<Record<string, unknown>>;
  readonly credsStore?: string;
}

/** Whether the client may have a login for a registry ("host:port"). */
export function mayHaveLogin(host: string, env: Environment): boolean {
  return loginFiles(env).some((file) => {
    try {
      const { auths = {}, credHelpers = {}, credsStore } = JSON.parse(readFileSync(file, "utf8")) as Logins;
      return credsStore !== undefined || [auths, credHelpers].some((one) => host in one || `https://${host}` in one);
    } catch {
      return false;
    }
  });
}

function loginFiles(env: Environment): string[] {
  const { DOCKER_CONFIG: docker, REGISTRY_AUTH_FILE: podman, XDG_RUNTIME_DIR: runtime } = env;
  const home = homeOf(env) ?? "/";
  return [
    join(docker ?? join(home, ".docker"), "config.json"),
    podman ?? join(runtime ?? home, "containers/auth.json"),
    join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "containers/auth.json"),
  ];
}

function rememberIn(file: string): void {
  try {
    JSON.parse(readFileSync(file, "utf8"), remember);
  } catch {
    // it is not there, or the client will say what is wrong with it
  }
}

/** Sees each value of the file, from the innermost ones. */
function remember(key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (["password", "identitytoken", "registrytoken"].includes(key)) rememberSecret(value);
  // base64 of user:password
  if (key === "auth")
    rememberSecret(
      Buffer.from(value, "base64")
        .toString("utf8")
        .replace(/^[^:]*:/, ""),
    );
  rememberSecretsIn(value);
  return value;
}
