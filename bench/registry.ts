// SPDX-License-Identifier: Apache-2.0
/** What lies in a registry's storage tells what was pushed. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

const storage = (folder: string): string => join(folder, "docker/registry/v2");

/** Every blob in a registry's storage, by its digest in hex, with its size in bytes. */
export async function blobsOf(folder: string): Promise<ReadonlyMap<string, number>> {
  const blobs = join(storage(folder), "blobs/sha256");
  const names = await readdir(blobs, { recursive: true }).catch(() => []);
  const found = names.filter((name) => name.endsWith("/data"));
  const pairs = found.map(async (name) => [name.split("/")[1] ?? "", (await stat(join(blobs, name))).size] as const);
  return new Map(await Promise.all(pairs));
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

interface ImageConfig {
  readonly history: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[];
}

/** A layer of a pushed image: its blob, and the step that made it. */
export interface PushedLayer {
  /** hex */
  readonly digest: string;
  readonly step: string;
}

/** The layers of an image in the registry, lowest first. */
export async function layersOf(folder: string, image: string, tag: string): Promise<PushedLayer[]> {
  const link = join(storage(folder), "repositories", image, "_manifests/tags", tag, "current/link");
  const manifest = (await readBlob(folder, await readFile(link, "utf8"))) as Manifest;
  const { history } = (await readBlob(folder, manifest.config.digest)) as ImageConfig;
  const steps = history.filter((one) => one.empty_layer !== true);
  return manifest.layers.map(({ digest }, index) => ({
    digest: digest.replace("sha256:", ""),
    step: steps[index]?.created_by ?? "",
  }));
}

async function readBlob(folder: string, digest: string): Promise<unknown> {
  const hex = digest.trim().replace("sha256:", "");
  return JSON.parse(await readFile(join(storage(folder), "blobs/sha256", hex.slice(0, 2), hex, "data"), "utf8"));
}

/** What a push brought: the payload's layers, by their order, and all else, in bytes. */
export interface Pushed {
  readonly payload: readonly { readonly name: string; readonly bytes: number }[];
  readonly rest: number;
}

/**
 * Tells the payload's layers from the rest.
 *
 * @param names of the payload's layers, in the order in which they are added; they are the last ADDs of the image
 */
export function tellApart(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  layers: readonly PushedLayer[],
  names: readonly string[],
): Pushed {
  const fresh = new Map([...after].filter(([digest]) => !before.has(digest)));
  const added = layers.filter(({ step }) => /^(\/bin\/sh -c #\(nop\) )?ADD /.test(step)).slice(-names.length);
  if (added.length !== names.length) throw new Error(`the image has ${String(added.length)} layers of the payload`);
  const payload = added.map(({ digest }, index) => ({ name: names[index] ?? "", bytes: fresh.get(digest) ?? 0 }));
  const all = [...fresh.values()].reduce((sum, size) => sum + size, 0);
  return { payload, rest: payload.reduce((left, { bytes }) => left - bytes, all) };
}
