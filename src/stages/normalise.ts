// SPDX-License-Identifier: Apache-2.0
/**
 * Takes out of a distribution what two builds of one commit differ in: time and place of the build, and the order of hashes.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { jarBytes, type JarEntry, readJar } from "../archive/jar.ts";
import { editManifest } from "../archive/manifest.ts";
import type { PayloadFile } from "../archive/payload.ts";
import { API_DOC } from "../osc/api-doc.ts";
import { digestNamed, LISTED_BELOW, OUTER_MANIFEST } from "../osc/outer-manifest.ts";
import { isOwnJar } from "../osc/own.ts";
import { datedProperties, isOwnPomProperties, isSignature, type Times, TRACES } from "../osc/traces.ts";
import { badDistribution, messageOf } from "../system/errors.ts";

/** What was done to a file. */
export interface Change {
  /** as in PayloadFile */
  readonly path: string;
  /** its sha256 as the build left it, in hex */
  readonly was: string;
  /** for people: what was put right; empty where only order, times and attributes of a jar's entries were */
  readonly what: readonly string[];
}

export interface Normalised {
  readonly files: readonly PayloadFile[];
  readonly changes: readonly Change[];
}

/** The times that stand in a jar of this name. */
export type TimesOf = (jar: string) => Times;

interface Rewritten {
  readonly content: Buffer;
  readonly what: readonly string[];
}

export interface Tree {
  /** the folder with the files, which nobody else has seen yet */
  readonly root: string;
  /** where they come from */
  readonly bundle: string;
  readonly timesOf: TimesOf;
  /** is given the path of each file that is looked at */
  readonly tell: (path: string) => void;
}

/**
 * Rewrites files on the disk; jars of others, and signed ones, keep their bytes.
 *
 * @throws BAD_DISTRIBUTION (exit 6) with the file that cannot be read
 */
export async function normalise(
  files: readonly PayloadFile[],
  { root, bundle, timesOf, tell }: Tree,
): Promise<Normalised> {
  const contents = new Map<string, Buffer>();
  const changes: Change[] = [];
  const settle = async (file: PayloadFile, rewrite: (content: Buffer) => Rewritten | Promise<Rewritten>) => {
    tell(file.path);
    const found = await readFile(join(root, file.path));
    const { content, what } = await readable(file.path, bundle, () => rewrite(found));
    if (content.equals(found)) return;
    await writeFile(join(root, file.path), content);
    contents.set(file.path, content);
    changes.push({ path: file.path, was: file.sha256, what });
  };
  for (const file of files) {
    const inOrder = API_DOC.get(file.path);
    if (inOrder !== undefined) await settle(file, (found) => ordered(found, inOrder));
    if (isOwnJar(file.path)) await settle(file, (found) => normaliseJar(found, timesOf(basename(file.path)), timesOf));
  }
  const outer = files.find(({ path }) => path === OUTER_MANIFEST);
  if (outer !== undefined) await settle(outer, (found) => fitDigests(found, contents));
  return { files: files.map((file) => settled(file, contents.get(file.path))), changes };
}

async function readable(
  path: string,
  bundle: string,
  rewrite: () => Rewritten | Promise<Rewritten>,
): Promise<Rewritten> {
  try {
    return await rewrite();
  } catch (thrown) {
    throw badDistribution(bundle, [`${JSON.stringify(path)} cannot be read: ${messageOf(thrown)}`]);
  }
}

function settled(file: PayloadFile, content: Buffer | undefined): PayloadFile {
  if (content === undefined) return file;
  return { ...file, size: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}

const ordered = (found: Buffer, inOrder: (text: string) => string): Rewritten => ({
  content: Buffer.from(inOrder(found.toString())),
  what: ["order"],
});

/** A jar without time and place of its build, nor those of the own jars in it. */
export async function normaliseJar(jar: Buffer, times: Times, timesOf: TimesOf): Promise<Rewritten> {
  const entries = await readJar(jar);
  if (entries.some(({ path }) => isSignature(path))) return { content: jar, what: [] };
  const what: string[] = [];
  const rewritten: JarEntry[] = [];
  for (const entry of entries) {
    const done = await normaliseEntry(entry, times, timesOf);
    rewritten.push({ ...entry, content: done.content });
    what.push(...done.what.map((one) => `${entry.path}: ${one}`));
  }
  return { content: await jarBytes(rewritten), what };
}

async function normaliseEntry({ path, content }: JarEntry, times: Times, timesOf: TimesOf): Promise<Rewritten> {
  if (path === "META-INF/MANIFEST.MF") {
    const { bytes, edited } = editManifest(content, (section, name, value) => {
      const found = section === undefined ? TRACES.find((one) => one.name === name) : undefined;
      return found === undefined ? undefined : value.replace(found.trace, found.instead(times));
    });
    return { content: bytes, what: edited };
  }
  if (isOwnPomProperties(path)) {
    // Properties.store() writes nothing but ASCII
    const text = content.toString("latin1");
    const dated = datedProperties(text, times);
    return { content: Buffer.from(dated, "latin1"), what: dated === text ? [] : ["date"] };
  }
  return isOwnJar(path) ? normaliseJar(content, timesOf(basename(path)), timesOf) : { content, what: [] };
}

/** The manifest that lists the distribution's files, with digests that fit those that were rewritten. */
function fitDigests(manifest: Buffer, contents: ReadonlyMap<string, Buffer>): Rewritten {
  const { bytes, edited } = editManifest(manifest, (section, name) => {
    const content = section === undefined ? undefined : contents.get(`${LISTED_BELOW}${section}`);
    const algorithm = digestNamed(name);
    if (content === undefined || algorithm === undefined) return undefined;
    return createHash(algorithm).update(content).digest("base64");
  });
  return { content: bytes, what: [`${String(edited.length)} digests`] };
}
