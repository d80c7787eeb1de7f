// SPDX-License-Identifier: Apache-2.0
/** What two outputs, archives or images of OSC differ in. */
import type { Contents, Item } from "../archive/contents.ts";
import { readJar } from "../archive/jar.ts";
import { headersOf } from "../archive/manifest.ts";
import { HOME } from "../osc/layout.ts";
import { messageOf, unreadable } from "../system/errors.ts";
import { compareBytes, diffJars, type EntryChange } from "./diff-jars.ts";
import { diffPackages, type PackageChange, packagesOf } from "./diff-packages.ts";
import { diffImageConfigs, diffSettings, isSettings, type KeyChange, settingsIn } from "./diff-settings.ts";
import type { Opened } from "./opened.ts";

/** A jar on one side only. */
interface LoneJar {
  readonly path: string;
  /** from its name, else from its manifest; null where neither tells one */
  readonly version: string | null;
}

export interface JarChange {
  /** in the second one */
  readonly path: string;
  /** where the first one has another name for it */
  readonly was: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** empty where only order, times, attributes or compression of its entries are others */
  readonly entries: readonly EntryChange[];
}

interface FileChange {
  readonly path: string;
  /** for people: "content", "mode 644, now 755" */
  readonly what: string;
}

export interface Differences {
  readonly jars: {
    readonly added: readonly LoneJar[];
    readonly removed: readonly LoneJar[];
    readonly changed: readonly JarChange[];
  };
  readonly settings: readonly { readonly path: string; readonly keys: readonly KeyChange[] }[];
  readonly files: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly FileChange[];
  };
  /** null where not both are images with a database of dpkg */
  readonly packages: readonly PackageChange[] | null;
  /** null where not both are images */
  readonly image: readonly KeyChange[] | null;
}

export const isEqual = ({ jars, settings, files, packages, image }: Differences): boolean =>
  [jars.added, jars.removed, jars.changed, settings, files.added, files.removed, files.changed].every(isEmpty) &&
  isEmpty(packages ?? []) &&
  isEmpty(image ?? []);

const isEmpty = (list: readonly unknown[]): boolean => list.length === 0;

/**
 * Compares. Of an image and what is none, what lies in OSC's own folder is compared.
 *
 * @throws UNREADABLE (exit 6) with the name of the jar that cannot be read
 */
export async function compare(first: Opened, second: Opened): Promise<Differences> {
  const [a, b] = isImage(first) === isImage(second) ? [first, second] : [payloadOf(first), payloadOf(second)];
  const paths = pathsOf(a.contents, b.contents);
  const contents = await readBoth(a, b, paths);
  const jars = await jarsOf(paths, contents, a, b);
  const settings = settingsOf(paths, contents);
  const isTold = (path: string) => isJar(path) || settings.some((one) => one.path === path);
  const [before, after] = await Promise.all([packagesOf(a.contents), packagesOf(b.contents)]);
  return {
    jars,
    settings,
    files: {
      added: paths.added.filter((path) => !isTold(path)),
      removed: paths.removed.filter((path) => !isTold(path)),
      changed: paths.changed.flatMap((path) => fileChange(path, a.contents, b.contents, isTold(path))),
    },
    packages: before === undefined || after === undefined ? null : diffPackages(before, after),
    image: a.image === undefined || b.image === undefined ? null : diffImageConfigs(a.image.config, b.image.config),
  };
}

const isImage = ({ image }: Opened): boolean => image !== undefined;

function payloadOf(opened: Opened): Opened {
  const { items, read } = opened.contents;
  return { ...opened, contents: { items: new Map([...items].filter(([path]) => path.startsWith(`${HOME}/`))), read } };
}

interface Paths {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

function pathsOf(a: Contents, b: Contents): Paths {
  const inOrder = (paths: readonly string[]) => [...paths].sort(compareBytes);
  const [before, after] = [[...a.items.keys()], [...b.items.keys()]];
  return {
    added: inOrder(after.filter((path) => !a.items.has(path))),
    removed: inOrder(before.filter((path) => !b.items.has(path))),
    changed: inOrder(before.filter((path) => isChanged(a.items.get(path), b.items.get(path)))),
  };
}

const isChanged = (a: Item | undefined, b: Item | undefined): boolean =>
  a !== undefined && b !== undefined && (a.sha256 !== b.sha256 || a.type !== b.type || a.mode !== b.mode);

const isJar = (path: string): boolean => path.endsWith(".jar");

/** In an image, other programs have files of such names in formats of their own. */
const isOscSettings = (path: string): boolean =>
  isSettings(path) && (path.startsWith(`${HOME}/`) || !path.includes("/"));

interface Both {
  readonly a: ReadonlyMap<string, Buffer>;
  readonly b: ReadonlyMap<string, Buffer>;
}

/** The contents that are looked into: jars and settings that are not the same on both sides. */
async function readBoth(a: Opened, b: Opened, { added, removed, changed }: Paths): Promise<Both> {
  const wanted = (paths: readonly string[]) => new Set(paths.filter((path) => isJar(path) || isOscSettings(path)));
  const read = async ({ name, contents }: Opened, paths: readonly string[]) => {
    try {
      return await contents.read(wanted(paths));
    } catch (thrown) {
      throw unreadable(name, messageOf(thrown));
    }
  };
  return { a: await read(a, [...removed, ...changed]), b: await read(b, [...added, ...changed]) };
}

function settingsOf({ added, removed, changed }: Paths, { a, b }: Both): Differences["settings"] {
  const of = (paths: readonly string[], keysOf: (path: string) => KeyChange[]) =>
    paths.filter(isOscSettings).map((path) => ({ path, keys: keysOf(path) }));
  const contentOf = (side: ReadonlyMap<string, Buffer>, path: string) => side.get(path) ?? Buffer.alloc(0);
  return [
    ...of(added, (path) => settingsIn(contentOf(b, path), true)),
    ...of(removed, (path) => settingsIn(contentOf(a, path), false)),
    ...of(changed, (path) => diffSettings(contentOf(a, path), contentOf(b, path))).filter(
      ({ keys }) => keys.length > 0,
    ),
  ].sort((x, y) => compareBytes(x.path, y.path));
}

async function jarsOf(paths: Paths, { a, b }: Both, before: Opened, after: Opened): Promise<Differences["jars"]> {
  const { pairs, added, removed } = pair(paths.added.filter(isJar), paths.removed.filter(isJar));
  const sameName = paths.changed
    .filter((path) => isJar(path) && before.contents.items.get(path)?.sha256 !== after.contents.items.get(path)?.sha256)
    .map((path) => [path, path] as const);
  const changed: JarChange[] = [];
  for (const [was, path] of [...sameName, ...pairs]) {
    const [one, other] = [a.get(was) ?? Buffer.alloc(0), b.get(path) ?? Buffer.alloc(0)];
    const [from, to] = await Promise.all([versionOf(was, one, before.name), versionOf(path, other, after.name)]);
    const entries = await readable(path, `${before.name} or ${after.name}`, () => diffJars(one, other));
    changed.push({ path, was: was === path ? null : was, from, to, entries });
  }
  const lone = (path: string, side: ReadonlyMap<string, Buffer>, { name }: Opened) =>
    versionOf(path, side.get(path) ?? Buffer.alloc(0), name).then((version) => ({ path, version }));
  return {
    added: await Promise.all(added.map((path) => lone(path, b, after))),
    removed: await Promise.all(removed.map((path) => lone(path, a, before))),
    changed: changed.sort((x, y) => compareBytes(x.path, y.path)),
  };
}

/** A jar's name without its version, and that: "jar/gson-2.5.jar" is jar/gson, 2.5. */
function splitName(path: string): { readonly stem: string; readonly version: string | undefined } {
  const [, stem, version] = /^(.+?)-(\d[\w.+-]*)\.jar$/.exec(path) ?? [];
  return stem === undefined ? { stem: path, version: undefined } : { stem, version };
}

/** A jar that went and one that came under the same name but for the version are one jar. */
function pair(added: readonly string[], removed: readonly string[]) {
  const pairs = removed.flatMap((was) => {
    const { stem } = splitName(was);
    const [now, ...more] = added.filter((path) => splitName(path).stem === stem);
    const alone = removed.filter((path) => splitName(path).stem === stem).length === 1;
    return now !== undefined && more.length === 0 && alone ? [[was, now] as const] : [];
  });
  return {
    pairs,
    added: added.filter((path) => !pairs.some(([, now]) => now === path)),
    removed: removed.filter((path) => !pairs.some(([was]) => was === path)),
  };
}

async function versionOf(path: string, jar: Buffer, from: string): Promise<string | null> {
  const { version } = splitName(path);
  if (version !== undefined) return version;
  const entries = await readable(path, from, () => readJar(jar));
  const manifest = entries.find((entry) => entry.path === "META-INF/MANIFEST.MF");
  const headers = manifest === undefined ? [] : headersOf(manifest.content);
  const valueOf = (name: string) => headers.find((one) => one.section === undefined && one.name === name)?.value;
  return valueOf("Implementation-Version") ?? valueOf("Bundle-Version") ?? null;
}

async function readable<T>(path: string, from: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    throw unreadable(`${path} in ${from}`, messageOf(thrown));
  }
}

/**
 * What a file that is there on both sides differs in.
 *
 * @param isTold whether what it holds is told elsewhere
 */
function fileChange(path: string, a: Contents, b: Contents, isTold: boolean): FileChange[] {
  const [before, after] = [a.items.get(path), b.items.get(path)];
  if (before === undefined || after === undefined) return [];
  const octal = (mode: number) => mode.toString(8);
  const what = [
    ...(before.type === after.type ? [] : [`${before.type}, now ${after.type}`]),
    ...(before.mode === after.mode ? [] : [`mode ${octal(before.mode)}, now ${octal(after.mode)}`]),
    ...(before.sha256 === after.sha256 || isTold
      ? []
      : [isOscSettings(path) ? "comments, order or blanks" : "content"]),
  ];
  return what.length === 0 ? [] : [{ path, what: what.join("; ") }];
}
