// SPDX-License-Identifier: Apache-2.0
/** What two jars differ in: entries, classes, lines of manifests. */
import { type JarEntry, readJar } from "../archive/jar.ts";
import { headersOf } from "../archive/manifest.ts";
import { diffSettings, type KeyChange } from "./diff-settings.ts";

/** A line that is not the same in both. */
export interface LineChange {
  /** in the second one; in the first where the second has none */
  readonly line: number;
  /** null: there is none */
  readonly from: string | null;
  readonly to: string | null;
}

export interface EntryChange {
  /** in the jar; after ! in the jar in it */
  readonly path: string;
  readonly change: "added" | "removed" | "changed";
  /** the name of the class that it holds */
  readonly class?: string;
  /** of manifests and pom.properties */
  readonly lines?: readonly LineChange[];
  /** of other properties, some of which hold passwords */
  readonly keys?: readonly KeyChange[];
}

/**
 * Tells what two jars differ in; empty where that is order, times and attributes of their entries alone.
 *
 * @throws Error for a jar that cannot be read
 */
export async function diffJars(a: Buffer, b: Buffer, prefix = ""): Promise<EntryChange[]> {
  const [before, after] = [byPath(await readJar(a)), byPath(await readJar(b))];
  const changes: EntryChange[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort(compareBytes))
    changes.push(...(await diffEntry(`${prefix}${path}`, before.get(path), after.get(path))));
  return changes;
}

const byPath = (entries: readonly JarEntry[]): ReadonlyMap<string, JarEntry> =>
  new Map(entries.filter(({ path }) => !path.endsWith("/")).map((entry) => [entry.path, entry]));

/** Orders paths by their bytes, whatever the locale. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function diffEntry(path: string, a: JarEntry | undefined, b: JarEntry | undefined): Promise<EntryChange[]> {
  const named = { path, ...classOf(path) };
  if (a === undefined) return [{ ...named, change: "added" }];
  if (b === undefined) return [{ ...named, change: "removed" }];
  if (a.content.equals(b.content)) return [];
  if (path.endsWith(".jar")) {
    const inside = await diffJars(a.content, b.content, `${path}!/`);
    return inside.length > 0 ? inside : [{ path, change: "changed" }];
  }
  if (path.endsWith("MANIFEST.MF")) return [changedLines(path, headerLines(a.content), headerLines(b.content))];
  if (path.endsWith("pom.properties")) return [changedLines(path, textLines(a.content), textLines(b.content))];
  if (path.endsWith(".properties")) return [{ path, change: "changed", keys: diffSettings(a.content, b.content) }];
  return [{ ...named, change: "changed" }];
}

const changedLines = (path: string, a: readonly Line[], b: readonly Line[]): EntryChange => ({
  path,
  change: "changed",
  lines: diffLines(a, b),
});

/** "a/b/C$D.class": a.b.C$D. */
function classOf(path: string): { readonly class?: string } {
  const [, name] = /(?:^|!\/)(?:BOOT-INF\/classes\/|WEB-INF\/classes\/)?([^!]+)\.class$/.exec(path) ?? [];
  return name === undefined ? {} : { class: name.replaceAll("/", ".") };
}

interface Line {
  /** what stands for the same thing on both sides: a header's section and name, a line's text */
  readonly key: string;
  readonly text: string;
  readonly line: number;
}

const headerLines = (manifest: Buffer): Line[] =>
  headersOf(manifest).map(({ section, name, value, line }) => ({
    key: `${section ?? ""}\0${name.toLowerCase()}`,
    text: section === undefined || name === "Name" ? `${name}: ${value}` : `${section}: ${name}: ${value}`,
    line,
  }));

/** Maven writes no continued lines; a comment is known by its place. */
const textLines = (content: Buffer): Line[] => {
  const lines = content.toString("latin1").split(/\r\n|\n|\r/);
  return lines.map((text, at) => ({ key: /^\s*[#!]/.test(text) ? `#${String(at)}` : keyOf(text), text, line: at + 1 }));
};

const keyOf = (text: string): string => /^\s*([^\s=:]*)/.exec(text)?.[1] ?? "";

function diffLines(a: readonly Line[], b: readonly Line[]): LineChange[] {
  const before = new Map(a.map((line) => [line.key, line]));
  const after = new Map(b.map((line) => [line.key, line]));
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const changes = keys.flatMap((key) => {
    const [from, to] = [before.get(key), after.get(key)];
    if (from?.text === to?.text) return [];
    return [{ line: (to ?? from)?.line ?? 0, from: from?.text ?? null, to: to?.text ?? null }];
  });
  return changes.sort((x, y) => x.line - y.line);
}
