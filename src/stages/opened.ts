// SPDX-License-Identifier: Apache-2.0
/** Opens what people want to look into: an output folder, a distribution, an archive, a jar, an image. */
import { lstat, open, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import fsExtra from "fs-extra";
import {
  below,
  type ByteSource,
  type Contents,
  contentsOf,
  fileBytes,
  folderWalk,
  plainPath,
  tarWalk,
  together,
  zipWalk,
} from "../archive/contents.ts";
import { holdsImages, readImage, type SavedImage } from "../archive/image.ts";
import { writeBytes } from "../archive/write.ts";
import { findZstd, ZSTD_MAGIC, zstdBytes } from "../archive/zstd.ts";
import { findEngine } from "../engine/endpoint.ts";
import { inspectImage, saveImages } from "../engine/images.ts";
import type { PayloadFile } from "../archive/payload.ts";
import { HOME } from "../osc/layout.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { messageOf, OscKollaError, unreadable, usage } from "../system/errors.ts";
import { temporaryPath } from "../system/files.ts";
import { claimWorkFolder } from "../system/work-folder.ts";
import { INVENTORY, readInventory } from "./distribution.ts";

export interface Opened {
  /** as it was named */
  readonly name: string;
  readonly kind: "output" | "folder" | "archive" | "jar" | "image";
  /** paths as in the image, wherever they lay */
  readonly contents: Contents;
  /** undefined for what is none */
  readonly image?: SavedImage;
  /** by which the engine that has the image knows it */
  readonly engineId?: string;
  /** removes what was written for it */
  readonly release: () => Promise<void>;
}

const NOTHING = (): Promise<void> => Promise.resolve();

/**
 * Opens what is there under a name.
 *
 * @param name a path; where there is nothing of that name, an image of the engine
 * @throws USAGE (exit 2) where there is neither; UNREADABLE (exit 6) for what cannot be read, with its name; MISSING (exit 3)
 * where zstd compressed it and is not here
 */
export async function openOutput(name: string, context: StageContext): Promise<Opened> {
  const path = resolve(context.cwd, name);
  if ((await lstat(path).catch(() => undefined)) === undefined) return openEngineImage(name, context);
  try {
    const real = await fsExtra.stat(path);
    return real.isDirectory() ? await openFolder(name, path, context) : await openFile(name, path, context);
  } catch (thrown) {
    context.signal.throwIfAborted();
    if (thrown instanceof OscKollaError) throw thrown;
    throw unreadable(name, messageOf(thrown));
  }
}

async function openFolder(name: string, path: string, context: StageContext): Promise<Opened> {
  const own = join(path, "root");
  if (await fsExtra.pathExists(join(own, HOME))) {
    const contents = withModes(await contentsOf(folderWalk(own)), await readInventory(join(path, INVENTORY)));
    return { name, kind: "folder", contents, release: NOTHING };
  }
  const archives = await archivesOf(path);
  if (archives.length > 0)
    return { name, kind: "output", contents: await openArchives(archives, context), release: NOTHING };
  return { name, kind: "folder", contents: await contentsOf(folderWalk(path)), release: NOTHING };
}

/** Our own trees lie on the disk with other modes than they are packed with. */
function withModes({ items, read }: Contents, files: readonly PayloadFile[]): Contents {
  const modes = new Map(files.map(({ path, mode }) => [path, mode]));
  const settled = [...items].map(([path, item]) => [path, { ...item, mode: modes.get(path) ?? item.mode }] as const);
  return { items: new Map(settled), read };
}

/** An archive that packs a distribution, by its name; the sources' has another. */
export const PACKED = /^osc-(?!.*-source\.).*\.tar(?:\.gz|\.zst)?$/;

/**
 * The archives of an output folder: those of the context where the last run wrote one, else the one for packagers.
 *
 * @throws USAGE (exit 2) where there are several of those
 */
async function archivesOf(output: string): Promise<string[]> {
  const tarballs = await namesIn(join(output, "tarballs"), PACKED);
  const inContext = [
    ...(await namesIn(join(output, "kolla", "docker", "osc-base"), /\.tar$/)),
    ...(await namesIn(join(output, "kolla", "docker", "osc"), /\.tar$/)),
  ];
  const result = (await fsExtra.readJson(join(output, "result.json")).catch(() => ({}))) as { command?: string };
  if (inContext.length > 0 && (result.command !== "tarball" || tarballs.length === 0)) return inContext;
  // the first one of each is what needs the fewest programs
  const each = new Map([...tarballs].reverse().map((file) => [file.replace(/\.(?:gz|zst)$/, ""), file]));
  const [first, ...more] = [...each.values()];
  if (more.length > 0) throw usage(`${output} holds several archives; name one of them: ${tarballs.join(", ")}`);
  return first === undefined ? [] : [first];
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((one) => pattern.test(one))
    .sort()
    .map((one) => join(folder, one));
}

const openArchives = async (files: readonly string[], context: StageContext): Promise<Contents> =>
  together(await Promise.all(files.map(async (file) => openTarball(await tarBytes(file, context)))));

const openTarball = async (bytes: ByteSource): Promise<Contents> => rooted(await contentsOf(tarWalk(bytes)));

/** What lies in a tarball's file; gzip is known to whoever reads that. */
async function tarBytes(path: string, context: StageContext): Promise<ByteSource> {
  if (!(await begins(path, ZSTD_MAGIC))) return fileBytes(path);
  return zstdBytes(path, await findZstd(context, "name an archive in another format"), context);
}

async function openFile(name: string, path: string, context: StageContext): Promise<Opened> {
  if (await begins(path, Buffer.from("PK"))) {
    if (path.endsWith(".jar")) return { name, kind: "jar", contents: await openAlone(path), release: NOTHING };
    return { name, kind: "archive", contents: rooted(await contentsOf(zipWalk(path))), release: NOTHING };
  }
  const bytes = await tarBytes(path, context);
  if (await holdsImages(bytes)) {
    const image = await readImage(bytes);
    return { name, kind: "image", contents: image, image, release: NOTHING };
  }
  return { name, kind: "archive", contents: await openTarball(bytes), release: NOTHING };
}

async function begins(path: string, magic: Buffer): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return buffer.equals(magic);
  } finally {
    await handle.close();
  }
}

/** A jar as if it lay alone in a folder. */
async function openAlone(path: string): Promise<Contents> {
  const content = await fsExtra.readFile(path);
  const file = basename(path);
  async function* bytes() {
    yield await Promise.resolve(content);
  }
  return contentsOf((visit) => visit({ path: file, type: "file", mode: 0o644, content: bytes() }));
}

/** Archives for packagers have a folder of their own at the top: what lies in it counts. */
function rooted(contents: Contents): Contents {
  const paths = [...contents.items.keys()];
  const top = paths[0]?.split("/")[0] ?? "";
  const isAbove = paths.some((path) => path.startsWith(`${top}/${HOME}/`));
  return isAbove && paths.every((path) => path.startsWith(`${top}/`)) ? below(contents, `${top}/`) : contents;
}

/** Has the engine save an image into the work folder, and reads that. */
async function openEngineImage(name: string, context: StageContext): Promise<Opened> {
  const nothing = usage(`there is no file, folder or image ${JSON.stringify(name)}`);
  // what no image can be called is a misspelt path
  if (!/^[a-z0-9][\w./:@-]*$/.test(name)) throw nothing;
  const engine = await findEngine(context);
  const found = await inspectImage(engine, name);
  if (found === undefined) throw nothing;
  const { workDir } = context.paths;
  await claimWorkFolder(workDir);
  const file = temporaryPath(join(workDir, `${plainPath(name).replaceAll(/[^\w.-]/g, "-")}.tar`));
  try {
    await saveImages(engine, [name], (bytes) => writeBytes(file, bytes, context.signal));
    const image = await readImage(fileBytes(file));
    return { name, kind: "image", contents: image, image, engineId: found.id, release: () => fsExtra.remove(file) };
  } catch (thrown) {
    await fsExtra.remove(file);
    context.signal.throwIfAborted();
    if (thrown instanceof OscKollaError) throw thrown;
    throw unreadable(name, messageOf(thrown));
  }
}
