// SPDX-License-Identifier: Apache-2.0
/** Where the engine keeps its data, and how much room is left there. */
import { freeSpace } from "../system/folders.ts";
import { runProcess } from "../system/process.ts";
import { type Engine, isHere } from "./endpoint.ts";

export interface Storage {
  /** "overlay2" */
  readonly driver: string;
  /** absolute path, as the engine sees it */
  readonly folder: string;
  /** bytes; undefined where the folder cannot be seen from here, as that of an engine in a virtual machine */
  readonly free: number | undefined;
}

/** What each client is asked for: the driver, a blank, the folder. */
const FORMAT = {
  docker: "{{.Driver}} {{.DockerRootDir}}",
  podman: "{{.Store.GraphDriverName}} {{.Store.GraphRoot}}",
} as const;

/** @returns undefined when the engine does not answer, or not as we know it */
export async function findStorage(engine: Engine): Promise<Storage | undefined> {
  const { file, kind, env, cwd, signal } = engine;
  const args = ["info", "--format", FORMAT[kind]];
  const result = await runProcess({ file, args, cwd, env, signal, timeout: 30_000 });
  // docker ends with 0, too, when only its client answers
  const [, driver, folder] = /^(\S+) (\/.*)$/m.exec(result.stdout) ?? [];
  if (driver === undefined || folder === undefined) return undefined;
  const free = isHere(engine) ? await freeSpace(folder).catch(() => undefined) : undefined;
  return { driver, folder, free };
}
