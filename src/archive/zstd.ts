// SPDX-License-Identifier: Apache-2.0
/** Compressing, and the way back, by the program zstd: the zlib of Node 20 knows no zstd. */
import { realpath } from "node:fs/promises";
import { Readable } from "node:stream";
import { childEnvironment } from "../system/environment.ts";
import { missing } from "../system/errors.ts";
import type { ProgramLog } from "../system/log.ts";
import { howToInstall } from "../system/os-release.ts";
import { lastLines, runProcess } from "../system/process.ts";
import { findProgram, type ProgramContext } from "../system/programs.ts";
import type { ByteSource } from "./contents.ts";
import { writeBytes, type Written } from "./write.ts";

export interface Zstd {
  /** absolute path */
  readonly file: string;
  /** "1.5.4" */
  readonly version: string;
}

/**
 * Finds zstd.
 *
 * @param otherwise what can be done without it
 * @throws MISSING (exit 3) where there is none, or it does not tell its version
 */
export async function findZstd(
  { env, cwd, signal, remember }: ProgramContext,
  otherwise = "leave tar.zst out of tarball.formats",
): Promise<Zstd> {
  const file = await findProgram("zstd", env, cwd);
  const mend = `${await howToInstall("zstd", { "apt-get": "zstd", dnf: "zstd", zypper: "zstd" })}, or ${otherwise}.`;
  if (file === undefined) throw missing("looking for zstd", "there is no program zstd", mend);
  const version = await remember("zstd", [file], async () => {
    const request = { file, args: ["--version"], cwd, env: childEnvironment(env), signal, timeout: 30_000 };
    const result = await runProcess(request);
    const told = /v(\d+\.\d+\.\d+)/.exec(result.stdout)?.[1];
    if (told === undefined) throw missing(`asking ${file} for its version`, lastLines(result, 1), mend);
    return told;
  });
  return { file, version };
}

/** The command by which writeZstd compresses; with one thread, for a machine's number of them must not count. */
export const zstdCommand = ({ file }: Zstd, level: number): readonly string[] => [
  file,
  "-q",
  `-${String(level)}`,
  "-T1",
  "-c",
];

/**
 * As writeBytes, compressed by zstd.
 *
 * @param level 1 to 19
 * @throws Error with zstd's own words
 */
export async function writeZstd(
  to: string,
  bytes: Iterable<Uint8Array>,
  level: number,
  zstd: Zstd,
  { env, cwd, signal, log }: Pick<ProgramContext, "env" | "cwd" | "signal"> & { readonly log: ProgramLog },
): Promise<Written> {
  let written: Written | undefined;
  const [file = "", ...args] = zstdCommand(zstd, level);
  const result = await runProcess({
    file,
    args,
    cwd,
    env: childEnvironment(env),
    signal,
    log,
    input: bytes,
    output: async (compressed) => {
      written = await writeBytes(to, compressed, signal);
    },
  });
  if (result.exitCode !== 0 || written === undefined) throw new Error(`zstd: ${lastLines(result, 3)}`);
  return written;
}

/** How a compressed file begins (RFC 8878, section 3.1.1). */
export const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * The bytes in a file that zstd compressed.
 *
 * @returns a source that throws Error with zstd's own words
 */
export const zstdBytes = (
  file: string,
  zstd: Zstd,
  { env, cwd, signal }: Pick<ProgramContext, "env" | "cwd" | "signal">,
): ByteSource => {
  return async (take) => {
    let [taken, isAll] = [Promise.resolve(), false];
    async function* noted(bytes: AsyncIterable<Uint8Array>) {
      yield* bytes;
      isAll = true;
    }
    const result = await runProcess({
      file: zstd.file,
      // it passes links over
      args: ["-q", "-d", "-c", await realpath(file)],
      cwd,
      env: childEnvironment(env),
      signal,
      output: (bytes) => {
        taken = take(Readable.from(noted(bytes)));
        return taken.catch(() => undefined);
      },
    });
    // it tells more than whoever came to the end too early; where nobody wanted all of it, it fails for that
    if (result.exitCode !== 0 && isAll) throw new Error(`zstd: ${lastLines(result, 3)}`);
    await taken;
  };
};
