// SPDX-License-Identifier: Apache-2.0
/** What can be removed: by its name, of what we made; whatever else lies in our folders is not looked at. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { type Engine, findEngine } from "../engine/endpoint.ts";
import { findDangling, inspectImage, removeImage } from "../engine/images.ts";
import { clonePath } from "../git/clone.ts";
import { PAYLOAD_LABEL } from "../kolla/overrides.ts";
import { readRecord } from "../pipeline/record.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { sizeOf } from "../system/files.ts";
import { forgetWorkFolder, isOwn } from "../system/work-folder.ts";
import { isArtefact } from "./artefacts.ts";
import type { BuildResult } from "./build.ts";
import type { BuilderResult } from "./builder.ts";
import { COMMENT } from "./context.ts";
import { findDropIn } from "./drop-in.ts";
import type { ImagesResult } from "./images.ts";
import { OSC_CLONE } from "./source.ts";

/** One thing that can be removed. */
export interface Removable {
  /** for people: "clone", "image" */
  readonly what: string;
  /** absolute path, or the name or id of an image */
  readonly name: string;
  /** on the disk; of an image also what it shares with others */
  readonly bytes: number;
  readonly remove: () => Promise<void>;
}

/** What these settings no longer need: other clones, work trees that were built, other plugins, what was temporary. */
export async function unneeded(context: StageContext): Promise<Removable[]> {
  const { config, paths } = context;
  const clones = [{ name: OSC_CLONE, url: config.source.url }, ...config.libraries];
  const plugins = config.plugins.map((plugin) => (typeof plugin === "string" ? plugin : plugin.sha256));
  const given = config.image.java.jre;
  const jre = typeof given === "object" ? given.sha256 : undefined;
  // the bundle lies in its work tree
  const built = (await readRecord(paths.state, "build"))?.result as BuildResult | undefined;
  const found = await Promise.all([
    others("clone", paths.clones, (path) =>
      clones.some(({ name, url }) => path === clonePath(paths.clones, name, url)),
    ),
    others("work tree", paths.trees, (path) => built?.bundle.startsWith(`${path}/`) === true),
    others("plugin", paths.plugins, (path) => plugins.includes(path.slice(paths.plugins.length + 1))),
    others("JRE", paths.jres, (path) => path.slice(paths.jres.length + 1) === jre),
    others("temporary", join(paths.mavenHome, "tmp"), () => false),
    others("temporary", paths.kollaWork, () => false),
  ]);
  return found.flat();
}

/** Everything that we made in the two folders. */
export async function everything({ paths }: StageContext): Promise<Removable[]> {
  const { workDir, tarballs, kolla, resultFile, imageProvenance } = paths;
  const { clones, trees, mavenHome, plugins, jres, jre, distribution, sbom, buildContainer, rebuilt } = paths;
  const work = [clones, trees, mavenHome, plugins, jres, jre, distribution, sbom, buildContainer, rebuilt];
  const packed = (await entriesOf(tarballs)).filter(isArtefact);
  const isContextOurs = await isOwn(kolla, { file: "kolla-build.conf", begins: `# ${COMMENT}` });
  const dropIn = await findDropIn(paths.dropIns);
  const contexts = [...(isContextOurs ? [kolla] : []), ...(dropIn === undefined ? [] : [dropIn])];
  const outputs = [...contexts, ...packed.map((name) => join(tarballs, name)), resultFile, imageProvenance];
  const found = await Promise.all([
    ...[...work, paths.kollaWork, paths.logs].map((path) => removable("work folder", path)),
    ...outputs.map((path) => removable("output", path)),
    // the record goes last: a clean that is stopped leaves stages that are recorded and looked after
    removable("record", paths.state),
  ]);
  const mark: Removable = {
    what: "record",
    name: join(workDir, "CACHEDIR.TAG"),
    bytes: 0,
    remove: () => forgetWorkFolder(workDir),
  };
  return [...found.flat(), mark];
}

/** The images that runs in this work folder recorded, while they are still those; and what newer ones took the name of. */
export async function ownImages(context: StageContext): Promise<Removable[]> {
  const { state } = context.paths;
  const engine = await findEngine(context);
  const images = (await readRecord(state, "images"))?.result as ImagesResult | undefined;
  const builder = (await readRecord(state, "builder"))?.result as BuilderResult | undefined;
  const container = builder?.runner === "container" ? [{ name: builder.image, id: builder.id }] : [];
  // osc before osc-base, which it stands on
  const recorded = [...(images?.images ?? []), ...container].reverse();
  const named = await Promise.all(recorded.map(({ name, id }) => imageIfStill(name, id, engine)));
  const dangling = await findDangling(engine, PAYLOAD_LABEL);
  return [...named.flat(), ...dangling.map(({ id, size }) => imageOf(id, size, engine))];
}

async function imageIfStill(name: string, id: string, engine: Engine): Promise<Removable[]> {
  const now = await inspectImage(engine, name);
  return now?.id === id ? [imageOf(name, now.size, engine)] : [];
}

const imageOf = (name: string, bytes: number, engine: Engine): Removable => ({
  what: "image",
  name,
  bytes,
  remove: () => removeImage(engine, name),
});

const entriesOf = async (folder: string): Promise<string[]> =>
  (await fsExtra.pathExists(folder)) ? (await readdir(folder)).sort() : [];

/** What lies in a folder of ours and is not needed. */
async function others(what: string, folder: string, isNeeded: (path: string) => boolean): Promise<Removable[]> {
  const paths = (await entriesOf(folder)).map((name) => join(folder, name)).filter((path) => !isNeeded(path));
  return (await Promise.all(paths.map((path) => removable(what, path)))).flat();
}

async function removable(what: string, path: string): Promise<Removable[]> {
  if (!(await fsExtra.pathExists(path))) return [];
  return [{ what, name: path, bytes: await sizeOf(path), remove: () => fsExtra.remove(path) }];
}
