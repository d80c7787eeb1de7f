// SPDX-License-Identifier: Apache-2.0
/** Packs the distribution for packagers: one tarball with one folder at its top, and its checksum. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { payloadEntries } from "../archive/payload.ts";
import { writeGzip } from "../archive/write.ts";
import { inFileName } from "../osc/versions.ts";
import { defineStage, type Parts, type StageContext } from "../pipeline/stage.ts";
import { messageOf, stagingFailed } from "../system/errors.ts";
import { replace, writeFileAtomic } from "../system/files.ts";
import { bytesOf } from "../system/units.ts";
import { outputFolderCheck } from "./checks.ts";
import { distribution, readInventory } from "./distribution.ts";

export interface TarballResult {
  /** absolute path */
  readonly file: string;
  /** bytes */
  readonly size: number;
  /** in hex */
  readonly sha256: string;
  /** absolute path of SHA256SUMS */
  readonly checksums: string;
}

export const tarball = defineStage({
  id: "tarball",
  title: "Pack the tarball",
  needs: { distribution },
  checks: [outputFolderCheck],

  inspect: ({ distribution: tree }, { paths }: StageContext): Promise<Parts> =>
    Promise.resolve({ distribution: tree.digest, version: tree.version, time: tree.time, folder: paths.tarballs }),

  outputs: (result: TarballResult) => [result.file, result.checksums],

  async run({ distribution: tree }, { paths, signal, progress }): Promise<TarballResult> {
    const { tarBytes } = await import("../archive/tar.ts");
    const name = `osc-${inFileName(tree.version)}`;
    const file = join(paths.tarballs, `${name}.tar.gz`);
    const checksums = join(paths.tarballs, "SHA256SUMS");
    const entries = payloadEntries(await readInventory(tree.inventory), tree.root, `${name}/`);
    try {
      await fsExtra.ensureDir(paths.tarballs);
      const packed = (bytes: number) => progress(`${bytesOf(bytes, tree.bytes)} packed`);
      const bytes = tarBytes(entries, tree.time);
      const written = await replace(file, (temporary) => writeGzip(temporary, bytes, signal, packed));
      await writeFileAtomic(checksums, `${written.sha256}  ${name}.tar.gz\n`);
      return { file, checksums, ...written };
    } catch (thrown) {
      signal.throwIfAborted();
      throw stagingFailed(`packing ${file}`, messageOf(thrown));
    }
  },
});
