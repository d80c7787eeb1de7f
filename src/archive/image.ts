// SPDX-License-Identifier: Apache-2.0
/**
 * Images as `docker save` and `podman save` write them: a tarball of layers, each a tarball itself
 * (https://github.com/moby/docker-image-spec, "Image JSON and filesystem layers").
 */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { Readable } from "node:stream";
import { constants, createGunzip, gunzipSync } from "node:zlib";
import { Header, type ReadEntry } from "tar";
import { type ByteSource, bytesOf, type Contents, FILES, type Item, itemOf, plainPath, textOf } from "./contents.ts";
import { contentOf, eachTarEntry } from "./tar-entries.ts";

/** What an image says of itself: the part of its configuration that a container gets. */
export interface ImageConfig {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
}

export interface SavedImage extends Contents {
  readonly names: readonly string[];
  /** the digest of its configuration: "sha256:…" */
  readonly id: string;
  readonly config: ImageConfig;
  /** of each layer, from the lowest one, the digest of its uncompressed bytes, computed of what lies in the archive */
  readonly layers: readonly string[];
  /** the place in `layers` of the layer that a file comes from */
  readonly layerOf: ReadonlyMap<string, number>;
}

/** The names at the top of such an archive. */
const TOP = /^(?:[0-9a-f]{64}(?:\/|\.json|\.tar|$)|blobs(?:\/|$)|(?:manifest|index)\.json$|oci-layout$|repositories$)/;

/** Whether a tarball, plain or gzip, holds saved images, by its first entry. */
export async function holdsImages(source: ByteSource): Promise<boolean> {
  let begin = Buffer.alloc(0);
  await source(async (bytes) => {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      begin = Buffer.concat([begin, chunk]).subarray(0, 1 << 16);
      if (begin.length === 1 << 16) break;
    }
  });
  const first = isGzip(begin) ? gunzipSync(begin, { finishFlush: constants.Z_SYNC_FLUSH }) : begin;
  if (first.length < 512) return false;
  const header = new Header(first, 0);
  return header.cksumValid && TOP.test(plainPath(header.path ?? ""));
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A file of a layer, and where its content lies. */
interface Placed {
  readonly item: Item;
  readonly from: string;
}

interface Layer {
  readonly digest: string;
  /** in the order of the archive; a hard link has the item of what it stands for */
  readonly items: readonly Placed[];
  /** paths that are no longer there, and folders whose content is not */
  readonly gone: readonly string[];
  readonly emptied: readonly string[];
}

interface Manifest {
  readonly Config: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Layers: readonly string[];
}

/**
 * Reads a saved image.
 *
 * @param name which one, where the archive holds several; without one, the one that stands on all others
 * @throws Error for what is no such archive, a damaged one, or one without this image
 */
export async function readImage(source: ByteSource, name?: string): Promise<SavedImage> {
  const { documents, layers, links } = await readArchive(source);
  const manifests = JSON.parse(documents.get("manifest.json")?.toString() ?? "[]") as readonly Manifest[];
  const { Config, RepoTags, Layers } = choose(manifests, name);
  const config = documents.get(plainPath(Config));
  if (config === undefined) throw new Error(`the configuration ${Config} is not in it`);
  const places = Layers.map((path) => links.get(plainPath(path)) ?? plainPath(path));
  const stack = places.map((path) => {
    const layer = layers.get(path);
    if (layer === undefined) throw new Error(`the layer ${path} is not in it`);
    return layer;
  });
  const folded = fold(stack);
  const itemsOf = [...folded].map(([path, { item }]) => [path, item] as const);
  return {
    names: RepoTags ?? [],
    id: `sha256:${createHash("sha256").update(config).digest("hex")}`,
    config: JSON.parse(config.toString()) as ImageConfig,
    layers: stack.map(({ digest }) => digest),
    items: new Map(itemsOf),
    layerOf: new Map([...folded].map(([path, { layer }]) => [path, layer])),
    read: (paths) => readFiles(source, places, folded, paths),
  };
}

function choose(manifests: readonly Manifest[], name: string | undefined): Manifest {
  const names = manifests.flatMap(({ RepoTags }) => RepoTags ?? []);
  const standsOnAll = ({ Layers }: Manifest) =>
    manifests.every((other) => other.Layers.every((layer, at) => Layers[at] === layer || isLinked(layer, Layers[at])));
  const found =
    name === undefined
      ? [...manifests].sort((a, b) => b.Layers.length - a.Layers.length).find(standsOnAll)
      : manifests.find(({ RepoTags }) => RepoTags?.includes(name));
  if (found === undefined)
    throw new Error(`it has no image ${name ?? "that stands on all others"}: ${names.join(", ")}`);
  return found;
}

/** Older engines give each image folders of its own, with links between them: depth alone tells, then. */
const isLinked = (layer: string, other: string | undefined): boolean =>
  other !== undefined && layer.endsWith("/layer.tar") && other.endsWith("/layer.tar");

interface Archive {
  readonly documents: ReadonlyMap<string, Buffer>;
  readonly layers: ReadonlyMap<string, Layer>;
  readonly links: ReadonlyMap<string, string>;
}

async function readArchive(source: ByteSource): Promise<Archive> {
  const documents = new Map<string, Buffer>();
  const layers = new Map<string, Layer>();
  const links = new Map<string, string>();
  const take = async (entry: ReadEntry): Promise<void> => {
    const path = plainPath(entry.path);
    if (entry.type === "SymbolicLink") links.set(path, posix.join(posix.dirname(path), entry.linkpath ?? ""));
    if (!FILES.has(entry.type)) return;
    const { first, content } = await peek(entry);
    if (first === "{" || first === "[") documents.set(path, await bytesOf(content));
    else if (isLayer(path)) layers.set(path, await readLayer(content));
  };
  await source((bytes) => eachTarEntry(bytes, { take }));
  return { documents, layers, links };
}

const isLayer = (path: string): boolean => path.endsWith(".tar") || path.startsWith("blobs/");

/** The first character of an entry, and all of it. */
async function peek(entry: ReadEntry): Promise<{ readonly first: string; readonly content: AsyncGenerator<Buffer> }> {
  const chunks = contentOf(entry);
  const head = (await chunks.next()).value as Buffer | undefined;
  async function* all() {
    if (head !== undefined) yield head;
    yield* chunks;
  }
  return { first: head?.toString("latin1", 0, 1) ?? "", content: all() };
}

/** Goes through a layer, whether it is compressed or not; `observe` is given its uncompressed bytes. */
async function eachLayerEntry(
  content: AsyncGenerator<Buffer>,
  take: (entry: ReadEntry) => Promise<void>,
  observe: (chunk: Buffer) => void = () => undefined,
): Promise<void> {
  const { value: head } = (await content.next()) as IteratorResult<Buffer, undefined>;
  async function* all() {
    if (head !== undefined) yield head;
    yield* content;
  }
  const bytes = Readable.from(all());
  const plain = head !== undefined && isGzip(head) ? bytes.pipe(createGunzip()) : bytes;
  bytes.on("error", (thrown) => plain.destroy(thrown));
  let length = 0;
  let used = false;
  async function* observed() {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      observe(chunk);
      length += chunk.length;
      used ||= chunk.some((byte) => byte !== 0);
      yield chunk;
    }
  }
  // a layer that changes nothing has no entry, which node-tar takes for no tarball
  await eachTarEntry(Readable.from(observed()), { take, lenient: true }).catch((thrown: unknown) => {
    if (used || length === 0) throw thrown;
  });
}

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

async function readLayer(content: AsyncGenerator<Buffer>): Promise<Layer> {
  const hash = createHash("sha256");
  const items = new Map<string, Placed>();
  const gone: string[] = [];
  const emptied: string[] = [];
  const take = async (entry: ReadEntry): Promise<void> => {
    const path = plainPath(entry.path);
    const { dir, base } = posix.parse(path);
    if (base === OPAQUE) emptied.push(dir);
    else if (base.startsWith(WHITEOUT)) gone.push(posix.join(dir, base.slice(WHITEOUT.length)));
    else if (entry.type === "Link") {
      const target = items.get(plainPath(entry.linkpath ?? ""));
      if (target !== undefined) items.set(path, { item: { ...target.item, path }, from: target.from });
    } else if (entry.type === "SymbolicLink") {
      const link = { path, type: "link", mode: 0o777, content: textOf(entry.linkpath ?? "") } as const;
      items.set(path, { item: await itemOf(link), from: path });
    } else if (FILES.has(entry.type)) {
      const visited = { path, type: "file", mode: (entry.mode ?? 0o644) & 0o7777, content: contentOf(entry) } as const;
      items.set(path, { item: await itemOf(visited), from: path });
    }
  };
  await eachLayerEntry(content, take, (chunk) => hash.update(chunk));
  return { digest: `sha256:${hash.digest("hex")}`, items: [...items.values()], gone, emptied };
}

interface Folded extends Placed {
  readonly layer: number;
}

/** The layers over each other. */
function fold(stack: readonly Layer[]): Map<string, Folded> {
  const all = new Map<string, Folded>();
  for (const [layer, { items, gone, emptied }] of stack.entries()) {
    for (const path of gone) all.delete(path);
    const removed = [...gone, ...emptied].map((path) => `${path}/`);
    if (removed.length > 0)
      for (const path of all.keys()) if (removed.some((folder) => path.startsWith(folder))) all.delete(path);
    for (const placed of items) all.set(placed.item.path, { ...placed, layer });
  }
  return all;
}

async function readFiles(
  source: ByteSource,
  places: readonly string[],
  folded: ReadonlyMap<string, Folded>,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const wanted = new Map<string, Map<string, string[]>>();
  for (const path of paths) {
    const { layer, from, item } = folded.get(path) ?? {};
    const place = layer === undefined || item?.type !== "file" ? undefined : places[layer];
    if (place === undefined || from === undefined) continue;
    const inLayer = wanted.get(place) ?? new Map<string, string[]>();
    inLayer.set(from, [...(inLayer.get(from) ?? []), path]);
    wanted.set(place, inLayer);
  }
  if (wanted.size === 0) return found;
  const take = async (outer: ReadEntry): Promise<void> => {
    const inLayer = wanted.get(plainPath(outer.path));
    if (inLayer === undefined) return;
    await eachLayerEntry(contentOf(outer), async (entry) => {
      const names = inLayer.get(plainPath(entry.path)) ?? [];
      if (names.length === 0 || !FILES.has(entry.type)) return;
      const bytes = await bytesOf(contentOf(entry));
      for (const path of names) found.set(path, bytes);
    });
  };
  await source((bytes) => eachTarEntry(bytes, { take }));
  return found;
}
