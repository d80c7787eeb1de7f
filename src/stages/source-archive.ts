// SPDX-License-Identifier: Apache-2.0
/** What the archive of the sources holds: OSC and its libraries at their commits, the patches beside them, a README. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { payloadEntries } from "../archive/payload.ts";
import type { TarEntry } from "../archive/tar.ts";
import { filesAt } from "../git/files.ts";
import { OSC_SOURCE, readmeOf, type SourceFacts } from "../osc/source-readme.ts";
import type { RunContext } from "../pipeline/stage.ts";
import { badPatch } from "../system/errors.ts";
import type { BuildResult } from "./build.ts";
import { runningGit } from "./git-context.ts";
import { type LibrariesResult, libraryClone } from "./libraries.ts";
import { readPatches } from "./patches.ts";
import type { SourceResult } from "./source.ts";

interface Built {
  readonly source: SourceResult;
  readonly libraries: LibrariesResult;
  readonly build: BuildResult;
}

/**
 * The entries of the archive.
 *
 * @param folder the one at its top
 * @throws CLONE_DAMAGED, BAD_PATCH (exit 4); STAGING_FAILED (exit 6)
 */
export async function sourceEntries(folder: string, built: Built, context: RunContext): Promise<TarEntry[]> {
  const { source: osc, libraries: own, build } = built;
  const patches = await namedPatches(build, context);
  const facts: SourceFacts = {
    version: osc.version,
    built: build.version,
    commit: osc.commit,
    time: osc.time,
    libraries: own.libraries,
    patches,
  };
  const all: TarEntry[] = [
    { path: "README", mode: 0o644, content: Buffer.from(readmeOf(facts)) },
    ...(await entriesAt(OSC_SOURCE, osc.clone, osc.commit, context)),
    ...patches.map(({ path, content }) => ({ path, mode: 0o644, content })),
  ];
  for (const library of context.config.libraries) {
    const { commit } = own.libraries.find(({ name }) => name === library.name) ?? {};
    if (commit === undefined) continue;
    all.push(...(await entriesAt(library.name, libraryClone(library, context), commit, context)));
  }
  const extra = all.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` }));
  return payloadEntries([], "", "", extra);
}

async function entriesAt(folder: string, clone: string, commit: string, context: RunContext): Promise<TarEntry[]> {
  context.progress(`reading ${folder} at ${commit.slice(0, 12)}`);
  const files = await filesAt(clone, commit, runningGit(context));
  return files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
}

interface NamedPatch {
  /** in the archive: by their names they are in the order in which they were applied */
  readonly path: string;
  /** in hex */
  readonly sha256: string;
  readonly content: Uint8Array;
}

/** @throws BAD_PATCH (exit 4) where one is no longer what was applied */
async function namedPatches({ patches: applied }: BuildResult, context: RunContext): Promise<NamedPatch[]> {
  const files = await readPatches(context);
  return Promise.all(
    applied.map(async ({ name, sha256 }, index) => {
      const file = files[index]?.file ?? name;
      const content = await readFile(file);
      const now = createHash("sha256").update(content).digest("hex");
      if (now !== sha256) throw badPatch(file, "it has changed since it was applied");
      const ending = /\.(patch|diff)$/.test(name) ? "" : ".patch";
      return { path: `patches/${String(index + 1).padStart(4, "0")}-${name}${ending}`, sha256, content };
    }),
  );
}
