// SPDX-License-Identifier: Apache-2.0
/** Packs what packagers publish: the distribution, its sources, and the checksums of all that. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { payloadEntries } from "../archive/payload.ts";
import { findZstd, zstdCommand } from "../archive/zstd.ts";
import { inFileName } from "../osc/versions.ts";
import { defineCheck } from "../pipeline/check.ts";
import { type Command, defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { messageOf, OscKollaError, stagingFailed } from "../system/errors.ts";
import {
  type Archive,
  type Artefact,
  type ArtefactKind,
  pack,
  removeOthers,
  writeArtefact,
  writeChecksums,
} from "./artefacts.ts";
import { build } from "./build.ts";
import { outputFolderCheck } from "./checks.ts";
import { distribution, type DistributionResult, readInventory } from "./distribution.ts";
import { libraries } from "./libraries.ts";
import { sbom } from "./sbom.ts";
import { source } from "./source.ts";
import { sourceEntries } from "./source-archive.ts";

export interface TarballResult {
  readonly artefacts: readonly Artefact[];
  /** absolute path of SHA256SUMS, which lists them all */
  readonly checksums: string;
}

const zstdCheck = defineCheck("zstd", "zstd", async (context) => {
  if (!context.config.tarball.formats.includes("tar.zst")) return undefined;
  const { file, version } = await findZstd(context);
  return `zstd ${version} (${file})`;
});

export const tarball = defineStage({
  id: "tarball",
  title: "Pack the tarballs",
  needs: { sbom, distribution, source, libraries, build },
  checks: [outputFolderCheck, zstdCheck],

  inspect: (inputs, context: StageContext): Promise<Parts> => {
    const { distribution: tree, sbom: lists, source: osc, libraries: own, build: built } = inputs;
    return Promise.resolve({
      distribution: tree.digest,
      lists: [lists.bom.sha256, lists.thirdParty.sha256],
      version: tree.version,
      time: timeOf(tree, context),
      folder: context.paths.tarballs,
      formats: context.config.tarball.formats,
      levels: [context.config.tarball.gzip_level, context.config.tarball.zstd_level],
      sources: context.config.tarball.source && [
        osc.commit,
        ...own.libraries.map(({ name, version, commit }) => [name, version, commit]),
        ...built.patches.map(({ name, sha256 }) => [name, sha256]),
      ],
    });
  },

  async commands(_, context): Promise<Command[]> {
    const { formats, source: isSourceWanted, zstd_level: level } = context.config.tarball;
    if (!formats.includes("tar.zst")) return [];
    const line = { args: zstdCommand(await findZstd(context), level) };
    return isSourceWanted ? [line, line] : [line];
  },

  outputs: ({ artefacts, checksums }: TarballResult) => [...artefacts.map(({ file }) => file), checksums],

  async run({ distribution: tree, sbom: lists, ...built }, context): Promise<TarballResult> {
    const { paths, signal, config } = context;
    const name = `osc-${inFileName(tree.version)}`;
    const time = timeOf(tree, context);
    try {
      await fsExtra.ensureDir(paths.tarballs);
      const artefacts = await pack(await distributionArchive(name, tree), time, context);
      if (config.tarball.source) {
        const entries = await sourceEntries(`${name}-source`, built, context);
        artefacts.push(...(await pack({ kind: "source", name: `${name}-source`, entries }, time, context)));
      }
      artefacts.push(await copied("sbom", lists.bom.file, `${name}.cdx.json`, context));
      artefacts.push(await copied("third-party", lists.thirdParty.file, `${name}.THIRD-PARTY.txt`, context));
      const checksums = await writeChecksums(artefacts, context);
      await removeOthers([name, `${name}-source`], artefacts, context);
      return { artefacts, checksums };
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof OscKollaError) throw thrown;
      throw stagingFailed(`packing ${join(paths.tarballs, name)}`, messageOf(thrown));
    }
  },
});

/** The time that all entries have: the same commit, the same bytes. */
const timeOf = (tree: DistributionResult, { config }: StageContext): number => config.tarball.time ?? tree.time;

const copied = async (kind: ArtefactKind, file: string, name: string, context: RunContext): Promise<Artefact> =>
  writeArtefact(kind, name, await fsExtra.readFile(file), context);

const distributionArchive = async (name: string, tree: DistributionResult): Promise<Archive> => ({
  kind: "distribution",
  name,
  entries: payloadEntries(await readInventory(tree.inventory), tree.root, `${name}/`),
});
