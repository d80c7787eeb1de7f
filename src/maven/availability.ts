// SPDX-License-Identifier: Apache-2.0
/** Whether a repository has an artifact. */
import { fileURLToPath } from "node:url";
import fsExtra from "fs-extra";
import type { Environment } from "../system/environment.ts";
import { head, type Login } from "../system/http.ts";
import { interpolate } from "./repositories.ts";
import type { Repository } from "./settings.ts";

interface Artifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

export interface Found {
  readonly isThere: boolean;
  /** what the server answered, 200 or 404 of a folder; undefined: it is silent */
  readonly status: number | undefined;
}

/** Where a jar lies in a repository. */
const jarPath = ({ groupId, artifactId, version }: Artifact): string =>
  `${groupId.replaceAll(".", "/")}/${artifactId}/${version}/${artifactId}-${version}.jar`;

/** Asks a repository (https, http or file) for the jar of an artifact. */
export async function isAvailable(
  artifact: Artifact,
  repository: Repository,
  { env, signal }: { readonly env: Environment; readonly signal: AbortSignal },
): Promise<Found> {
  const url = `${interpolate(repository.url, env).replace(/\/+$/, "")}/${jarPath(artifact)}`;
  if (url.startsWith("file:")) {
    const isThere = await fsExtra.pathExists(fileURLToPath(url));
    return { isThere, status: isThere ? 200 : 404 };
  }
  const answer = await head(url, env, signal, loginOf(repository, env));
  return "silent" in answer
    ? { isThere: false, status: undefined }
    : { isThere: answer.status >= 200 && answer.status < 300, status: answer.status };
}

function loginOf({ username, password }: Repository, env: Environment): Login | undefined {
  if (username === undefined) return undefined;
  return { username: interpolate(username, env), password: interpolate(password ?? "", env) };
}
