// SPDX-License-Identifier: Apache-2.0
/** Packing: our writer of archives beside GNU tar, gzip and pigz. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Contender, inTurn, must, type Sample } from "../measure.ts";
import { type Outcome, rowOf, rowsOf, type Target, wall } from "../report.ts";
import { makeTree } from "../trees.ts";
import { COMMAND, findTool, NODE, ROOT, type World } from "../world.ts";

/** What a tree is packed with, as one line of a shell; $1 is the tree, $2 the file. */
const TAR = 'tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$1"';

interface Tree {
  readonly id: string;
  readonly title: string;
  readonly folder: string;
  /** how often it is packed without and with compression */
  readonly plain: number;
  readonly gzip: number;
}

/** Of the sample and of a tree of OSC's shape. */
export async function archives(world: World, rounds: number): Promise<Outcome[]> {
  const trees: Tree[] = [
    { id: "sample", title: "the sample", folder: await sampleTree(world), plain: 2 * rounds, gzip: 2 * rounds },
    { id: "real", title: "a tree of OSC's shape", folder: "", plain: rounds, gzip: Math.ceil(rounds / 2) },
  ];
  return pack(trees, world);
}

/** Of ten times the files: minutes, most of them gzip's. */
export function tenfoldArchives(world: World, rounds: number): Promise<Outcome[]> {
  return pack([{ id: "tenfold", title: "ten times that", folder: "", plain: rounds, gzip: 1 }], world);
}

async function pack(trees: readonly Tree[], world: World): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const tree of trees) {
    const folder = tree.folder === "" ? join(world.folder, "trees", tree.id) : tree.folder;
    if (tree.folder === "") await makeTree(folder, tree.id === "tenfold" ? 10 : 1);
    outcomes.push(await plainArchive({ ...tree, folder }, world), await gzipArchive({ ...tree, folder }, world));
    if (tree.folder === "") await rm(folder, { recursive: true });
  }
  return outcomes;
}

/** The distribution of the sample, in the work folder that the cases of the whole job go on with. */
async function sampleTree(world: World): Promise<string> {
  const base = join(world.folder, "standing", "ours");
  const work = join(base, ".osc-kolla");
  const sources = ["--config", join(ROOT, "fixtures/demo.yaml"), "--source-url", world.source];
  const places = ["--work-dir", work, "--output-dir", join(base, "out")];
  await must(process.execPath, [COMMAND, "context", "--quiet", ...sources, ...places]);
  return join(work, "distribution/root");
}

const shell = (name: string, line: string, tree: string, file: string): Contender => ({
  name,
  command: ["bash", "-c", `set -o pipefail; ${line}`, "bash", tree, file],
  before: () => rm(file, { recursive: true, force: true }),
});

/** Our writer; its own seconds stand in for the process's wall. */
const ourWriter = (how: "plain" | "gzip", tree: string, file: string): Contender => ({
  name: "osc-kolla",
  command: [
    "bash",
    "-c",
    '"${@:2}" >"$1"',
    "bash",
    `${file}.seconds`,
    ...NODE,
    join(ROOT, "bench/pack.js"),
    how,
    tree,
    file,
  ],
  before: () => rm(file, { force: true }),
  after: async () => ({ packing: Number(await must("cat", [`${file}.seconds`])) }),
});

async function plainArchive({ id, title, folder, plain }: Tree, world: World): Promise<Outcome> {
  const file = join(world.folder, "archive.tar");
  const contenders = [
    ourWriter("plain", folder, file),
    shell("GNU tar", `${TAR} -cf "$2" .`, folder, file),
    shell("GNU tar, digested and synced", `${TAR} -c . | tee "$2" | sha256sum >/dev/null && sync "$2"`, folder, file),
    shell("cp -al", 'cp -al "$1" "$2"', folder, `${file}.links`),
  ];
  const samples = await inTurn(contenders, plain, 1);
  await rm(`${file}.links`, { recursive: true });
  const walls = contenders.slice(1).map(({ name }) => [name, name, wall] as const);
  const rows = rowsOf(samples, [["osc-kolla", "osc-kolla", packing], ...walls], "GNU tar");
  const found = rowOf(rows, "osc-kolla").ratioOfMedian ?? NaN;
  const targets: Target[] = [{ what: "ours to GNU tar, median", limit: 3, is: "at most", found, unit: " ×" }];
  const notes = ["ours is digested and synced to the disk as well"];
  return { id: `plain-${id}`, title: `Plain archive of ${title}`, unit: "s", rows, targets, notes };
}

async function gzipArchive({ id, title, folder, gzip }: Tree, world: World): Promise<Outcome> {
  const file = join(world.folder, "archive.tar.gz");
  const pigz = findTool("pigz");
  const contenders = [
    ourWriter("gzip", folder, file),
    shell("GNU tar, gzip -9", `${TAR} -c . | gzip -9 -n >"$2"`, folder, file),
    ...(pigz === undefined ? [] : [shell("GNU tar, pigz -9", `${TAR} -c . | ${pigz} -9 -n >"$2"`, folder, file)]),
  ];
  const samples = await inTurn(contenders, gzip, 0);
  const walls = contenders.slice(1).map(({ name }) => [name, name, wall] as const);
  const rows = rowsOf(samples, [["osc-kolla", "osc-kolla", packing], ...walls], "GNU tar, gzip -9");
  const notes = pigz === undefined ? ["pigz is left out: it is not there"] : [];
  return { id: `gzip-${id}`, title: `Compressed archive of ${title}`, unit: "s", rows, targets: [], notes };
}

const packing = ({ told }: Sample): number | undefined => told["packing"];
