// SPDX-License-Identifier: Apache-2.0
/** A real registry on loopback: Debian's docker-registry. What lies in its storage tells what was pushed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

export interface Registry {
  /** host:port */
  readonly address: string;
  /** its storage */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a registry.
 *
 * @param file docker-registry
 * @param folder a new one
 * @throws Error with its own words when it does not answer within ten seconds
 */
export async function startRegistry(file: string, folder: string): Promise<Registry> {
  await mkdir(folder, { recursive: true });
  const address = `127.0.0.1:${String(await freePort())}`;
  const conf = join(folder, "conf.yml");
  await writeFile(
    conf,
    `version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: ${JSON.stringify(folder)}}}\nhttp: {addr: "${address}"}\n`,
  );
  const child = spawn(file, ["serve", conf], { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => (words = `${words}${chunk.toString("utf8")}`.slice(-2000)));
  const stop = () => stopChild(child);
  for (let left = 100; left > 0; left--) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answer?.ok === true) return { address, folder, stop };
    await setTimeout(100);
  }
  await stop();
  throw new Error(`the registry does not answer: ${words}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  await closed;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("there is no free port");
  return address.port;
}

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
