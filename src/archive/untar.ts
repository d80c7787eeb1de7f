// SPDX-License-Identifier: Apache-2.0
/** Taking a tree out of a tarball that somebody else made: nothing in it is believed. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, open } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { ReadEntry } from "tar";
import { byPath, type PayloadFile } from "./payload.ts";
import { contentOf, eachTarEntry } from "./tar-entries.ts";

interface Link {
  readonly path: string;
  /** relative to the folder of the link */
  readonly target: string;
}

export interface Tree {
  /** with permission bits, setuid, setgid and others' write bits taken away */
  readonly files: readonly PayloadFile[];
  readonly links: readonly Link[];
}

/** What a tarball holds that no tree of ours may; each fault is one line. */
export class BadTree extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

/** How many faults are told. */
const TOLD = 10;

/**
 * Takes the one folder of a tarball (plain or gzip) out into `folder`, without the folder's own name.
 *
 * Files lie there with mode 0600; links are only told, none is made. Refused are: a tarball with more than one folder or
 * files beside it, names that are absolute, lead out of it or have control characters or backslashes, entries of one name,
 * links that are absolute or lead out of it or to nothing, and all that is neither a file nor a folder nor a link.
 *
 * @param folder absolute path of a folder that is there and empty
 * @param prefix put in front of every path, with a / at its end, in `folder` as in what is returned
 * @throws BadTree; Error for what is no tarball or a damaged one
 */
export async function extractTarball(
  file: string,
  folder: string,
  prefix: string,
  signal: AbortSignal,
  onFile: (count: number) => void,
): Promise<Tree> {
  const taking = new Taking(folder, prefix, onFile);
  const source = createReadStream(file, { highWaterMark: 1 << 20, signal });
  await eachTarEntry(source, {
    take: (entry) => taking.take(entry),
    refuse: (path, fault) => taking.refuse(path, fault),
  });
  return taking.tree();
}

type Kind = "file" | "folder" | "link";

/** What was taken out so far. */
class Taking {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #onFile: (count: number) => void;
  readonly #faults: string[] = [];
  readonly #tops = new Set<string>();
  /** by paths inside the top folder */
  readonly #kinds = new Map<string, Kind>();
  readonly #files = new Map<string, PayloadFile>();
  readonly #links = new Map<string, string>();

  constructor(folder: string, prefix: string, onFile: (count: number) => void) {
    this.#folder = folder;
    this.#prefix = prefix;
    this.#onFile = onFile;
  }

  refuse(path: string, fault: string): void {
    this.#faults.push(`${JSON.stringify(path)} ${fault}`);
  }

  async take(entry: ReadEntry): Promise<void> {
    const path = this.#inside(entry.path);
    if (path === undefined) return;
    const kind = KINDS[entry.type];
    if (kind === undefined) this.refuse(entry.path, `is a ${entry.type}`);
    else if (path === "" && kind !== "folder") this.refuse(entry.path, "lies beside the one folder that is taken");
    else if (path !== "" && this.#enter(path, kind)) await this.#takeInside(path, entry);
  }

  /** @returns the path without the top folder's name; undefined for one that was refused */
  #inside(path: string): string | undefined {
    // eslint-disable-next-line no-control-regex -- what a list of digests cannot hold as it is
    const isOdd = /[\u0000-\u001f\u007f\\]/.test(path) || path.includes("\ufffd");
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    if (path.startsWith("/") || parts.includes("..") || isOdd) {
      this.refuse(path, isOdd ? "has characters that no name here may have" : "leads out of the archive");
      return undefined;
    }
    const [top, ...inside] = parts;
    if (top === undefined) return "";
    this.#tops.add(top);
    return inside.join("/");
  }

  /** Notes an entry and the folders above it. */
  #enter(path: string, kind: Kind): boolean {
    const above = foldersAbove(path);
    const blocked = above.find((folder) => (this.#kinds.get(folder) ?? "folder") !== "folder");
    const there = this.#kinds.get(path);
    if (blocked !== undefined)
      this.refuse(path, `lies below ${blocked}, which is a ${String(this.#kinds.get(blocked))}`);
    else if (there !== undefined && (there !== "folder" || kind !== "folder")) this.refuse(path, "is there twice");
    else {
      for (const folder of above) this.#kinds.set(folder, "folder");
      this.#kinds.set(path, kind);
      return there === undefined;
    }
    return false;
  }

  async #takeInside(path: string, entry: ReadEntry): Promise<void> {
    if (entry.type === "SymbolicLink") this.#links.set(path, entry.linkpath ?? "");
    else if (entry.type === "Link") await this.#copy(path, entry);
    else if (KINDS[entry.type] === "file") await this.#write(path, entry);
  }

  async #write(path: string, entry: ReadEntry): Promise<void> {
    const target = await this.#place(path);
    const hash = createHash("sha256");
    const handle = await open(target, "wx", 0o600);
    try {
      for await (const chunk of contentOf(entry)) {
        hash.update(chunk);
        await handle.write(chunk);
      }
    } finally {
      await handle.close();
    }
    const mode = (entry.mode ?? 0o644) & 0o755;
    this.#add(path, { mode, size: entry.size, sha256: hash.digest("hex") });
  }

  /** A hard link is one more file of the same content. */
  async #copy(path: string, entry: ReadEntry): Promise<void> {
    const from = this.#inside(entry.linkpath ?? "");
    const there = from === undefined ? undefined : this.#files.get(from);
    if (there === undefined) {
      this.refuse(path, "is a hard link to nothing before it");
      return;
    }
    await copyFile(join(this.#folder, there.path), await this.#place(path));
    this.#add(path, there);
  }

  async #place(path: string): Promise<string> {
    const target = join(this.#folder, this.#prefix, path);
    await mkdir(dirname(target), { recursive: true });
    return target;
  }

  #add(path: string, { mode, size, sha256 }: Omit<PayloadFile, "path">): void {
    this.#files.set(path, { path: `${this.#prefix}${path}`, mode, size, sha256 });
    this.#onFile(this.#files.size);
  }

  /** @throws BadTree */
  tree(): Tree {
    if (this.#tops.size !== 1)
      this.#faults.push(`it has ${String(this.#tops.size)} folders and files at its top, not one folder`);
    for (const [path, target] of this.#links) {
      if (!this.#leadsInside(path)) this.refuse(path, `is a link to ${target}, which is not in it`);
    }
    if (this.#faults.length > 0) throw new BadTree(this.#faults.slice(0, TOLD));
    const links = [...this.#links].map(([path, target]) => ({ path: `${this.#prefix}${path}`, target }));
    return { files: [...this.#files.values()].sort(byPath), links: links.sort(byPath) };
  }

  /** Follows a link as the kernel would, through other links on its way. */
  #leadsInside(link: string): boolean {
    let at = "";
    let follows = 0;
    const left = link.split("/");
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      if (part === "" || part === ".") continue;
      if (part === ".." && at === "") return false;
      const next = part === ".." ? posix.dirname(`/${at}`).slice(1) : posix.join(at, part);
      const target = this.#links.get(next);
      if (target === undefined) {
        at = next;
        if (at !== "" && !this.#kinds.has(at)) return false;
      } else if (target.startsWith("/") || ++follows > MOST_LINKS) return false;
      else left.unshift(...target.split("/"));
    }
    return true;
  }
}

/** As many as the kernel follows. */
const MOST_LINKS = 40;

const KINDS: Readonly<Record<string, Kind | undefined>> = {
  File: "file",
  OldFile: "file",
  ContiguousFile: "file",
  Link: "file",
  Directory: "folder",
  SymbolicLink: "link",
};

/** "a/b/c": "a", "a/b". */
const foldersAbove = (path: string): string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));
