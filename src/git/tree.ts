// SPDX-License-Identifier: Apache-2.0
/** The work trees that are built in. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { badPatch, messageOf } from "../system/errors.ts";
import { replace } from "../system/files.ts";
import { git, type GitContext, inWorkFolder } from "./client.ts";

/** An annotated tag for a commit that has none of that name; only an annotated one counts for git describe. */
export interface NewTag {
  readonly name: string;
  /** seconds since 1970, so that the same tag is the same object every time */
  readonly time: number;
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
  await replace(tree, async (temporary) => {
    await inWorkFolder(`making the work tree ${tree}`, context, async () => {
      // no "--" before the (absolute) paths: simple-git appends --progress
      await git(clone, context).raw(["clone", "--quiet", "--local", "--no-checkout", clone, temporary]);
      await git(temporary, context).raw(["checkout", "--quiet", "--detach", commit]);
      if (tag !== undefined) await addTag(temporary, tag, commit, context);
    });
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
    await git(tree, context).raw(["apply", "--whitespace=nowarn", "--", file]);
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
  const inTree = git(tree, context);
  const id = await inTree.raw(["hash-object", "-t", "tag", "-w", "--", file]);
  await inTree.raw(["update-ref", `refs/tags/${tag.name}`, id]);
}
