// SPDX-License-Identifier: Apache-2.0
/** What is in the jars of a distribution, and in the jars in them. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type JarEntry, readJar } from "../archive/jar.ts";
import { mainHeaders } from "../archive/manifest.ts";
import type { PayloadFile } from "../archive/payload.ts";
import { type Coordinates, coordinatesIn, fitting, isPomProperties, purlOf } from "../maven/coordinates.ts";
import { projectLicences } from "../maven/pom.ts";
import { bundleLicences, pomLicences } from "../sbom/licences.ts";
import { COORDINATES, type Licence, type Part } from "../sbom/part.ts";
import { badDistribution, messageOf } from "../system/errors.ts";
import type { FindArtifacts } from "./resolved.ts";

export interface Tree {
  /** the folder with the files */
  readonly root: string;
  /** where they come from, for people */
  readonly bundle: string;
  /** what Maven resolved */
  readonly artifacts: FindArtifacts;
  /** the commit of what is OSC's own; undefined for what is not */
  readonly commitOf: (coordinates: Coordinates) => string | undefined;
  /** is given the path of each jar that is looked at */
  readonly tell: (path: string) => void;
}

/** Jars, and what is packed as they are: OSC's plugins (.bar) and web applications. */
const isPacked = (path: string): boolean => /\.(jar|war|ear|bar)$/i.test(path);

/** OSC's plugins are others' work, whatever they have in them. */
const isPlugin = (path: string): boolean => path.endsWith(".bar");

const MANIFEST = "META-INF/MANIFEST.MF";

const isPom = (path: string): boolean => /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.xml$/.test(path);

/** What a jar is asked for. */
const isWanted = (path: string): boolean => path === MANIFEST || isPomProperties(path) || isPom(path) || isPacked(path);

/** Jars in jars in jars: deeper ones than these no build makes, but a zip can be made that has itself in it. */
const DEEPEST = 5;

/**
 * The jars among files, with what is inside of them.
 *
 * @throws BAD_DISTRIBUTION (exit 6) with the jar that cannot be read
 */
export async function jarsIn(files: readonly PayloadFile[], tree: Tree): Promise<Part[]> {
  const parts: Part[] = [];
  for (const { path } of files.filter((file) => isPacked(file.path))) {
    tree.tell(path);
    const its = isPlugin(path) ? { ...tree, commitOf: () => undefined } : tree;
    parts.push(await partOf(path, await readFile(join(tree.root, path)), its, 1));
  }
  return parts;
}

async function partOf(path: string, jar: Buffer, tree: Tree, depth: number): Promise<Part> {
  const entries = await entriesOf(path, jar, tree, depth);
  const digests = { sha1: digest("sha1", jar), sha256: digest("sha256", jar) };
  const all = entries.filter((entry) => isPomProperties(entry.path)).flatMap(statedIn);
  const stated = fitting(basename(path), all);
  const coordinates = stated ?? (await resolved(path, jar.length, digests.sha256, tree));
  const from = stated === undefined ? COORDINATES.resolved : COORDINATES.inside;
  const others = new Map(all.filter((one) => !isSame(one, coordinates)).map((one) => [purlOf(one), one]));
  const unpacked = [...others.values()].map((one) => unpackedPart(path, one, entries, tree));
  const nested: Part[] = [];
  for (const entry of entries.filter((one) => isPacked(one.path))) {
    nested.push(await partOf(`${path}!/${entry.path}`, entry.content, tree, depth + 1));
  }
  const parts = [...unpacked, ...nested];
  const licences = licencesOf(coordinates, entries);
  if (coordinates !== undefined) return { ...known(path, coordinates, from, tree), digests, licences, parts };
  const facts = { coordinates: COORDINATES.none };
  return { path, type: "file", name: basename(path), digests, licences, facts, parts };
}

async function entriesOf(path: string, jar: Buffer, { bundle }: Tree, depth: number): Promise<JarEntry[]> {
  try {
    if (depth > DEEPEST) throw new Error(`more than ${String(DEEPEST)} jars lie in each other`);
    return await readJar(jar, isWanted);
  } catch (thrown) {
    throw badDistribution(bundle, [`${JSON.stringify(path)} cannot be read: ${messageOf(thrown)}`]);
  }
}

const digest = (algorithm: string, content: Buffer): string => createHash(algorithm).update(content).digest("hex");

/** java.util.Properties are Latin-1. */
function statedIn({ content }: JarEntry): Coordinates[] {
  const stated = coordinatesIn(content.toString("latin1"));
  return stated === undefined ? [] : [stated];
}

/** The artifact of the repository that the jar is; where several are, the one that is called so. */
async function resolved(path: string, size: number, sha256: string, tree: Tree): Promise<Coordinates | undefined> {
  const found = await tree.artifacts(size, sha256);
  return found.length === 1 ? found[0] : fitting(basename(path), found);
}

const isSame = (one: Coordinates, other: Coordinates | undefined): boolean =>
  one.groupId === other?.groupId && one.artifactId === other.artifactId && one.version === other.version;

function known(
  path: string,
  coordinates: Coordinates,
  from: string,
  { commitOf }: Tree,
): Pick<Part, "path" | "type" | "group" | "name" | "version" | "purl" | "facts"> {
  const { groupId: group, artifactId: name, version } = coordinates;
  const commit = commitOf(coordinates);
  const facts = { coordinates: from, ...(commit === undefined ? {} : { commit }) };
  return { path, type: "library", group, name, version, purl: purlOf(coordinates), facts };
}

/** What was unpacked into a jar, of which its pom.properties alone tells. */
function unpackedPart(jar: string, coordinates: Coordinates, entries: readonly JarEntry[], tree: Tree): Part {
  const path = `${jar}!/${metadataOf(coordinates)}/pom.properties`;
  const licences = pomLicencesOf(coordinates, entries);
  return { ...known(path, coordinates, COORDINATES.inside, tree), licences, parts: [] };
}

const metadataOf = ({ groupId, artifactId }: Coordinates): string => `META-INF/maven/${groupId}/${artifactId}`;

/** What a jar says of its licence: in its pom, else in its manifest. */
function licencesOf(coordinates: Coordinates | undefined, entries: readonly JarEntry[]): readonly Licence[] {
  const inPom = coordinates === undefined ? [] : pomLicencesOf(coordinates, entries);
  if (inPom.length > 0) return inPom;
  const manifest = entries.find(({ path }) => path === MANIFEST);
  return manifest === undefined ? [] : bundleLicences(mainHeaders(manifest.content).get("bundle-license") ?? "");
}

function pomLicencesOf(coordinates: Coordinates, entries: readonly JarEntry[]): readonly Licence[] {
  const pom = entries.find(({ path }) => path === `${metadataOf(coordinates)}/pom.xml`);
  if (pom === undefined) return [];
  try {
    return pomLicences(projectLicences(pom.content.toString()));
  } catch {
    // whoever wrote it: what cannot be read says nothing
    return [];
  }
}
