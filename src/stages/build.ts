// SPDX-License-Identifier: Apache-2.0
/** Builds OSC itself with Maven, in a work tree of its own. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { applyPatch, makeTree, treeCommands } from "../git/tree.ts";
import { BND_LAUNCHER } from "../osc/artifacts.ts";
import { LAID_OUT, NOT_IN_BUNDLE } from "../osc/layout.ts";
import { BUNDLE } from "../osc/maven.ts";
import { type Command, defineStage, type Parts, type StageContext } from "../pipeline/stage.ts";
import { buildFailed } from "../system/errors.ts";
import { artifacts, pomsName } from "./artifacts.ts";
import { builder } from "./builder.ts";
import { runningGit } from "./git-context.ts";
import { libraries } from "./libraries.ts";
import { buildTree, buildTreeCommands, ensureBndLauncher, launcherCommands, mavenParts } from "./maven.ts";
import { patchesCheck, readPatches } from "./patches.ts";
import { expectedClone, source } from "./source.ts";

/** A file that is added to what the bundle holds. */
export interface LooseFile {
  /** in the distribution */
  readonly path: string;
  /** absolute path of the file itself */
  readonly file: string;
  /** of its content, in hex */
  readonly sha256: string;
}

export interface BuildResult {
  /** absolute path of the zip that holds the distribution */
  readonly bundle: string;
  /** of the bundle, in hex */
  readonly sha256: string;
  /** what belongs to the distribution and is not in the bundle */
  readonly more: readonly LooseFile[];
  /** the source's, with +p and the number of patches where there are any */
  readonly version: string;
  /** name and sha256 of each, in their order */
  readonly patches: readonly { readonly name: string; readonly sha256: string }[];
}

export const build = defineStage({
  id: "build",
  title: "Build OSC",
  needs: { source, builder, artifacts, libraries },

  checks: [patchesCheck],

  async inspect({ source: osc, builder: maven, libraries: built }, context): Promise<Parts> {
    const versions = built.libraries.map(({ name, version, commit }) => ({ name, version, commit }));
    const patches = (await readPatches(context)).map(({ sha256 }) => sha256);
    return {
      commit: osc.commit,
      version: osc.version,
      libraries: versions,
      patches,
      ...(await mavenParts(maven, context)),
    };
  },

  outputs: ({ bundle, more }: BuildResult) => [bundle, ...more.map(({ file }) => file)],

  async commands({ source: osc, builder: maven }, context): Promise<Command[]> {
    const tree = treeOf(context);
    const patches = (await readPatches(context)).map(({ file }) => file);
    const { clone, commit } = osc ?? expectedClone(context);
    const isNamed = osc === undefined ? undefined : await pomsName(osc, BND_LAUNCHER.namedBy, context);
    const launcher = isNamed === false ? [] : await launcherCommands(maven, context);
    const when = isNamed === undefined ? { when: `OSC's poms name ${BND_LAUNCHER.namedBy}` } : {};
    return [
      ...treeCommands(clone, commit, tree, patches),
      ...launcher.map((command) => ({ ...command, ...when })),
      ...(await buildTreeCommands(tree, maven, context)),
    ];
  },

  async run({ source: osc, ...tools }, context): Promise<BuildResult> {
    const tree = treeOf(context);
    const patches = await readPatches(context);
    await makeTree(osc.clone, osc.commit, tree, runningGit(context));
    for (const { file, name } of patches) await applyPatch(tree, file, name, runningGit(context));
    if (await pomsName(osc, BND_LAUNCHER.namedBy, context)) await ensureBndLauncher(tools, context);
    const log = await buildTree("osc-core", tree, tools, context);
    const bundle = join(tree, BUNDLE);
    if (!(await fsExtra.pathExists(bundle))) {
      const cause = `Maven ended well, but there is no ${BUNDLE}`;
      throw buildFailed("osc-core", cause, "Is this a repository of OSC? See source.url.", log);
    }
    const version = patches.length === 0 ? osc.version : `${osc.version}+p${String(patches.length)}`;
    const applied = patches.map(({ name, sha256 }) => ({ name, sha256 }));
    return { bundle, sha256: await sha256File(bundle), more: await notInBundle(tree), version, patches: applied };
  },
});

const treeOf = ({ paths }: StageContext): string => join(paths.trees, "osc-core");

/** What the build laid out and left out of the bundle; where the bundle has it too, the bundle's counts. */
async function notInBundle(tree: string): Promise<LooseFile[]> {
  const files = NOT_IN_BUNDLE.map((path) => ({ path, file: join(tree, LAID_OUT, path) }));
  const there = await Promise.all(files.map(({ file }) => fsExtra.pathExists(file)));
  const found = files.filter((_, index) => there[index]);
  return Promise.all(found.map(async (one) => ({ ...one, sha256: await sha256File(one.file) })));
}
