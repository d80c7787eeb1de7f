// SPDX-License-Identifier: Apache-2.0
/** What the archive of the sources says of itself. */
import { quote } from "../system/quote.ts";
import { inFileName, releaseOf, tagOf } from "./versions.ts";

/** OSC's folder in the archive; a library's is called like the library. */
export const OSC_SOURCE = "osc-core";

export interface SourceFacts {
  /** of OSC: what `git describe --long` says, without the v */
  readonly version: string;
  /** the same with +p and the number of patches where there are any */
  readonly built: string;
  /** full id */
  readonly commit: string;
  /** when it was made, in seconds since 1970 */
  readonly time: number;
  readonly libraries: readonly { readonly name: string; readonly commit: string; readonly version: string }[];
  /** in the order in which they were applied */
  readonly patches: readonly { readonly path: string; readonly sha256: string }[];
}

/**
 * The README: where each folder is from, and how OSC is built from them. It names no URL: the same commits are the same
 * bytes, wherever they were cloned from.
 */
export function readmeOf({ version, built, commit, time, libraries, patches }: SourceFacts): string {
  const trees = [{ name: OSC_SOURCE, commit, version }, ...libraries];
  const width = Math.max(...trees.map(({ name }) => name.length)) + 1;
  const tags = [`tag ${OSC_SOURCE} ${quote(tagOf(releaseOf(version)))}`];
  for (const library of libraries) tags.push(`tag ${quote(library.name)} ${quote(tagOf(library.version))}`);
  const list = libraries.map(({ name }) => `{name: ${name}, url: ${name}}`).join(", ");
  const options = [
    `--source-url ${OSC_SOURCE} --ref ${quote(tagOf(releaseOf(version)))} --set ${quote(`libraries=[${list}]`)}`,
    ...(patches.length === 0 ? [] : ["--set 'source.patches=[patches]'"]),
  ];
  return [
    `The sources of osc-${inFileName(built)}`,
    "",
    "Each folder holds the files of one commit, as git has them:",
    "",
    ...trees.map((tree) => `  ${`${tree.name}/`.padEnd(width)}  ${tree.commit}  ${tree.version}`),
    "",
    ...(patches.length === 0 ? ["Nothing was patched."] : patchLines(patches)),
    "",
    "OSC's build asks git for its version. To build from here, make repositories of the folders, each with the tag",
    "that it is looked for by; the version then ends with another commit id than the one above.",
    "",
    `  export GIT_AUTHOR_NAME=packager GIT_AUTHOR_EMAIL=packager@localhost GIT_AUTHOR_DATE='@${String(time)} +0000'`,
    `  export GIT_COMMITTER_NAME=packager GIT_COMMITTER_EMAIL=packager@localhost GIT_COMMITTER_DATE='@${String(time)} +0000'`,
    "  tag() {",
    '    git -C "$1" init --quiet && git -C "$1" add --force . &&',
    '      git -C "$1" commit --quiet --message "$2" && git -C "$1" tag --annotate --message "$2" "$2"',
    "  }",
    ...tags.map((line) => `  ${line}`),
    `  osc-kolla tarball ${options.join(" ")}`,
    "",
  ].join("\n");
}

const patchLines = (patches: SourceFacts["patches"]): string[] => [
  "The patches were applied to osc-core, in this order; its folder is without them:",
  "",
  ...patches.map(({ path, sha256 }) => `  ${path}  sha256:${sha256}`),
];
