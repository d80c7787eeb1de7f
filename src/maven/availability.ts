// SPDX-License-Identifier: Apache-2.0
/** Whether a repository has an artifact. */
import fsExtra from "fs-extra";
import type { Environment } from "../system/environment.ts";
import type { Answer, Login } from "../system/http.ts";
import { folderOf, interpolate } from "./repositories.ts";
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

interface AskContext {
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/** Asks a repository (https, http or file) for the jar of an artifact. */
export async function isAvailable(artifact: Artifact, repository: Repository, context: AskContext): Promise<Found> {
  const answer = await ask(jarPath(artifact), repository, context);
  return "silent" in answer
    ? { isThere: false, status: undefined }
    : { isThere: answer.status >= 200 && answer.status < 300, status: answer.status };
}

/** Asks a repository whether it is there at all; a folder that is not there is silent. */
export async function askRepository(repository: Repository, context: AskContext): Promise<Answer> {
  const answer = await ask("", repository, context);
  const isFolder = repository.url.startsWith("file:");
  return isFolder && "status" in answer && answer.status === 404 ? { silent: "there is no such folder" } : answer;
}

async function ask(path: string, repository: Repository, { env, signal }: AskContext): Promise<Answer> {
  const url = `${interpolate(repository.url, env).replace(/\/+$/, "")}/${path}`;
  if (!url.startsWith("file:")) {
    // slow to load, and a run with nothing to do asks no server
    const { head } = await import("../system/http.ts");
    return head(url, env, signal, loginOf(repository, env));
  }
  const file = folderOf(url);
  if (file === undefined) return { silent: "it is no address of a folder on this machine" };
  return { status: (await fsExtra.pathExists(file)) ? 200 : 404 };
}

function loginOf({ username, password }: Repository, env: Environment): Login | undefined {
  if (username === undefined) return undefined;
  return { username: interpolate(username, env), password: interpolate(password ?? "", env) };
}
