// SPDX-License-Identifier: Apache-2.0
/** Holds what was published against itself: sums, bill of materials, provenance, image; asks no other machine. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { IMAGE_PROVENANCE } from "../pipeline/paths.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { type Bill, factOf } from "../sbom/bill.ts";
import { messageOf, OscKollaError, usage } from "../system/errors.ts";
import { compareBytes } from "./diff-jars.ts";
import { openOutput, type Opened, PACKED } from "./opened.ts";
import { readStatement, type Resource, type Statement } from "./statement.ts";
import { verifyContext, verifyImage } from "./verify-image.ts";
import { Notes } from "./verify-notes.ts";

/** What was held against what, and what does not fit; the faults name the file. */
export interface Verdict {
  /** for people */
  readonly checked: readonly string[];
  readonly faults: readonly string[];
  /** those that were found, and are as they were written */
  readonly statements: { readonly tarball?: Found; readonly image?: Found };
}

/** A statement, and the absolute path of its file. */
export interface Found {
  readonly file: string;
  readonly statement: Statement;
}

const SUMS = "SHA256SUMS";

/**
 * Verifies a folder.
 *
 * @param folder absolute path: that of the published archives, or an output folder
 * @param imageName of an image in the engine or a saved one; undefined: none is looked at
 * @throws USAGE (exit 2) where there is nothing that could be verified
 */
export async function verify(folder: string, imageName: string | undefined, context: StageContext): Promise<Verdict> {
  const notes = new Notes();
  const inside = join(folder, "tarballs");
  const published = (await fsExtra.pathExists(join(folder, SUMS))) ? folder : inside;
  const ofImage = join(folder, IMAGE_PROVENANCE);
  const [hasSums, hasImage] = [await fsExtra.pathExists(join(published, SUMS)), await fsExtra.pathExists(ofImage)];
  if (!hasSums && !hasImage)
    throw usage(`${folder} has neither ${SUMS} nor ${IMAGE_PROVENANCE}: there is nothing to verify`);
  const tarball = hasSums ? await verifyPublished(published, notes, context) : undefined;
  const image = hasImage ? await readFound(ofImage, notes) : undefined;
  if (image !== undefined) await verifyContext(join(folder, "kolla", "docker", "osc-base"), image.statement, notes);
  if (imageName !== undefined)
    await verifyImage(imageName, image?.statement, hasSums ? published : undefined, notes, context);
  const statements = { ...(tarball === undefined ? {} : { tarball }), ...(image === undefined ? {} : { image }) };
  return { checked: notes.checked, faults: [...new Set(notes.faults)], statements };
}

/** The archives, their sums, their provenance, their bill. */
async function verifyPublished(folder: string, notes: Notes, context: StageContext): Promise<Found | undefined> {
  const all = (await readdir(folder)).sort(compareBytes);
  const version = versionIn(all, await readFile(join(folder, SUMS), "utf8"));
  const names = version === undefined ? all : all.filter((name) => isOf(version, name));
  if (names.length < all.length)
    notes.checked.push(`not looked at, of other versions: ${all.filter((name) => !names.includes(name)).join(", ")}`);
  const statementName = names.find((name) => name.endsWith(".intoto.json"));
  if (statementName === undefined) notes.fault(folder, "there is no provenance (*.intoto.json)");
  const found = statementName === undefined ? undefined : await readFound(join(folder, statementName), notes);
  const subjects = found?.statement.subject;
  const areSumsGood = await verifySubjects(folder, subjects ?? [], notes);
  if (areSumsGood) await verifySums(folder, names, subjects, notes);
  const isGood = (name: string) => !notes.faults.some((fault) => fault.startsWith(`${name}: `));
  const bill = names.find((name) => name.endsWith(".cdx.json"));
  const archive = names.find((name) => PACKED.test(name));
  if (bill === undefined) notes.fault(folder, "there is no bill of materials (*.cdx.json)");
  else if (archive !== undefined && isGood(bill) && isGood(archive))
    await verifyBill(join(folder, bill), join(folder, archive), found?.statement, notes, context);
  return found;
}

/** Which of the versions whose files lie in a folder its SHA256SUMS is about: one that it names a file of. */
function versionIn(names: readonly string[], sums: string): string | undefined {
  const versions = names.flatMap((name) => /^osc-(.*)\.intoto\.json$/.exec(name)?.[1] ?? []);
  return versions.find((version) => sums.includes(`osc-${version}.`)) ?? versions[0];
}

const isOf = (version: string, name: string): boolean =>
  !name.startsWith("osc-") || name.startsWith(`osc-${version}.`) || name.startsWith(`osc-${version}-`);

async function readFound(file: string, notes: Notes): Promise<Found | undefined> {
  try {
    const statement = readStatement(await readFile(file, "utf8"));
    notes.checked.push(`${basename(file)} is as it was written`);
    return { file, statement };
  } catch (thrown) {
    notes.fault(basename(file), messageOf(thrown));
    return undefined;
  }
}

/** @returns whether SHA256SUMS is the one that the provenance names, as far as that is known */
async function verifySubjects(folder: string, subjects: readonly Resource[], notes: Notes): Promise<boolean> {
  let areSumsGood = true;
  for (const { name, digest } of subjects) {
    const file = join(folder, basename(name));
    if (!(await fsExtra.pathExists(file))) notes.fault(name, "is missing, and the provenance names it");
    else if ((await sha256File(file)) !== digest["sha256"]) {
      notes.fault(name, "is not the one that the provenance names");
      if (name === SUMS) areSumsGood = false;
    }
  }
  if (subjects.length > 0) notes.checked.push(`${String(subjects.length)} files against the provenance`);
  return areSumsGood;
}

async function verifySums(
  folder: string,
  names: readonly string[],
  subjects: readonly Resource[] | undefined,
  notes: Notes,
): Promise<void> {
  const lines = (await readFile(join(folder, SUMS), "utf8")).split("\n").filter((line) => line !== "");
  const listed = new Set<string>();
  for (const line of lines) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *]([^/]+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined) {
      notes.fault(SUMS, `a line is none of sha256sum: ${line}`);
      continue;
    }
    listed.add(name);
    if (!names.includes(name)) notes.fault(name, `is missing, and ${SUMS} names it`);
    else if ((await sha256File(join(folder, name))) !== sum) notes.fault(name, `is not the one that ${SUMS} names`);
    if (subjects?.some((one) => one.name === name && one.digest["sha256"] === sum) === false)
      notes.fault(name, `${SUMS} and the provenance do not agree`);
  }
  for (const name of names.filter(
    (one) => /^osc-/.test(one) && !/\.(?:intoto\.json|sigstore\.json|asc|sig)$/.test(one),
  ))
    if (!listed.has(name)) notes.fault(name, `is not in ${SUMS}`);
  notes.checked.push(`${String(listed.size)} files against ${SUMS}`);
}

async function verifyBill(
  billFile: string,
  archive: string,
  statement: Statement | undefined,
  notes: Notes,
  context: StageContext,
): Promise<void> {
  const name = basename(billFile);
  let bill: Bill;
  try {
    bill = (await fsExtra.readJson(billFile)) as Bill;
  } catch (thrown) {
    notes.fault(name, messageOf(thrown));
    return;
  }
  if (statement !== undefined) verifyCommits(name, bill, statement, notes);
  const opened = await openNoted(archive, notes, context);
  if (opened === undefined) return;
  const { items } = opened.contents;
  const known = new Map<string, string | undefined>();
  for (const component of bill.components ?? []) {
    const sum = component.hashes?.find(({ alg }) => alg === "SHA-256")?.content;
    const path = factOf(component, "path");
    if (path !== undefined && sum !== undefined) known.set(path, sum);
  }
  // a bundled JRE is in the image alone
  for (const [path, sum] of known) {
    if (items.get(path)?.sha256 !== sum)
      notes.fault(name, `${path} ${items.has(path) ? "has another digest" : "is not"} in ${basename(archive)}`);
  }
  for (const path of items.keys())
    if (path.endsWith(".jar") && !known.has(path))
      notes.fault(name, `does not list ${path}, which is in ${basename(archive)}`);
  notes.checked.push(`${String(known.size)} jars in ${basename(archive)} against ${name}`);
}

/** What the bill says OSC, its modules and its libraries were built from. */
function verifyCommits(
  name: string,
  { metadata, components = [] }: Bill,
  { predicate }: Statement,
  notes: Notes,
): void {
  const dependencies = predicate.buildDefinition.resolvedDependencies;
  const core = dependencies.find((one) => one.name === "osc-core")?.digest["gitCommit"];
  if (factOf(metadata.component, "commit") !== core)
    notes.fault(name, `is that of another commit than the provenance's ${core ?? "none"}`);
  const named = new Set(dependencies.map(({ digest }) => digest["gitCommit"]));
  for (const component of components) {
    const commit = factOf(component, "commit");
    if (commit !== undefined && !named.has(commit))
      notes.fault(name, `has ${component.name} of the commit ${commit}, which the provenance does not name`);
  }
}

async function openNoted(name: string, notes: Notes, context: StageContext): Promise<Opened | undefined> {
  try {
    return await openOutput(name, context);
  } catch (thrown) {
    if (!(thrown instanceof OscKollaError) || thrown.code !== "UNREADABLE") throw thrown;
    notes.fault(basename(name), thrown.reason);
    return undefined;
  }
}
