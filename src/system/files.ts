// SPDX-License-Identifier: Apache-2.0
/** The one way to write files and folders that matter: under a temporary name, synced, then renamed. */
import { randomBytes } from "node:crypto";
import { lstat, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import fsExtra from "fs-extra";
import { toJson } from "./json.ts";
import { mask } from "./secrets.ts";

/** How temporary names look, with the writer's process id, so that those of a killed run can be found and removed. */
const TEMPORARY = /^\..*\.tmp-(\d+)-[0-9a-f]{12}$/;

/** A name beside `path`, not used by anything yet, that `removeLeftovers` knows. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp-${String(process.pid)}-${randomBytes(6).toString("hex")}`);
}

/** Removes what runs that are dead left under temporary names in `folder` (not in the folders below it). */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = (await fsExtra.pathExists(folder)) ? await readdir(folder) : [];
  const dead = names.filter((name) => {
    const pid = TEMPORARY.exec(name)?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  });
  await Promise.all(dead.map((name) => fsExtra.remove(join(folder, name))));
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * Makes something at `path` by way of a temporary name beside it.
 *
 * @param make writes to the temporary path (a file or a folder) and returns what the caller wants to know
 * @throws whatever `make` throws; nothing is left then
 */
export async function replace<T>(path: string, make: (temporary: string) => Promise<T>): Promise<T> {
  await fsExtra.ensureDir(dirname(path));
  const temporary = temporaryPath(path);
  try {
    const result = await make(temporary);
    await moveInto(temporary, path);
    return result;
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true });
    throw thrown;
  }
}

/** Renames `temporary` to `path`; a folder that is there already is moved away first (rename cannot replace it). */
async function moveInto(temporary: string, path: string): Promise<void> {
  const isFolder = (await fsExtra.lstat(temporary)).isDirectory();
  const old = isFolder && (await fsExtra.pathExists(path)) ? temporaryPath(path) : undefined;
  if (old !== undefined) await rename(path, old);
  await rename(temporary, path);
  await sync(dirname(path));
  if (old !== undefined) await fsExtra.remove(old);
}

/** Flushes a file or folder to the disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file whole or not at all.
 *
 * @param mode permission bits, whatever the umask
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await replace(path, async (temporary) => {
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(content);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** Masks the files in a folder (not in those below it) that a program has written itself. */
export async function maskFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    const file = join(folder, name);
    const content = await readFile(file, "utf8");
    if (mask(content) !== content) await writeFileAtomic(file, mask(content), 0o600);
  }
}

/** What a file, or a folder with all below it, takes on the disk, in bytes; links are not followed. */
export async function sizeOf(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) return 0;
  const names = stat.isDirectory() ? await readdir(path) : [];
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, stat.blocks * 512);
}

/** Reads and parses a JSON file; undefined where there is none, or where it is not JSON (as after a crash). */
export async function readJson(path: string): Promise<unknown> {
  try {
    const value: unknown = await fsExtra.readJson(path);
    return value;
  } catch (thrown) {
    if (thrown instanceof SyntaxError || (thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
}

/** Writes a value as JSON, whole or not at all, with the credentials in its texts masked. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${toJson(value, 2)}\n`);
}
