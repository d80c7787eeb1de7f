// SPDX-License-Identifier: Apache-2.0
/** Where a file of the image or the archive comes from, as the records of the stages tell it. */
import { basename, join, posix } from "node:path";
import { distance } from "fastest-levenshtein";
import type { PayloadFile } from "../archive/payload.ts";
import { layerOf, MANIFEST, SBOM } from "../osc/layers.ts";
import { isOwnJar } from "../osc/own.ts";
import { readRecord } from "../pipeline/record.ts";
import type { AnyStage, StageContext } from "../pipeline/stage.ts";
import { type Bill, coordinatesByPath } from "../sbom/bill.ts";
import { missing, unknownPath } from "../system/errors.ts";
import { readJson } from "../system/files.ts";
import { build, type BuildResult } from "./build.ts";
import { context as kollaContext, type ContextResult } from "./context.ts";
import { CHANGES, distribution, type DistributionResult, readInventory } from "./distribution.ts";
import { jre, type JreResult, readJre } from "./jre.ts";
import { libraries, type LibrariesResult } from "./libraries.ts";
import type { Change } from "./normalise.ts";
import { plugins, type PluginsResult } from "./plugins.ts";
import { runtimeEntries } from "./runtime.ts";
import { sbom, type SbomResult } from "./sbom.ts";
import { source, type SourceResult } from "./source.ts";

/** A git commit that a file was made of. */
interface Commit {
  readonly url: string;
  readonly commit: string;
  /** of the commit, as OSC names it */
  readonly version: string;
}

export interface Explanation {
  /** without a / in front */
  readonly path: string;
  /** bytes, sha256 in hex and permission bits in octal; null for what has no fixed content */
  readonly size: number | null;
  readonly sha256: string | null;
  readonly mode: string;
  /** for people: what put it there */
  readonly from: string;
  /** the settings that decide on it */
  readonly settings: readonly string[];
  /** its layer in the image, and the archive of the context that is that; null where no context was written */
  readonly layer: string;
  readonly archive: string | null;
  readonly commit: Commit | null;
  /** Maven's, of a jar: group:name:version; null where the bill of materials does not know them */
  readonly coordinates: string | null;
  /** sha256 of the operator's patches that were applied to the commit, by name */
  readonly patches: readonly string[];
  /** what was put right in it so that two builds are the same; null: it has the bytes that the build left */
  readonly normalised: { readonly was: string; readonly what: readonly string[] } | null;
}

/** Everything that has been recorded of a build. */
interface Recorded {
  readonly source: SourceResult;
  readonly libraries: LibrariesResult;
  readonly build: BuildResult;
  readonly plugins: PluginsResult;
  readonly distribution: DistributionResult;
  readonly jre: JreResult | undefined;
  readonly context: ContextResult | undefined;
  readonly coordinates: ReadonlyMap<string, string>;
}

/**
 * Explains a file.
 *
 * @param given its path in the image, or in the archive with or without the folder at its top
 * @throws MISSING (exit 3) where nothing has been built with these settings; UNKNOWN_PATH (exit 2) with the nearest names
 */
export async function explain(given: string, context: StageContext): Promise<Explanation> {
  const recorded = await recordedOf(context);
  const all = await originsOf(recorded, context);
  const path = posix.normalize(`/${given}`).slice(1);
  const found = all.get(path) ?? all.get(path.replace(/^osc-[^/]*\//, ""));
  if (found === undefined) throw unknownPath(path, nearestTo(path, [...all.keys()]));
  return found();
}

async function recordedOf({ paths }: StageContext): Promise<Recorded> {
  const resultOf = async (stage: AnyStage) => (await readRecord(paths.state, stage.id))?.result;
  const [osc, own, built, given, tree] = await Promise.all(
    [source, libraries, build, plugins, distribution].map(resultOf),
  );
  if ([osc, own, built, given, tree].includes(undefined)) {
    const hint = "Build it first, with the same settings: `osc-kolla tarball`, `context` or `image`.";
    throw missing("looking for what was built", `nothing has been built in ${paths.workDir} yet`, hint);
  }
  const listed = (await resultOf(sbom)) as SbomResult | undefined;
  const bill = listed === undefined ? undefined : ((await readJson(listed.bom.file)) as Bill | undefined);
  return {
    source: osc as SourceResult,
    libraries: own as LibrariesResult,
    build: built as BuildResult,
    plugins: given as PluginsResult,
    distribution: tree as DistributionResult,
    jre: (await resultOf(jre)) as JreResult | undefined,
    context: (await resultOf(kollaContext)) as ContextResult | undefined,
    coordinates: bill === undefined ? new Map() : coordinatesByPath(bill),
  };
}

type Explain = () => Explanation;

/** By path, what explains each file. */
async function originsOf(recorded: Recorded, { paths }: StageContext): Promise<Map<string, Explain>> {
  const { distribution: tree, jre: bundled, context, coordinates } = recorded;
  const changes = ((await readJson(join(paths.distribution, CHANGES))) ?? []) as readonly Change[];
  const all = new Map<string, Explain>();
  for (const file of await readInventory(tree.inventory))
    all.set(file.path, () => ({
      ...payloadFile(file, recorded, changes),
      coordinates: coordinates.get(file.path) ?? null,
    }));
  if (bundled?.jre != null) {
    const { files } = await readJre(bundled.jre.inventory);
    const from = `the bundled JRE, a tarball with sha256 ${bundled.jre.sha256}`;
    for (const file of files)
      all.set(file.path, () => explanation(file, "jre", context, { from, settings: ["image.java.jre"] }));
  }
  if (context === undefined) return all;
  for (const [path, what] of [
    [MANIFEST, "the files of the payload with their sha256"],
    [SBOM, "what is inside (docs/packagers.md)"],
  ] as const) {
    const lists = { from: `osc-kolla, which lists ${what}`, settings: [] };
    all.set(path, () => explanation({ path, mode: 0o644 }, "service", context, lists));
  }
  for (const { path, mode, content } of await runtimeEntries()) {
    const starts = { from: "osc-kolla's own start scripts (docs/runtime.md)", settings: ["image.user", "image.ports"] };
    if (content !== undefined) all.set(path, () => explanation({ path, mode }, "runtime", context, starts));
  }
  return all;
}

type Known = Pick<Explanation, "from" | "settings"> & Partial<Pick<Explanation, "commit" | "patches" | "normalised">>;

function explanation(
  { path, size, sha256, mode }: Pick<PayloadFile, "path" | "mode"> & Partial<PayloadFile>,
  layer: string,
  context: ContextResult | undefined,
  known: Known,
): Explanation {
  const archive = context?.archives.find((one) => one.layer === layer)?.file ?? null;
  const nothing = { commit: null, coordinates: null, patches: [], normalised: null };
  const file = { path, size: size ?? null, sha256: sha256 ?? null, mode: mode.toString(8).padStart(4, "0") };
  return { ...file, layer, archive, ...nothing, ...known };
}

function payloadFile(file: PayloadFile, recorded: Recorded, changes: readonly Change[]): Explanation {
  const { plugins: given, context } = recorded;
  const layer = layerOf(file.path).name;
  const name = basename(file.path);
  const plugin = given.plugins.find((one) => one.name === name && one.sha256 === file.sha256);
  if (plugin !== undefined) {
    const from = `a plugin of yours, ${plugin.file}`;
    return explanation(file, layer, context, { from, settings: ["plugins"] });
  }
  const change = changes.find(({ path }) => path === file.path);
  const normalised = change === undefined ? null : { was: change.was, what: change.what };
  return explanation(file, layer, context, { ...madeOf(file.path, recorded), normalised });
}

/** What OSC's build packed. */
function madeOf(path: string, { source: osc, libraries: own, build: built }: Recorded): Known {
  const name = basename(path);
  const library = own.libraries.find((one) => name.startsWith(`${one.name}-`));
  if (library !== undefined) {
    const { url, commit, version } = library;
    return { from: `OSC's library ${library.name}`, settings: ["libraries"], commit: { url, commit, version } };
  }
  const settings = ["source.url", "source.ref", ...(built.patches.length === 0 ? [] : ["source.patches"])];
  const commit = { url: osc.url, commit: osc.commit, version: osc.version };
  const patches = built.patches.map((patch) => `${patch.name} ${patch.sha256}`);
  if (path.endsWith(".jar") && !isOwnJar(path)) {
    const from = "a jar of another project, which Maven fetched because OSC's poms at this commit name it";
    return { from, settings: [...settings, "maven.repositories"], commit, patches };
  }
  const isLoose = built.more.some((one) => one.path === path);
  const from = isLoose ? "OSC's build, which leaves it out of its own bundle" : "OSC's build";
  return { from, settings, commit, patches };
}

/** How many names are told. */
const NEAREST = 3;

/** The paths that somebody may have meant: those whose last part is the nearest. */
function nearestTo(path: string, all: readonly string[]): string[] {
  const name = basename(path);
  const edits = (one: string) => distance(name, basename(one)) * 100 + Math.min(distance(path, one), 99);
  return all
    .map((one) => ({ one, edits: edits(one) }))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, NEAREST)
    .map(({ one }) => one);
}
