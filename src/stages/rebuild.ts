// SPDX-License-Identifier: Apache-2.0
/** What has to be built again to see whether a provenance tells the truth, and whether the same came out. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import type { Config } from "../config/schema.ts";
import type { Paths } from "../pipeline/paths.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { missing } from "../system/errors.ts";
import { writeFileAtomic } from "../system/files.ts";
import { compare, type Differences } from "./diff.ts";
import { openOutput } from "./opened.ts";
import type { Resource, Statement } from "./statement.ts";
import type { Found } from "./verify.ts";

/** A run of ours. */
export interface Rebuild {
  readonly command: "tarball" | "context";
  /** names and values of settings, as on the command line */
  readonly settings: readonly (readonly [string, string])[];
  /** absolute path of its output folder */
  readonly outputDir: string;
}

/**
 * Prepares a run that builds again what a statement tells of, in folders of its own.
 *
 * @param folder absolute path; work and output folders are made in it
 * @throws MISSING (exit 3) where a plugin or JRE of the statement is not among those of the settings
 */
export async function prepareRebuild(
  { predicate }: Statement,
  folder: string,
  context: StageContext,
): Promise<Rebuild> {
  const { externalParameters, resolvedDependencies } = predicate.buildDefinition;
  const { command, settings } = externalParameters;
  const patches = await writePatches(resolvedDependencies, join(folder, "patches"));
  const outputDir = join(folder, "out");
  const given: Record<string, unknown> = {
    ...settings,
    "source.ref": commitOf("osc-core", resolvedDependencies),
    libraries: librariesOf(settings["libraries"] as unknown as Config["libraries"], resolvedDependencies),
    "source.patches": patches,
    ...(await filesOf(resolvedDependencies, context)),
    work_dir: join(folder, ".osc-kolla"),
    output_dir: outputDir,
  };
  return {
    command: command === "image" ? "context" : "tarball",
    // JSON is YAML
    settings: Object.entries(given).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
    outputDir,
  };
}

const commitOf = (name: string, dependencies: readonly Resource[]): string | undefined =>
  dependencies.find((one) => one.name === name)?.digest["gitCommit"];

/** Each at its commit, in the place of a branch or a tag that may have moved. */
const librariesOf = (libraries: Config["libraries"], dependencies: readonly Resource[]): Config["libraries"] =>
  libraries.map((library) => ({ ...library, ref: commitOf(library.name, dependencies) }));

const settingOf = ({ annotations }: Resource): unknown => annotations?.["setting"];

async function writePatches(dependencies: readonly Resource[], folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const { name, digest, content = "" } of dependencies.filter((one) => settingOf(one) === "source.patches")) {
    const bytes = Buffer.from(content, "base64");
    if (createHash("sha256").update(bytes).digest("hex") !== digest["sha256"]) {
      const cause = `the patch ${name} is not whole in the provenance: it holds what looked like a secret`;
      throw missing("preparing to build again", cause, "It cannot be built again from the provenance alone.");
    }
    // their order is that of the settings, whatever they are called
    const file = join(folder, String(files.length), basename(name));
    await fsExtra.ensureDir(join(folder, String(files.length)));
    await writeFileAtomic(file, bytes);
    files.push(file);
  }
  return files;
}

/** Plugins and JRE are not in a statement: those of the settings are taken where they are the same. */
async function filesOf(dependencies: readonly Resource[], { config }: StageContext): Promise<Record<string, unknown>> {
  const choices = [...config.plugins, ...(config.image.java.jre === undefined ? [] : [config.image.java.jre])];
  const bySum = new Map<string, (typeof choices)[number]>();
  for (const choice of choices)
    bySum.set(typeof choice === "string" ? await sha256File(choice).catch(() => "") : choice.sha256, choice);
  const chosen = (setting: string) =>
    dependencies
      .filter((one) => settingOf(one) === setting)
      .map(({ name, digest }) => {
        const choice = bySum.get(String(digest["sha256"]));
        if (choice !== undefined) return choice;
        const cause = `it was built with ${name}, sha256 ${String(digest["sha256"])}, which is not here`;
        throw missing("preparing to build again", cause, `Name that file in ${setting}.`);
      });
  const [jre] = chosen("image.java.jre");
  return { plugins: chosen("plugins"), ...(jre === undefined ? {} : { "image.java.jre": jre }) };
}

/** A file that is another one when it is built again. */
export interface Deviation {
  readonly name: string;
  /** null: it is not there now, or it is no archive */
  readonly differences: Differences | null;
}

/** Compares what a statement tells of with what came out of the run, file by file. */
export async function compareRebuilt(
  { file, statement }: Found,
  { command, outputDir }: Rebuild,
  context: StageContext,
): Promise<{ readonly compared: number; readonly deviations: readonly Deviation[] }> {
  const isContext = command === "context";
  const [published, rebuilt] = isContext
    ? [join(file, "..", "kolla/docker/osc-base"), join(outputDir, "kolla/docker/osc-base")]
    : [join(file, ".."), join(outputDir, "tarballs")];
  const named = isContext
    ? statement.predicate.runDetails.byproducts.filter(({ annotations }) => annotations?.["layer"] !== undefined)
    : statement.subject.filter(({ name }) => name.startsWith("osc-"));
  const names = await readdir(rebuilt);
  const deviations: Deviation[] = [];
  for (const { name, digest } of named) {
    const again = names.find((one) => likeness(one) === likeness(name));
    const path = again === undefined ? undefined : join(rebuilt, again);
    if (path !== undefined && (await sha256File(path)) === digest["sha256"]) continue;
    const isArchive = path !== undefined && /\.tar(?:\.gz|\.zst)?$/.test(name);
    const differences = isArchive ? await differencesOf(join(published, basename(name)), path, context) : null;
    deviations.push({ name, differences });
  }
  return { compared: named.length, deviations };
}

/** A name without the version or digest in it: what of the two it is. */
const likeness = (name: string): string =>
  name
    .replace(/-[0-9a-f]{32}(?=\.tar$)/, "")
    .replace(
      /^osc-.*?(?=-source\.|\.tar|\.cdx\.json$|\.THIRD-PARTY\.txt$|-(?:jre|third-party|web|service)\.tar$)/,
      "osc",
    );

async function differencesOf(published: string, rebuilt: string, context: StageContext): Promise<Differences | null> {
  if (!(await fsExtra.pathExists(published))) return null;
  const [a, b] = [await openOutput(published, context), await openOutput(rebuilt, context)];
  return compare(a, b);
}

/** The folder of a rebuild in the work folder: one for each provenance, so that a second one is fast. */
export const rebuildFolder = ({ statement }: Found, { rebuilt }: Pick<Paths, "rebuilt">): string =>
  join(
    rebuilt,
    createHash("sha256").update(statement.predicate.runDetails.metadata.invocationId).digest("hex").slice(0, 16),
  );
