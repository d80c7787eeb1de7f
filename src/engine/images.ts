// SPDX-License-Identifier: Apache-2.0
/** What the engine knows about images, and its build cache. */
import { imageInUse } from "../system/errors.ts";
import type { ProgramLog } from "../system/log.ts";
import { runProcess } from "../system/process.ts";
import type { Engine } from "./endpoint.ts";

export interface ImageInfo {
  /** with registry, namespace and tag */
  readonly name: string;
  /** "sha256:…" */
  readonly id: string;
  /** bytes */
  readonly size: number;
  /** digests of the uncompressed layers, lowest first */
  readonly layers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

interface Inspected {
  readonly Id: string;
  readonly Size: number;
  readonly RootFS?: { readonly Layers?: readonly string[] };
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
}

/** @returns undefined when the engine has no such image, or does not answer */
export async function inspectImage(engine: Engine, name: string): Promise<ImageInfo | undefined> {
  const { file, env, cwd, signal } = engine;
  const result = await runProcess({ file, args: ["image", "inspect", name], cwd, env, signal, timeout: 60_000 });
  if (result.exitCode !== 0) return undefined;
  const [image] = JSON.parse(result.stdout) as Inspected[];
  if (image === undefined) return undefined;
  const { Id: id, Size: size, RootFS, Config } = image;
  return { name, id, size, layers: RootFS?.Layers ?? [], labels: Config?.Labels ?? {} };
}

/** What docker's buildx plugin says of its version; undefined where there is none. */
export async function findBuildx({ file, kind, env, cwd, signal }: Engine): Promise<string | undefined> {
  if (kind !== "docker") return undefined;
  const result = await runProcess({ file, args: ["buildx", "version"], cwd, env, signal, timeout: 30_000 });
  return result.exitCode === 0 ? (/v?\d+\.\d+\S*/.exec(result.stdout)?.[0] ?? result.stdout) : undefined;
}

/**
 * Drops BuildKit's copies of local build contexts (not the layers' cache).
 *
 * kolla sets every mtime in a context to 0, and BuildKit sends a file again only when its name, size, mode or mtime
 * changed: without this, a file changed at equal size is built with its old content.
 *
 * @returns whether it worked
 */
export async function dropContextCopies({ file, env, cwd, signal }: Engine, log: ProgramLog): Promise<boolean> {
  const args = ["buildx", "prune", "--force", "--filter", "type=source.local"];
  const result = await runProcess({ file, args, cwd, env, signal, log, timeout: 120_000 });
  return result.exitCode === 0;
}

/** The images with a label that have lost their name to a newer one. */
export async function findDangling(engine: Engine, label: string): Promise<readonly Pick<ImageInfo, "id" | "size">[]> {
  const { file, env, cwd, signal } = engine;
  const filters = ["--filter", "dangling=true", "--filter", `label=${label}`];
  const args = ["image", "ls", "--quiet", "--no-trunc", ...filters];
  const { exitCode, stdout } = await runProcess({ file, args, cwd, env, signal, timeout: 60_000 });
  const ids = exitCode === 0 ? [...new Set(stdout.split("\n").filter((id) => id !== ""))] : [];
  const found = await Promise.all(ids.map((id) => inspectImage(engine, id)));
  return found.filter((image) => image !== undefined);
}

/**
 * Removes an image's name, and the image with its last one.
 *
 * @throws IMAGE_IN_USE (exit 7) with the client's own words, as where a container uses it
 */
export async function removeImage({ file, env, cwd, signal }: Engine, name: string): Promise<void> {
  const result = await runProcess({ file, args: ["image", "rm", name], cwd, env, signal, timeout: 120_000 });
  if (result.exitCode !== 0) throw imageInUse(name, result.tail.at(-1) ?? "the engine refuses");
}
