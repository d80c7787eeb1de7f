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

/** What `docker info` and `podman info` say, as far as it is read here. */
interface Info {
  readonly Driver?: string;
  readonly DockerRootDir?: string;
  readonly store?: { readonly graphDriverName?: string; readonly graphRoot?: string };
}

/** @returns undefined when the engine does not answer, or not as we know it */
export async function findStorage(engine: Engine): Promise<Storage | undefined> {
  const { file, kind, env, cwd, signal } = engine;
  const format = kind === "podman" ? "json" : "{{json .}}";
  const result = await runProcess({ file, args: ["info", "--format", format], cwd, env, signal, timeout: 30_000 });
  const info = parse(result.stdout);
  const driver = info?.Driver ?? info?.store?.graphDriverName;
  const folder = info?.DockerRootDir ?? info?.store?.graphRoot;
  if (driver === undefined || folder === undefined) return undefined;
  const free = isHere(engine) ? await freeSpace(folder).catch(() => undefined) : undefined;
  return { driver, folder, free };
}

function parse(text: string): Info | undefined {
  try {
    return JSON.parse(text) as Info;
  } catch {
    return undefined;
  }
}
