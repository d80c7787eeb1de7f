// SPDX-License-Identifier: Apache-2.0
/** The container client's own configuration: its logins at registries, and proxies that it gives to containers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, homeOf } from "../system/environment.ts";
import { rememberSecret, rememberSecretsIn } from "../system/secrets.ts";

/** Remembers the secrets in the files that docker and podman read their logins from. */
export function rememberLogins(env: Environment): void {
  const { DOCKER_CONFIG: docker, REGISTRY_AUTH_FILE: podman, XDG_RUNTIME_DIR: runtime } = env;
  const home = homeOf(env) ?? "/";
  const files = [
    join(docker ?? join(home, ".docker"), "config.json"),
    podman ?? join(runtime ?? home, "containers/auth.json"),
    join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "containers/auth.json"),
  ];
  for (const file of files) rememberIn(file);
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
