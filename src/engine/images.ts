// SPDX-License-Identifier: Apache-2.0
/** What the engine knows about images, and its build cache. */
import { imageInUse, saveFailed } from "../system/errors.ts";
import type { ProgramLog } from "../system/log.ts";
import { lastLines, runProcess } from "../system/process.ts";
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
  /** names by digest, as in "host:5000/kolla/osc@sha256:…": docker has one for each registry that it was pushed to */
  readonly digests: readonly string[];
  /** whether the engine finds a HEALTHCHECK in it */
  readonly healthCheck: boolean;
}

interface Inspected {
  readonly Id: string;
  readonly Size: number;
  readonly RepoDigests?: readonly string[] | null;
  readonly RootFS?: { readonly Layers?: readonly string[] };
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null; readonly Healthcheck?: object };
  /** podman's place for it */
  readonly Healthcheck?: object;
}

/** @returns undefined when the engine has no such image, or does not answer */
export async function inspectImage(engine: Engine, name: string): Promise<ImageInfo | undefined> {
  const { file, env, cwd, signal } = engine;
  const result = await runProcess({ file, args: ["image", "inspect", name], cwd, env, signal, timeout: 60_000 });
  if (result.exitCode !== 0) return undefined;
  const [image] = JSON.parse(result.stdout) as Inspected[];
  if (image === undefined) return undefined;
  const { Id: id, Size: size, RepoDigests: digests, RootFS, Config, Healthcheck } = image;
  const healthCheck = (Config?.Healthcheck ?? Healthcheck) !== undefined;
  const [layers, labels] = [RootFS?.Layers ?? [], Config?.Labels ?? {}];
  return { name, id, size, layers, labels, digests: digests ?? [], healthCheck };
}

/**
 * The digest under which the registry of an image's name has it, as in "host:5000/kolla/osc@sha256:…".
 *
 * @returns undefined where it was not pushed there
 */
export function pushedAs({ name, digests }: Pick<ImageInfo, "name" | "digests">): string | undefined {
  // docker leaves its own registry's name out
  const repository = (text: string): string => text.replace(/^docker\.io\//, "");
  const own = repository(name).replace(/:[^:/]*$/, "");
  return digests.find((digest) => repository(digest).startsWith(`${own}@`));
}

/** Fetches an image from its registry: a builder that is not part of the engine leaves what it pushes there alone. */
export async function pullImage({ file, env, cwd, signal }: Engine, name: string, log: ProgramLog): Promise<void> {
  await runProcess({ file, args: ["pull", name], cwd, env, signal, log, timeout: 600_000 });
}

/** The command by which saveImages has them saved; podman takes several only where it is told to. */
export const saveCommand = ({ file, kind }: Pick<Engine, "file" | "kind">, names: readonly string[]): string[] => [
  ...[file, "image", "save", ...(kind === "podman" ? ["--multi-image-archive"] : [])],
  ...names,
];

/**
 * Has the engine save images as one tarball.
 *
 * @param take is given its bytes
 * @returns what `take` returns
 * @throws SAVE_FAILED (exit 7) with the client's own words; what `take` throws
 */
export async function saveImages<T>(
  engine: Engine,
  names: readonly string[],
  take: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
  log?: ProgramLog,
): Promise<T> {
  const [file = "", ...args] = saveCommand(engine, names);
  const { cwd, env, signal } = engine;
  const taken: T[] = [];
  const output = async (bytes: AsyncIterable<Uint8Array>) => void taken.push(await take(bytes));
  const result = await runProcess({ file, args, cwd, env, signal, output, ...(log === undefined ? {} : { log }) });
  const [first] = taken;
  if (result.exitCode !== 0 || first === undefined) throw saveFailed(names, lastLines(result, 3), log?.path);
  return first;
}

/** What docker's buildx plugin says of its version; undefined where there is none. */
export async function findBuildx({ file, kind, env, cwd, signal }: Engine): Promise<string | undefined> {
  if (kind !== "docker") return undefined;
  const result = await runProcess({ file, args: ["buildx", "version"], cwd, env, signal, timeout: 30_000 });
  return result.exitCode === 0 ? (/v?\d+\.\d+\S*/.exec(result.stdout)?.[0] ?? result.stdout) : undefined;
}

const dropArguments = (builder: string | undefined): string[] => [
  ...["buildx", "prune", "--force", "--filter", "type=source.local"],
  ...(builder === undefined ? [] : ["--builder", builder]),
];

/** The command that dropContextCopies starts. */
export const dropCommand = ({ file }: Pick<Engine, "file">, builder: string | undefined): string[] => [
  file,
  ...dropArguments(builder),
];

/**
 * Drops BuildKit's copies of local build contexts (not the layers' cache).
 *
 * kolla sets every mtime in a context to 0, and BuildKit sends a file again only when its name, size, mode or mtime
 * changed: without this, a file changed at equal size is built with its old content.
 *
 * @param builder of buildx; undefined: the one in use
 * @returns whether it worked
 */
export async function dropContextCopies(
  { file, env, cwd, signal }: Engine,
  builder: string | undefined,
  log: ProgramLog,
): Promise<boolean> {
  const result = await runProcess({ file, args: dropArguments(builder), cwd, env, signal, log, timeout: 120_000 });
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
