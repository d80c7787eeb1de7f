// SPDX-License-Identifier: Apache-2.0
/** Writes all that the stock kolla-build needs: conf, templates, the override with the payload, and the archives. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { checksumList, payloadEntries, type PayloadFile } from "../archive/payload.ts";
import type { TarEntry } from "../archive/tar.ts";
import type { Tree } from "../archive/untar.ts";
import { writeBytes } from "../archive/write.ts";
import { type Labels, labelsOf, renderOverride, type Runtime } from "../kolla/overrides.ts";
import { layerOf, LAYERS, MANIFEST, SBOM } from "../osc/layers.ts";
import { shapeOf } from "../osc/layout.ts";
import { defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { messageOf, stagingFailed } from "../system/errors.ts";
import { replace, temporaryPath } from "../system/files.ts";
import { bytesOf } from "../system/units.ts";
import { requireOwn } from "../system/work-folder.ts";
import { build, type BuildResult } from "./build.ts";
import { outputFolderCheck } from "./checks.ts";
import { distribution, type DistributionResult, readInventory } from "./distribution.ts";
import { javaSource } from "./java.ts";
import { type JreResult, jre, readJre } from "./jre.ts";
import { refuseSettings, runtimeDigest, runtimeEntries } from "./runtime.ts";
import { sbom, type SbomResult } from "./sbom.ts";
import { source, type SourceResult } from "./source.ts";
import { copyTemplates, profileConf, templatesDigest } from "./templates.ts";

interface ContextArchive {
  /** the file's name; its digest is in it */
  readonly file: string;
  readonly layer: string;
  readonly sha256: string;
  /** bytes */
  readonly size: number;
}

export interface ContextResult {
  /** absolute path of the kolla-build.conf to add */
  readonly conf: string;
  readonly archives: readonly ContextArchive[];
  /** of all that enters the images, in hex; where the context lies does not matter */
  readonly digest: string;
  /** what the images tell of themselves */
  readonly labels: Labels;
}

/** The profile that our kolla-build.conf defines. */
export const PROFILE = "osc";

/** Its images, each of which stands on the one before it. */
export const IMAGES = ["osc-base", "osc"] as const;

/** How our kolla-build.conf begins; a folder without one is not ours to replace. */
export const COMMENT = "Written by osc-kolla: give it to kolla-build with --config-file, after your own.";

/** Where our kolla-build.conf will lie. */
export const confOf = ({ paths }: Pick<StageContext, "paths">): string => join(paths.kolla, "kolla-build.conf");

/** The override's name beside our conf. */
export const OVERRIDE = "template-overrides.j2";

/** One time for all entries of all builds: with the commit's, every commit would change every layer. */
const ENTRY_TIME = Date.UTC(1980, 0, 1) / 1000;

export const context = defineStage({
  id: "context",
  title: "Write the context for kolla-build",
  // the order in which the stages run is this one; the JRE is looked for before minutes of Maven
  needs: { jre, distribution, sbom, build, source },
  checks: [outputFolderCheck],

  inspect: async (inputs, stageContext: StageContext): Promise<Parts> => ({
    distribution: inputs.distribution.digest,
    sbom: inputs.sbom.bom.sha256,
    jre: inputs.jre.jre?.sha256 ?? null,
    java: JSON.stringify(await javaSource(stageContext)),
    labels: labelsOf(factsOf(inputs)),
    templates: await templatesDigest(IMAGES),
    runtime: await runtimeDigest(),
    image: runtimeParts(stageContext),
    folder: stageContext.paths.kolla,
    relocatable: stageContext.config.kolla.relocatable,
    parent: stageContext.config.kolla.parent ?? "base",
  }),

  outputs: (_: ContextResult, { paths }) => [paths.kolla],

  async run(inputs, stageContext): Promise<ContextResult> {
    const files = await readInventory(inputs.distribution.inventory);
    const { kolla } = stageContext.paths;
    const { shape } = shapeOf(new Set(files.map(({ path }) => path)));
    if (!shape.hasDataFolder) refuseSettings(stageContext.config.image, shape.name);
    await requireOwn(kolla, { file: "kolla-build.conf", begins: `# ${COMMENT}` });
    try {
      return await replace(kolla, (temporary) => writeContext(temporary, files, inputs, stageContext));
    } catch (thrown) {
      stageContext.signal.throwIfAborted();
      throw stagingFailed(`writing ${kolla}`, messageOf(thrown));
    }
  },
});

interface Inputs {
  readonly jre: JreResult;
  readonly source: SourceResult;
  readonly build: BuildResult;
  readonly distribution: DistributionResult;
  readonly sbom: SbomResult;
}

/** What the images were made of, without a word about this machine: the same input, the same labels. */
function factsOf({
  source: osc,
  build: built,
  distribution: tree,
}: Pick<Inputs, "source" | "build" | "distribution">): Record<string, string | undefined> {
  const patches = built.patches.map(({ name, sha256 }) => `${name} sha256:${sha256}`);
  // a path would mean nothing to others
  const isAddress = /^([a-z][a-z0-9+.-]*:\/\/(?!\/)|[^/:]+:)/.test(osc.url);
  return {
    revision: osc.commit,
    version: tree.version,
    source: isAddress ? osc.url.replace(/\/\/[^/@]*@/, "//") : undefined,
    patches: patches.length === 0 ? undefined : patches.join(", "),
  };
}

/** What the settings say of how the images start; which Java they have counts by its content. */
function runtimeParts({ config: { image } }: StageContext): Parts {
  const { user, ports, java_version: javaVersion } = image;
  return { user, ports, java: javaVersion };
}

/** Writes into `folder` what will lie in the output folder. */
async function writeContext(
  folder: string,
  files: readonly PayloadFile[],
  inputs: Inputs,
  runContext: RunContext,
): Promise<ContextResult> {
  const docker = join(folder, "docker");
  await copyTemplates(IMAGES, docker);

  const java = inputs.jre.jre === null ? NO_JRE : await readJre(inputs.jre.jre.inventory);
  const { bom } = inputs.sbom;
  const manifest = Buffer.from(checksumList([...files, ...java.files, { path: SBOM, sha256: bom.sha256 }]));
  const lists = [
    { path: MANIFEST, mode: 0o644, content: manifest },
    { path: SBOM, mode: 0o644, content: await fsExtra.readFile(bom.file) },
  ];
  const parts = [...jreParts(java, inputs.jre), ...distributionParts(files, inputs.distribution.root, lists)];
  const archives = await writeArchives(join(docker, "osc-base"), parts, runContext);
  const payload = createHash("sha256").update(manifest).digest("hex");
  const { parent } = runContext.config.kolla;
  const listed = { path: `/${MANIFEST}`, sha256: payload };
  const facts = { ...factsOf(inputs), payload };
  const from = await javaSource(runContext);
  const { shape } = shapeOf(new Set(files.map(({ path }) => path)));
  const runtime = shape.hasDataFolder ? await writeRuntime(join(docker, "osc"), runContext) : undefined;
  const digest = createHash("sha256")
    .update(await templatesDigest(IMAGES))
    .update(renderOverride(archives, listed, labelsOf(facts), runtime, from, parent))
    .digest("hex");
  const labels = labelsOf({ ...facts, context: digest });
  const override = renderOverride(archives, listed, labels, runtime, from, parent);
  await fsExtra.writeFile(join(folder, OVERRIDE), override);

  const { kolla } = runContext.paths;
  const place = runContext.config.kolla.relocatable ? undefined : kolla;
  const conf = profileConf({ profile: PROFILE, images: IMAGES }, place, COMMENT, OVERRIDE);
  await fsExtra.writeFile(join(folder, "kolla-build.conf"), conf);
  return { conf: join(kolla, "kolla-build.conf"), archives, digest, labels };
}

/** What one archive is made of. */
interface ArchiveParts {
  readonly layer: string;
  readonly files: readonly PayloadFile[];
  /** the folder in which the files lie */
  readonly root: string;
  readonly extra: readonly TarEntry[];
}

const NO_JRE: Tree = { files: [], links: [] };

/** The JRE changes least of all, and comes first. */
function jreParts({ files, links }: Tree, { jre: bundled }: JreResult): ArchiveParts[] {
  if (bundled === null) return [];
  const extra = links.map(({ path, target }) => ({ path, mode: 0o777, link: target }));
  return [{ layer: "jre", files, root: bundled.root, extra }];
}

/** A part for each layer; what lists the others' contents lies in the last one. */
function distributionParts(files: readonly PayloadFile[], root: string, lists: readonly TarEntry[]): ArchiveParts[] {
  return LAYERS.map((layer) => ({
    layer: layer.name,
    files: files.filter(({ path }) => layerOf(path) === layer),
    root,
    extra: layer === LAYERS.at(-1) ? lists : [],
  }));
}

/** One archive for each part, rooted at / so that the layer's digest depends on nothing but its content. */
async function writeArchives(
  folder: string,
  parts: readonly ArchiveParts[],
  { progress, signal }: RunContext,
): Promise<ContextArchive[]> {
  const { tarBytes } = await import("../archive/tar.ts");
  const archives: ContextArchive[] = [];
  for (const { layer, files, root, extra } of parts) {
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const told = (bytes: number) => progress(`layer ${layer}: ${bytesOf(bytes, total)} written`);
    const content = tarBytes(payloadEntries(files, root, "", extra), ENTRY_TIME, { reuse: true });
    archives.push({ layer, ...(await writeArchive(folder, layer, content, signal, told)) });
  }
  return archives;
}

/** The archive of the start script, and how the image starts by it. */
async function writeRuntime(folder: string, { config, signal }: RunContext): Promise<Runtime> {
  const { tarBytes } = await import("../archive/tar.ts");
  const { file } = await writeArchive(folder, "runtime", tarBytes(await runtimeEntries(), ENTRY_TIME), signal);
  const { user, ports, java_version: javaVersion } = config.image;
  return { archive: file, user, ports, javaVersion };
}

/** Writes an archive under a name that no other content has. */
async function writeArchive(
  folder: string,
  name: string,
  content: Iterable<Uint8Array>,
  signal: AbortSignal,
  told?: (bytes: number) => void,
): Promise<Omit<ContextArchive, "layer">> {
  const temporary = temporaryPath(join(folder, name));
  const written = await writeBytes(temporary, content, signal, told);
  const file = `osc-${name}-${written.sha256.slice(0, 32)}.tar`;
  await fsExtra.rename(temporary, join(folder, file));
  return { file, ...written };
}
