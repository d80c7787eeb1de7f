// SPDX-License-Identifier: Apache-2.0
/** Compressing by the program zstd: the zlib of Node 20 knows no zstd. */
import { childEnvironment } from "../system/environment.ts";
import { missing } from "../system/errors.ts";
import type { ProgramLog } from "../system/log.ts";
import { howToInstall } from "../system/os-release.ts";
import { lastLines, runProcess } from "../system/process.ts";
import { findProgram, type ProgramContext } from "../system/programs.ts";
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
 * @throws MISSING (exit 3) where there is none, or it does not tell its version
 */
export async function findZstd({ env, cwd, signal, remember }: ProgramContext): Promise<Zstd> {
  const file = await findProgram("zstd", env, cwd);
  const mend = `${await howToInstall("zstd", { "apt-get": "zstd", dnf: "zstd", zypper: "zstd" })}, or leave tar.zst out of tarball.formats.`;
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
