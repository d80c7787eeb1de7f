// SPDX-License-Identifier: Apache-2.0
/** Clones OSC (or fetches what is new) and finds the commit that is wanted. */
import { clonePath, commitOf, commitTime, describeCommit, requireCommit } from "../git/clone.ts";
import { checkRef, findRef, mayBeCommitId, type Refs } from "../git/refs.ts";
import { tagIn, versionOf } from "../osc/versions.ts";
import { type Command, defineStage, type Parts, type StageContext } from "../pipeline/stage.ts";
import { mask } from "../system/secrets.ts";
import { gitCheck, workFolderCheck } from "./checks.ts";
import { askRefs, bringUpToDate, ensureFolder, lookingGit, runningGit, updateCommands } from "./git-context.ts";

export interface SourceResult {
  /** without credentials */
  readonly url: string;
  readonly ref: string;
  /** full id */
  readonly commit: string;
  /** what `git describe --long` says, without the v */
  readonly version: string;
  /** when the commit was made, in seconds since 1970 */
  readonly time: number;
  /** the same of the commit whose tag the version counts from */
  readonly tagTime: number;
  /** absolute path of the bare clone */
  readonly clone: string;
}

/** How the clone of OSC is called. */
export const OSC_CLONE = "osc";

const cloneOf = ({ config, paths }: StageContext): string => clonePath(paths.clones, OSC_CLONE, config.source.url);

/** Stands for what the stage will find. */
export const expectedClone = (context: StageContext): Pick<SourceResult, "clone" | "commit"> => ({
  clone: cloneOf(context),
  commit: "<commit of OSC>",
});

export const source = defineStage({
  id: "source",
  title: "Fetch OSC's source",
  needs: {},
  checks: [gitCheck, workFolderCheck],

  /** A commit id that our clone has needs no network; for a branch or a tag, one ls-remote. */
  async inspect(_, context): Promise<Parts | undefined> {
    const { url, ref } = context.config.source;
    checkRef(ref);
    const fixed = { url: mask(url), ref };
    if (mayBeCommitId(ref)) {
      const commit = await commitOf(cloneOf(context), ref, lookingGit(context));
      // a branch may be called like one, and moves
      if (commit?.startsWith(ref) === true) return { ...fixed, commit };
    }
    const refs = await askRefs(url, cloneOf(context), context);
    if (refs === undefined) return undefined;
    const commit = findRef(refs, ref, mask(url));
    // tags decide what git describe says
    return commit === undefined ? undefined : { ...fixed, commit, tags: tagsOf(refs) };
  },

  // git itself looks after what is in a clone; that it is there is enough
  outputs: () => [],
  verify: async (result: SourceResult, context) =>
    (await commitOf(result.clone, result.commit, lookingGit(context))) === undefined
      ? `the clone has lost commit ${result.commit}`
      : undefined,

  async commands(_, context): Promise<Command[]> {
    const { url } = context.config.source;
    const { listed, fetched } = await updateCommands(cloneOf(context), url, context);
    return [...listed, ...fetched];
  },

  async run(_, context): Promise<SourceResult> {
    const { url, ref } = context.config.source;
    const git = runningGit(context);
    const clone = cloneOf(context);
    await ensureFolder(context.paths.clones);
    const refs = await askRefs(url, cloneOf(context), context);
    const named = refs === undefined ? undefined : findRef(refs, checkRef(ref), mask(url));
    await bringUpToDate(clone, url, context);
    const commit = await requireCommit(clone, named ?? ref, url, git);
    const description = await describeCommit(clone, commit, url, git);
    const time = await commitTime(clone, commit, git);
    const tagTime = await commitTime(clone, `refs/tags/${tagIn(description)}`, git);
    return { url: mask(url), ref, commit, version: versionOf(description), time, tagTime, clone };
  },
});

const tagsOf = (refs: Refs): Record<string, string> =>
  Object.fromEntries([...refs].filter(([name]) => name.startsWith("refs/tags/")));
