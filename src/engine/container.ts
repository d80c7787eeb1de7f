// SPDX-License-Identifier: Apache-2.0
/** Running a program in a container, as if it ran on this machine. */
import { stat } from "node:fs/promises";
import { type ProcessRequest, type ProcessResult, runProcess } from "../system/process.ts";
import type { Engine } from "./endpoint.ts";

/** A file or folder of this machine, which the container sees at the same path unless `at` says another one. */
export interface Mount {
  /** absolute path */
  readonly path: string;
  readonly at?: string;
  readonly readOnly: boolean;
}

export interface Container {
  readonly engine: Engine;
  /** name or id */
  readonly image: string;
  /** of the container: what a killed run left under this name is removed first */
  readonly name: string;
  /** what the program runs as; see ownerOf */
  readonly user: readonly string[];
  readonly mounts: readonly Mount[];
}

/**
 * Runs a program in a container of its own, on the host's network, to its end; see runProcess. The container is gone
 * afterwards, also when the signal aborts.
 *
 * @param request `file` is a program in the image; `cwd` and `env` are those in the container
 */
export async function runInContainer(container: Container, request: ProcessRequest): Promise<ProcessResult> {
  const { engine } = container;
  await removeContainer(container);
  try {
    return await runProcess({
      ...request,
      file: engine.file,
      args: containerArguments(container, request),
      cwd: engine.cwd,
      env: { ...request.env, ...engine.env },
    });
  } catch (thrown) {
    await removeContainer(container);
    throw thrown;
  }
}

/** The commands that runInContainer would start. */
export const containerCommands = (container: Container, request: Program): string[][] =>
  [removeArguments(container), containerArguments(container, request)].map((args) => [container.engine.file, ...args]);

/** A program in the image. */
type Program = Pick<ProcessRequest, "file" | "args" | "cwd" | "env">;

const removeArguments = ({ name }: Container): string[] => ["rm", "--force", name];

/** The arguments of `docker run`. */
function containerArguments(container: Container, { file, args, cwd, env }: Program): string[] {
  const { engine, image, name, user, mounts } = container;
  const variables = Object.entries(env).flatMap(([variable, value]) => [
    "--env",
    // by its name alone it is taken from the client's environment: a value may be secret, and command lines are not
    (engine.env[variable] ?? value) === value ? variable : `${variable}=${value}`,
  ]);
  return [
    ...["run", "--rm", "--pull", "never", "--name", name, "--network", "host", ...user],
    ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--security-opt", "label=disable"],
    ...mounts.flatMap((mount) => ["--mount", mountOption(mount)]),
    ...variables,
    ...["--workdir", cwd, image, file, ...args],
  ];
}

/** The engine reads a line of CSV: a field with a comma or a quote stands in quotes. */
function mountOption({ path, at, readOnly }: Mount): string {
  const fields = ["type=bind", `source=${path}`, `target=${at ?? path}`, ...(readOnly ? ["readonly"] : [])];
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

/** Removes a container, whatever it is doing; an engine that has none of the name is as well. */
async function removeContainer(container: Container): Promise<void> {
  const { file, env, cwd } = container.engine;
  // not by the run's signal: it is most needed after an abort
  await runProcess({ file, args: removeArguments(container), cwd, env, timeout: 30_000 });
}

/**
 * The options by which a program in a container runs as the owner of a folder that it writes to, so that what it leaves
 * there is his. Where the engine itself runs as an ordinary user, that user is root in its containers.
 */
export async function ownerOf(folder: string, engine: Engine): Promise<readonly string[]> {
  const { uid, gid } = await stat(folder);
  const user = ["--user", `${String(uid)}:${String(gid)}`];
  const { file, kind, env, cwd, signal } = engine;
  const format = kind === "podman" ? "{{.Host.Security.Rootless}}" : "{{.SecurityOptions}}";
  const { stdout } = await runProcess({ file, args: ["info", "--format", format], cwd, env, signal, timeout: 30_000 });
  if (kind === "podman") return stdout === "true" ? [...user, "--userns", "keep-id"] : user;
  if (stdout.includes("name=rootless")) return ["--user", "0:0"];
  return stdout.includes("name=userns") ? [...user, "--userns", "host"] : user;
}
