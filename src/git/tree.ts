// SPDX-License-Identifier: Apache-2.0
/** The work trees that are built in. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { badPatch, messageOf, OscKollaError } from "../system/errors.ts";
import { replace } from "../system/files.ts";
import { failureIn } from "./damage.ts";
import { git, type GitCommand, gitCommand, type GitContext, inWorkFolder, runSilentGit } from "./client.ts";

/** An annotated tag for a commit that has none of that name; only an annotated one counts for git describe. */
export interface NewTag {
  readonly name: string;
  /** seconds since 1970, so that the same tag is the same object every time */
  readonly time: number;
}

const cloneArguments = (clone: string, to: string): string[] => [
  ...["clone", "--quiet", "--local", "--no-checkout"],
  ...["--", clone, to],
];

const checkoutArguments = (commit: string): string[] => ["checkout", "--quiet", "--detach", commit];

const applyArguments = (patch: string): string[] => ["apply", "--whitespace=nowarn", "--", patch];

/** The commands that makeTree and applyPatch would start, but for those that add a tag. */
export function treeCommands(
  clone: string,
  commit: string,
  tree: string,
  patches: readonly string[] = [],
): GitCommand[] {
  // it gets its final name when it is whole
  const halfMade = `<${tree}, half made>`;
  return [
    { args: gitCommand(cloneArguments(clone, halfMade)) },
    { args: gitCommand(checkoutArguments(commit)), cwd: halfMade },
    ...patches.map((patch) => ({ args: gitCommand(applyArguments(patch)), cwd: tree })),
  ];
}

/**
 * Makes a work tree of its own for a build: a clone of our clone with all its tags, checked out at `commit`. What was
 * there is replaced.
 */
export async function makeTree(
  clone: string,
  commit: string,
  tree: string,
  context: GitContext,
  tag?: NewTag,
): Promise<void> {
  const make = async (temporary: string) => {
    await inWorkFolder(`making the work tree ${tree}`, context, async () => {
      await runSilentGit(clone, cloneArguments(clone, temporary), context);
      await runSilentGit(temporary, checkoutArguments(commit), context);
      if (tag !== undefined) await addTag(temporary, tag, commit, context);
    });
  };
  await replace(tree, make).catch(async (thrown: unknown) => {
    throw thrown instanceof OscKollaError ? await failureIn(clone, context, thrown) : thrown;
  });
}

/**
 * Applies a patch to a work tree; nothing is committed, so that git describes it as before.
 *
 * @param name for people
 * @throws BAD_PATCH (exit 4) with the part that git rejects
 */
export async function applyPatch(tree: string, file: string, name: string, context: GitContext): Promise<void> {
  try {
    await git(tree, context).raw(applyArguments(file));
  } catch (thrown) {
    context.signal.throwIfAborted();
    const lines = messageOf(thrown)
      .split("\n")
      .filter((line) => line.startsWith("error:"));
    throw badPatch(name, lines.length > 0 ? lines.join("\n") : messageOf(thrown));
  }
}

async function addTag(tree: string, tag: NewTag, commit: string, context: GitContext): Promise<void> {
  const lines = [
    `object ${commit}`,
    "type commit",
    `tag ${tag.name}`,
    `tagger osc-kolla <osc-kolla@localhost> ${String(tag.time)} +0000`,
  ];
  const file = join(tree, ".git", "osc-kolla-tag");
  await fsExtra.writeFile(file, `${lines.join("\n")}\n\nThe version that OSC's pom asks for\n`);
  const id = await git(tree, context).raw(["hash-object", "-t", "tag", "-w", "--", file]);
  await runSilentGit(tree, ["update-ref", `refs/tags/${tag.name}`, id], context);
}
