// SPDX-License-Identifier: Apache-2.0
/** Builds OSC's own libraries into the private Maven repository, at the versions that OSC's pom asks for. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import type { Library } from "../config/schema.ts";
import { clonePath, commitOf, commitTime, describeCommit, fileAt, firstCommitOf, requireCommit } from "../git/clone.ts";
import { checkRef, findRef, mayBeCommitId } from "../git/refs.ts";
import { makeTree, treeCommands } from "../git/tree.ts";
import { dependencyVersion, projectArtifact, projectVersion } from "../maven/pom.ts";
import { localRepository } from "../maven/run.ts";
import { LIBRARY_GROUP, LIBRARY_POM } from "../osc/maven.ts";
import { isSnapshot, releaseOf, revisionsOf, tagOf } from "../osc/versions.ts";
import { type Command, defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { libraryVersion, OscKollaError, sourceShape } from "../system/errors.ts";
import { mask } from "../system/secrets.ts";
import { artifacts } from "./artifacts.ts";
import { builder, type BuilderResult } from "./builder.ts";
import { askRefs, bringUpToDate, ensureFolder, lookingGit, runningGit, updateCommands } from "./git-context.ts";
import { buildTree, buildTreeCommands, mavenParts } from "./maven.ts";
import { source, type SourceResult } from "./source.ts";

interface BuiltLibrary {
  readonly name: string;
  /** without credentials */
  readonly url: string;
  /** full id */
  readonly commit: string;
  /** the version of its pom, as OSC asks for it */
  readonly version: string;
  /** when the commit was made, in seconds since 1970 */
  readonly time: number;
  /** absolute paths of what was installed into the local repository */
  readonly artifacts: readonly string[];
}

export interface LibrariesResult {
  readonly libraries: readonly BuiltLibrary[];
}

/** Absolute path of a library's bare clone. */
export const libraryClone = (library: Pick<Library, "name" | "url">, { paths }: Pick<StageContext, "paths">): string =>
  clonePath(paths.clones, library.name, library.url);

/** Poms and jars of a library in the local repository; what Maven notes beside them changes with every build. */
async function installed(name: string, version: string, { paths }: StageContext): Promise<string[]> {
  const folder = join(localRepository(paths.mavenHome), LIBRARY_GROUP.replaceAll(".", "/"), name, version);
  const files = await readdir(folder);
  return files.filter((file) => /\.(jar|pom)$/.test(file)).map((file) => join(folder, file));
}

export const libraries = defineStage({
  id: "libraries",
  title: "Build OSC's libraries",
  needs: { source, builder, artifacts },

  async inspect({ source: osc, builder: maven }, context): Promise<Parts | undefined> {
    const commits: Record<string, string> = {};
    const pom = await libraryPom(osc, context);
    for (const library of context.config.libraries) {
      const version = versionIn(pom, library);
      const commit = await knownCommit(library, version, context);
      if (commit === undefined) return undefined;
      commits[`${library.name} ${version} of ${mask(library.url)}`] = commit;
    }
    return { ...commits, ...(await mavenParts(maven, context)) };
  },

  outputs: (result: LibrariesResult) => result.libraries.flatMap((library) => library.artifacts),

  async commands({ source: osc, builder: maven }, context): Promise<Command[]> {
    const commands = context.config.libraries.map((library) => libraryCommands(library, osc, maven, context));
    return (await Promise.all(commands)).flat();
  },

  async run({ source: osc, ...tools }, context): Promise<LibrariesResult> {
    const { libraries: wanted } = context.config;
    const built: BuiltLibrary[] = [];
    for (const [index, library] of wanted.entries()) {
      const place = `library ${String(index + 1)} of ${String(wanted.length)}`;
      const telling = { ...context, progress: (line: string) => context.progress(`${place}: ${line}`) };
      const chosen = await prepareLibrary(library, osc, telling);
      telling.progress(`Maven builds ${library.name} ${chosen.version}`);
      await buildTree(library.name, chosen.tree, tools, telling);
      const { commit, version, time } = chosen;
      const artifactPaths = await installed(library.name, version, context);
      built.push({ name: library.name, url: mask(library.url), commit, version, time, artifacts: artifactPaths });
    }
    return { libraries: built };
  },
});

async function libraryCommands(
  library: Library,
  osc: SourceResult | undefined,
  maven: BuilderResult | undefined,
  context: StageContext,
): Promise<Command[]> {
  const clone = libraryClone(library, context);
  const version = osc === undefined ? undefined : await wantedVersion(library, osc, context);
  const commit = version === undefined ? undefined : await knownCommit(library, version, context);
  const isThere = await fsExtra.pathExists(clone);
  const when = version === undefined && isThere ? { when: "its clone lacks the version that OSC wants" } : {};
  const { listed, fetched } = await updateCommands(clone, library.url, context);
  const tree = treeOf(library, context);
  const made = treeCommands(clone, commit ?? `<commit of ${library.name}>`, tree);
  return [
    ...(library.ref === undefined ? [] : listed),
    ...(commit === undefined ? fetched.map((command) => ({ ...command, ...when })) : []),
    ...made,
    ...(await buildTreeCommands(tree, maven, context)),
  ];
}

const treeOf = (library: Library, { paths }: StageContext): string => join(paths.trees, library.name);

/** The pom of OSC that names its libraries. */
const libraryPom = (osc: SourceResult, context: StageContext): Promise<string> =>
  fileAt(osc.clone, osc.commit, LIBRARY_POM, lookingGit(context));

/** The version that OSC's pom asks for. */
const wantedVersion = async (library: Library, osc: SourceResult, context: StageContext): Promise<string> =>
  versionIn(await libraryPom(osc, context), library);

function versionIn(pom: string, library: Library): string {
  const version = dependencyVersion(pom, LIBRARY_GROUP, library.name);
  if (version === undefined) {
    throw sourceShape(
      `looking for the version of ${library.name} that OSC wants`,
      `${LIBRARY_POM} has no dependency ${LIBRARY_GROUP}:${library.name}`,
      "Name in `libraries` those that this OSC uses.",
    );
  }
  return version;
}

/** The commit that would be built, as far as it is known without fetching; a tag that our clone has does not move. */
async function knownCommit(library: Library, version: string, context: StageContext): Promise<string | undefined> {
  const clone = libraryClone(library, context);
  const git = lookingGit(context);
  if (library.ref === undefined) return firstCommitOf(clone, revisionsOf(version), git);
  const refs = await askRefs(library.url, clone, context);
  // a dry run that asks no other machine knows only what cannot move
  if (refs === undefined && !mayBeCommitId(library.ref)) return undefined;
  const named = refs === undefined ? undefined : findRef(refs, checkRef(library.ref), mask(library.url));
  return commitOf(clone, named ?? library.ref, git);
}

interface PreparedLibrary {
  readonly commit: string;
  readonly version: string;
  readonly time: number;
  /** absolute path of a work tree at the commit, which git describes as the version */
  readonly tree: string;
}

async function prepareLibrary(library: Library, osc: SourceResult, context: RunContext): Promise<PreparedLibrary> {
  const { paths, progress } = context;
  const git = runningGit(context);
  const version = await wantedVersion(library, osc, context);
  const clone = libraryClone(library, context);
  await ensureFolder(paths.clones);
  progress(`looking for ${library.name} ${version}`);
  // what is in the clone already needs no network
  if ((await knownCommit(library, version, context)) === undefined) await bringUpToDate(clone, library.url, context);
  const commit = await chooseCommit(library, version, clone, context);

  const time = await commitTime(clone, commit, git);
  const tag = (await hasVersion(clone, commit, version, context)) ? undefined : { name: tagOf(version), time };
  if (tag !== undefined && !isSnapshot(version)) {
    throw libraryVersion(library.name, version, `a commit that git describes otherwise (${commit})`, REF_HINT);
  }
  const tree = treeOf(library, context);
  await makeTree(clone, commit, tree, git, tag);
  return { commit, version, time, tree };
}

const REF_HINT = "Set libraries[].ref to a commit of that version, or remove it so that it is chosen by the version.";

/** The commit to build, whose own pom must have the version that OSC asks for. */
async function chooseCommit(library: Library, version: string, clone: string, context: RunContext): Promise<string> {
  const git = runningGit(context);
  const commit =
    library.ref === undefined
      ? await firstCommitOf(clone, revisionsOf(version), git)
      : await requireCommit(clone, (await knownCommit(library, version, context)) ?? library.ref, library.url, git);
  if (commit === undefined) {
    const hint = "Set libraries[].ref to the branch, tag or commit that has it.";
    throw libraryVersion(
      library.name,
      version,
      `no ${revisionsOf(version).join(" and no ")} in ${mask(library.url)}`,
      hint,
    );
  }
  const pom = await fileAt(clone, commit, "pom.xml", git);
  const artifact = projectArtifact(pom);
  if (artifact !== library.name) {
    const cause = `its pom is that of ${artifact ?? "nothing"}`;
    throw sourceShape(`reading ${library.name} in ${mask(library.url)}`, cause, "See libraries[].url.");
  }
  const found = projectVersion(pom);
  if (found !== version)
    throw libraryVersion(library.name, version, `${found ?? "none"} in the pom of ${commit}`, REF_HINT);
  return commit;
}

/** Whether `git describe` gives a commit the version that its pom has, as the enforcer rule will ask. */
async function hasVersion(clone: string, commit: string, version: string, context: RunContext): Promise<boolean> {
  try {
    return releaseOf(await describeCommit(clone, commit, clone, runningGit(context))) === version;
  } catch (thrown) {
    if (thrown instanceof OscKollaError && thrown.code === "NO_VERSION") return false;
    throw thrown;
  }
}
