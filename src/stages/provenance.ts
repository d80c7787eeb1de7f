// SPDX-License-Identifier: Apache-2.0
/** Writes what was made of what: beside the archives, and beside the context for the images. */
import { basename, join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { findEngine, requireEngine } from "../engine/endpoint.ts";
import { gitVersion } from "../git/client.ts";
import { inFileName } from "../osc/versions.ts";
import { defineStage, type Json, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { writeFileAtomic } from "../system/files.ts";
import { VERSION } from "../system/package.ts";
import { mask } from "../system/secrets.ts";
import { build, type BuildResult } from "./build.ts";
import { builder, type BuilderResult } from "./builder.ts";
import { context as kollaContext, type ContextResult } from "./context.ts";
import { distribution, type DistributionResult } from "./distribution.ts";
import { lookingGit } from "./git-context.ts";
import { images, type ImagesResult } from "./images.ts";
import { jre, type JreResult } from "./jre.ts";
import { libraries, type LibrariesResult } from "./libraries.ts";
import { readPatches } from "./patches.ts";
import { plugins, type PluginsResult } from "./plugins.ts";
import { sbom } from "./sbom.ts";
import { source, type SourceResult } from "./source.ts";
import { type Resource, type Made, statementOf, statementText } from "./statement.ts";
import { tarball } from "./tarball.ts";

export interface ProvenanceResult {
  /** absolute path */
  readonly file: string;
  /** in hex */
  readonly sha256: string;
}

/** What both are made of. */
interface Inputs {
  readonly source: SourceResult;
  readonly plugins: PluginsResult;
  readonly builder: BuilderResult;
  readonly libraries: LibrariesResult;
  readonly build: BuildResult;
}

const COMMON = { source, plugins, builder, libraries, build } as const;

export const provenance = defineStage({
  id: "provenance",
  title: "Write the provenance",
  // the order in which the stages run is this one
  needs: { tarball, distribution, ...COMMON },

  inspect: (inputs, context): Promise<Parts> =>
    partsOf({ ...common(inputs), artefacts: inputs.tarball as unknown as Json }, context),

  outputs: ({ file }: ProvenanceResult) => [file],

  async run(inputs, context): Promise<ProvenanceResult> {
    const { distribution: tree, tarball: packed } = inputs;
    return write(join(context.paths.tarballs, provenanceName(tree)), {
      command: "tarball",
      config: context.config,
      subjects: await Promise.all(tarball.outputs(packed, context).map(resourceOf)),
      dependencies: await dependenciesOf(inputs, undefined, context),
      byproducts: [{ name: "distribution", digest: { sha256: tree.digest } }],
      programs: await programsOf(inputs, context),
    });
  },
});

/** The name of the file beside the archives. */
const provenanceName = ({ version }: Pick<DistributionResult, "version">): string =>
  `osc-${inFileName(version)}.intoto.json`;

export const imageProvenance = defineStage({
  id: "image-provenance",
  title: "Write the images' provenance",
  needs: { images, context: kollaContext, jre, sbom, ...COMMON },

  inspect: (inputs, context): Promise<Parts> =>
    partsOf(
      { ...common(inputs), jre: inputs.jre.jre?.sha256 ?? null, images: inputs.images as unknown as Json },
      context,
    ),

  outputs: ({ file }: ProvenanceResult) => [file],

  async run(inputs, context): Promise<ProvenanceResult> {
    const { images: made, context: written, sbom: list } = inputs;
    const engine = await requireEngine(await findEngine(context));
    return write(context.paths.imageProvenance, {
      command: "image",
      config: context.config,
      subjects: subjectsOf(made),
      dependencies: await dependenciesOf(inputs, inputs.jre, context),
      byproducts: [...archivesOf(written), { name: "sbom.cdx.json", digest: { sha256: list.bom.sha256 } }],
      programs: {
        ...(await programsOf(inputs, context)),
        "kolla-build": made.kolla,
        ...(engine === undefined ? {} : { [made.engine]: engine }),
      },
    });
  },
});

const common = ({ source: osc, plugins: given, builder: maven, libraries: own, build: built }: Inputs): Parts => ({
  source: [osc.url, osc.commit, osc.version],
  libraries: own.libraries.map(({ url, commit }) => `${url} ${commit}`),
  build: [built.sha256, ...built.patches.map(({ name, sha256 }) => `${name} ${sha256}`)],
  plugins: given.plugins.map(({ name, sha256 }) => `${name} ${sha256}`),
  builder: [maven.version, maven.java],
});

/** The settings stand in the statement, too: what it would hold without them. */
function partsOf(parts: Parts, { config, paths }: StageContext): Promise<Parts> {
  const settings = statementOf({
    ...{ command: "tarball", config, subjects: [], dependencies: [], byproducts: [], programs: {} },
  }).predicate.buildDefinition.externalParameters.settings;
  return Promise.resolve({ ...parts, settings, folder: paths.outputDir });
}

async function write(file: string, made: Made): Promise<ProvenanceResult> {
  await writeFileAtomic(file, statementText(statementOf(made)));
  return { file, sha256: await sha256File(file) };
}

const resourceOf = async (file: string): Promise<Resource> => ({
  name: basename(file),
  digest: { sha256: await sha256File(file) },
});

/** The digest of an image is its id: of its configuration, or of its manifest where the engine names images by that. */
const subjectsOf = ({ images: made }: ImagesResult): Resource[] =>
  made.map(({ name, id, layers, digests }) => ({
    name,
    digest: { sha256: id.replace(/^sha256:/, "") },
    annotations: { layers, ...(digests.length === 0 ? {} : { pushed: digests }) },
  }));

const archivesOf = ({ archives }: ContextResult): Resource[] =>
  archives.map(({ file, layer, sha256 }) => ({ name: file, digest: { sha256 }, annotations: { layer } }));

/** Everything that was taken from elsewhere under a digest. What Maven, kolla-build and its base fetch is not among it. */
async function dependenciesOf(
  { source: osc, libraries: own, plugins: given }: Inputs,
  bundled: JreResult | undefined,
  context: StageContext,
): Promise<Resource[]> {
  const gitOf = (name: string, url: string, commit: string, version: string): Resource => ({
    name,
    uri: `git+${mask(url)}`,
    digest: { gitCommit: commit },
    annotations: { version },
  });
  const patches = (await readPatches(context)).map(async ({ name, sha256, file }) => {
    const content = (await fsExtra.readFile(file)).toString("base64");
    return { name, digest: { sha256 }, content, annotations: { setting: "source.patches" } };
  });
  return [
    gitOf("osc-core", osc.url, osc.commit, osc.version),
    ...own.libraries.map(({ name, url, commit, version }) => gitOf(name, url, commit, version)),
    ...(await Promise.all(patches)),
    ...given.plugins.map(({ name, sha256 }) => ({ name, digest: { sha256 }, annotations: { setting: "plugins" } })),
    ...(bundled?.jre == null
      ? []
      : [{ name: "jre", digest: { sha256: bundled.jre.sha256 }, annotations: { setting: "image.java.jre" } }]),
  ];
}

async function programsOf({ builder: maven }: Inputs, context: RunContext): Promise<Record<string, string>> {
  const git = await gitVersion(lookingGit(context));
  return {
    "osc-kolla": VERSION,
    java: maven.java,
    maven: maven.version,
    git: git.replace(/^git /, ""),
    node: process.versions.node,
  };
}
