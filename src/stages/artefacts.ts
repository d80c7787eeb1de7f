// SPDX-License-Identifier: Apache-2.0
/** The files that packagers publish: how they are called, packed and listed. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import fsExtra from "fs-extra";
import { checksumList } from "../archive/payload.ts";
import type { TarEntry } from "../archive/tar.ts";
import { watched, writeBytes, writeGzip, type Written } from "../archive/write.ts";
import { findZstd, writeZstd } from "../archive/zstd.ts";
import type { Config } from "../config/schema.ts";
import type { RunContext } from "../pipeline/stage.ts";
import { replace, writeFileAtomic } from "../system/files.ts";
import { bytesOf } from "../system/units.ts";

/** What a file is, for programs. */
export type ArtefactKind = "distribution" | "source" | "tar-checksum" | "sbom" | "third-party";

export interface Artefact {
  readonly kind: ArtefactKind;
  /** absolute path */
  readonly file: string;
  /** bytes */
  readonly size: number;
  /** in hex */
  readonly sha256: string;
  /** of a compressed archive */
  readonly compressed?: {
    /** what it was, whose bytes depend on no compressor */
    readonly tar: Written;
    /** the compressor: "zlib 1.3.1" */
    readonly by: string;
  };
}

/** Lists all artefacts. */
const CHECKSUMS = "SHA256SUMS";

/** How the artefacts' names end, after osc-<version>. */
const PACKED_ENDS = [".tar.gz", ".tar.zst", ".tar", ".tar.sha256"];
const ENDS = [...PACKED_ENDS, ".cdx.json", ".THIRD-PARTY.txt", ".intoto.json"];

/** Whether a file of this name is one that we made. */
export const isArtefact = (name: string): boolean =>
  name === CHECKSUMS || (name.startsWith("osc-") && ENDS.some((end) => name.endsWith(end)));

/** A tree that is packed, in each of the formats. */
export interface Archive {
  readonly kind: ArtefactKind;
  /** what stands before .tar: "osc-1.0.0" */
  readonly name: string;
  readonly entries: readonly TarEntry[];
}

/**
 * Packs a tree in each of the formats; where the plain tar is none of them, the sum of that is given, too: what a
 * compressor makes depends on its version.
 *
 * @param time of every entry, in seconds since 1970
 * @throws what goes wrong; nothing is left half-written
 */
export async function pack(archive: Archive, time: number, context: RunContext): Promise<Artefact[]> {
  const { formats } = context.config.tarball;
  const artefacts: Artefact[] = [];
  for (const format of new Set(formats)) artefacts.push(await packAs(format, archive, time, context));
  const tar = artefacts.find(({ compressed }) => compressed !== undefined)?.compressed?.tar;
  if (tar === undefined || formats.includes("tar")) return artefacts;
  // - is what sha256sum reads from a pipe
  const sum = await writeArtefact("tar-checksum", `${archive.name}.tar.sha256`, `${tar.sha256}  -\n`, context);
  return [...artefacts, sum];
}

type Format = Config["tarball"]["formats"][number];

async function packAs(format: Format, archive: Archive, time: number, context: RunContext): Promise<Artefact> {
  const { tarBytes } = await import("../archive/tar.ts");
  const { kind, name, entries } = archive;
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  const file = join(context.paths.tarballs, `${name}.${format}`);
  let tar: Written | undefined;
  const { by, write } = await WRITERS[format](context);
  const content = watched(
    // a compressor still has one that it was given before
    tarBytes(entries, time, { reuse: by === undefined }),
    (done) => context.progress(`${basename(file)}: ${bytesOf(done, bytes)} packed`),
    (all) => (tar = all),
  );
  const written = await replace(file, (temporary) => write(temporary, content));
  return { kind, file, ...written, ...(by === undefined || tar === undefined ? {} : { compressed: { tar, by } }) };
}

const sizeOf = ({ content }: TarEntry): number =>
  content instanceof Uint8Array ? content.length : (content?.size ?? 0);

interface Writer {
  /** what compresses; undefined: nothing */
  readonly by?: string;
  readonly write: (file: string, bytes: Iterable<Uint8Array>) => Promise<Written>;
}

const WRITERS: Readonly<Record<Format, (context: RunContext) => Promise<Writer>>> = {
  "tar.gz": ({ config, signal }) =>
    Promise.resolve({
      by: `zlib ${process.versions.zlib}`,
      write: (file, bytes) => writeGzip(file, bytes, signal, config.tarball.gzip_level),
    }),
  "tar.zst": async (context) => {
    const zstd = await findZstd(context);
    const logging = { ...context, log: context.log.program("zstd") };
    return {
      by: `zstd ${zstd.version}`,
      write: (file, bytes) => writeZstd(file, bytes, context.config.tarball.zstd_level, zstd, logging),
    };
  },
  tar: ({ signal }) => Promise.resolve({ write: (file, bytes) => writeBytes(file, bytes, signal) }),
};

/** Writes an artefact that is at hand. */
export async function writeArtefact(
  kind: ArtefactKind,
  name: string,
  content: string | Buffer,
  { paths }: Pick<RunContext, "paths">,
): Promise<Artefact> {
  const file = join(paths.tarballs, name);
  const bytes = Buffer.from(content);
  await writeFileAtomic(file, bytes);
  return { kind, file, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/**
 * Removes what earlier runs left of the same archives in formats that are not wanted now: it may be of another tree, and nobody
 * lists it any more.
 *
 * @param names of the archives, as in Archive
 */
export async function removeOthers(
  names: readonly string[],
  artefacts: readonly Artefact[],
  { paths }: Pick<RunContext, "paths">,
): Promise<void> {
  const wanted = new Set(artefacts.map(({ file }) => basename(file)));
  const others = names.flatMap((name) => PACKED_ENDS.map((end) => `${name}${end}`)).filter((one) => !wanted.has(one));
  await Promise.all(others.map((one) => fsExtra.remove(join(paths.tarballs, one))));
}

/**
 * Writes the list that `sha256sum -c` reads; what lies in the folder of other versions is not in it.
 *
 * @returns its absolute path
 */
export async function writeChecksums(
  artefacts: readonly Artefact[],
  { paths }: Pick<RunContext, "paths">,
): Promise<string> {
  const file = join(paths.tarballs, CHECKSUMS);
  await writeFileAtomic(file, checksumList(artefacts.map((one) => ({ path: basename(one.file), sha256: one.sha256 }))));
  return file;
}
