// SPDX-License-Identifier: Apache-2.0
/** Reading archives back: by node-tar, and by the system's tar where there is one. */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { Parser, type ReadEntry } from "tar";
import type { Bytes } from "../../src/archive/write.ts";

export interface Listed {
  /** without a slash at the end: of a folder with a long name, the header's type alone says what it is */
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly owner: string;
  readonly time: number;
  /** of the content, in hex */
  readonly sha256: string;
}

export const digestOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

export async function collect(bytes: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What node-tar reads, strictly: a warning is an error. */
export function readTar(archive: Buffer): Promise<Listed[]> {
  return new Promise((resolve, reject) => {
    const listed: Listed[] = [];
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry: ReadEntry) => {
        const hash = createHash("sha256");
        entry.on("data", (chunk: Uint8Array) => hash.update(chunk));
        entry.on("end", () => {
          const { path, type, mode = -1, uid = -1, gid = -1, uname = "", gname = "", mtime } = entry;
          const owner = `${String(uid)}:${String(gid)} ${uname}:${gname}`;
          const time = (mtime?.getTime() ?? -1) / 1000;
          listed.push({ path: path.replace(/\/$/, ""), type, mode, owner, time, sha256: hash.digest("hex") });
        });
      },
    });
    parser.on("end", () => resolve(listed));
    parser.on("error", reject);
    parser.end(archive);
  });
}

const run = promisify(execFile);

export const hasSystemTar: boolean = /GNU tar/.test(spawnSync("tar", ["--version"], { encoding: "utf8" }).stdout);

/** The lines of `tar -tv`: mode, owner, size, time, name. */
export async function listBySystem(file: string): Promise<string[]> {
  const args = ["-tvf", file, "--numeric-owner", "--full-time", "--utc", "--quoting-style=literal"];
  const { stdout, stderr } = await run("tar", args, { env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" } });
  if (stderr !== "") throw new Error(stderr);
  return stdout.split("\n").filter((line) => line !== "");
}
