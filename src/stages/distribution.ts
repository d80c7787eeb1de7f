// SPDX-License-Identifier: Apache-2.0
/** Takes the distribution out of the bundle into a tree of its own, and checks it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { byPath, checksumList, type PayloadFile } from "../archive/payload.ts";
import type { ZipEntry } from "../archive/zip.ts";
import { distributionFaults, isPayload } from "../osc/check.ts";
import { modeOf, shapeOf } from "../osc/layout.ts";
import { defineStage, type Parts, type RunContext } from "../pipeline/stage.ts";
import { badDistribution, messageOf, OscKollaError, stagingFailed } from "../system/errors.ts";
import { replace, writeJson } from "../system/files.ts";
import { build, type BuildResult, type LooseFile } from "./build.ts";
import { libraries, type LibrariesResult } from "./libraries.ts";
import type { Change, TimesOf } from "./normalise.ts";
import { plugins, type Plugin } from "./plugins.ts";
import { source, type SourceResult } from "./source.ts";

export interface DistributionResult {
  /** as in SourceResult */
  readonly version: string;
  /** seconds since 1970; the time that the tarball's files have */
  readonly time: number;
  /** absolute path of the tree; `opt/vmidc/…` lies below it */
  readonly root: string;
  /** absolute path of a JSON file with every file of the tree (PayloadFile[]) */
  readonly inventory: string;
  /** of paths, modes and contents of all files, in hex */
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  /** what was put right so that the commit always gives these bytes; null where that is switched off */
  readonly normalised: {
    /** absolute path of a JSON file (Change[]) */ readonly list: string;
    readonly files: number;
  } | null;
}

export const distribution = defineStage({
  id: "distribution",
  title: "Take out the distribution",
  // the plugins come first: they are looked for before minutes of Maven
  needs: { source, plugins, libraries, build },

  inspect: ({ source: osc, plugins: { plugins: given }, libraries: { libraries: own }, build: built }, { config }) =>
    Promise.resolve<Parts>({
      bundle: built.sha256,
      more: built.more.map(({ path, sha256 }) => `${path} ${sha256}`),
      plugins: given.map(({ name, sha256 }) => `${name} ${sha256}`),
      version: built.version,
      time: osc.time,
      normalise: config.distribution.normalise && [osc.tagTime, ...own.map(({ time }) => time)],
    }),

  outputs: (_: DistributionResult, context) => [context.paths.distribution],

  async run({ source: osc, plugins: { plugins: given }, libraries: own, build: built }, context) {
    const { distribution: folder } = context.paths;
    const { added, bundled: inBundle } = await checkContents(built, given);
    const { files, changes } = await replace(folder, async (temporary) => {
      const root = join(temporary, "root");
      const bundled = await extract(built.bundle, root, inBundle, context);
      const extracted = [...bundled, ...(await copyLoose(added, root))];
      const all = extracted.map((file) => ({ ...file, mode: modeOf(file.path, file.mode) })).sort(byPath);
      const done = await settle(all, root, built.bundle, timesOf(osc, own), context);
      await writeJson(join(temporary, INVENTORY), done.files);
      if (done.changes !== undefined) await writeJson(join(temporary, CHANGES), done.changes);
      return done;
    });
    return {
      version: built.version,
      time: osc.time,
      root: join(folder, "root"),
      inventory: join(folder, INVENTORY),
      digest: digestOf(files),
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      normalised: changes === undefined ? null : { list: join(folder, CHANGES), files: changes.length },
    } satisfies DistributionResult;
  },
});

/** Beside the tree: its files, as they are packed. */
export const INVENTORY = "inventory.json";
/** Beside it, too: what was put right. */
export const CHANGES = "normalised.json";

/** The times of OSC and of each library are those of its own commits. */
function timesOf(osc: SourceResult, { libraries: own }: LibrariesResult): TimesOf {
  return (jar) => {
    const library = own.find(({ name }) => jar.startsWith(`${name}-`));
    return library === undefined ? { commit: osc.time, tag: osc.tagTime } : { commit: library.time, tag: library.time };
  };
}

/**
 * Takes out what the build's time and hashes left, unless that is switched off.
 *
 * @throws BAD_DISTRIBUTION (exit 6) where a file cannot be read for that
 */
async function settle(
  files: readonly PayloadFile[],
  root: string,
  bundle: string,
  times: TimesOf,
  { config, progress, signal }: RunContext,
): Promise<{ readonly files: readonly PayloadFile[]; readonly changes?: readonly Change[] }> {
  if (!config.distribution.normalise) return { files };
  const { normalise } = await import("./normalise.ts");
  try {
    const tell = (path: string) => {
      signal.throwIfAborted();
      progress(`looking for dates in ${path}`);
    };
    return await normalise(files, { root, bundle, timesOf: times, tell });
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof OscKollaError) throw thrown;
    throw stagingFailed(`taking the distribution out of ${bundle}`, messageOf(thrown));
  }
}

/**
 * Looks whether bundle, loose files and plugins make a distribution that can be packed and started.
 *
 * @returns what is added to the bundle's files, and how many files of the bundle are taken
 * @throws BAD_DISTRIBUTION (exit 6) with every fault
 */
async function checkContents(
  { bundle, more }: BuildResult,
  given: readonly Plugin[],
): Promise<{ readonly added: LooseFile[]; readonly bundled: number }> {
  const entries = await entriesOf(bundle);
  const inBundle = new Set(entries.map(({ path }) => path));
  const loose = more.filter(({ path }) => !inBundle.has(path));
  const paths = loose.map(({ path }) => path);
  const faults = distributionFaults(entries, paths);
  const { shape } = shapeOf(new Set([...inBundle, ...paths]));
  const added = given.map(({ name, ...plugin }) => ({ ...plugin, path: `${shape.plugins}/${name}` }));
  const twice = added.filter(({ path }) => inBundle.has(path)).map(({ path }) => `${path} is in the bundle already`);
  if (faults.length + twice.length > 0) throw badDistribution(bundle, [...faults, ...twice]);
  const bundled = entries.filter(({ type, path }) => type === "file" && isPayload(path)).length;
  return { added: [...loose, ...added], bundled };
}

async function entriesOf(bundle: string): Promise<ZipEntry[]> {
  try {
    const { listZip } = await import("../archive/zip.ts");
    return await listZip(bundle);
  } catch (thrown) {
    throw badDistribution(bundle, [messageOf(thrown)]);
  }
}

/** Copies files into the tree, with mode 0600 there as all others. */
async function copyLoose(added: readonly LooseFile[], root: string): Promise<PayloadFile[]> {
  return Promise.all(
    added.map(async ({ path, file, sha256 }) => {
      const target = join(root, path);
      await fsExtra.copy(file, target, { errorOnExist: true, overwrite: false });
      await fsExtra.chmod(target, 0o600);
      return { path, mode: LOOSE_MODE, size: (await fsExtra.stat(target)).size, sha256 };
    }),
  );
}

/** What the bundle gives all of its files. */
const LOOSE_MODE = 0o644;

async function extract(bundle: string, root: string, total: number, context: RunContext): Promise<PayloadFile[]> {
  await fsExtra.ensureDir(root);
  let count = 0;
  try {
    const { extractZip } = await import("../archive/zip.ts");
    return await extractZip(bundle, root, (entry) => {
      context.signal.throwIfAborted();
      if (!isPayload(entry.path)) return false;
      context.progress(`${String(++count)} of ${String(total)} files`);
      return true;
    });
  } catch (thrown) {
    context.signal.throwIfAborted();
    throw stagingFailed(`taking the distribution out of ${bundle}`, messageOf(thrown));
  }
}

/** One digest for the whole distribution. */
function digestOf(files: readonly PayloadFile[]): string {
  const modes = files.map(({ path, mode }) => `${mode.toString(8)} ${path}\n`).join("");
  return createHash("sha256").update(checksumList(files)).update(modes).digest("hex");
}

/** The files of a distribution, as its stage listed them. */
export async function readInventory(inventory: string): Promise<readonly PayloadFile[]> {
  return (await fsExtra.readJson(inventory)) as readonly PayloadFile[];
}
