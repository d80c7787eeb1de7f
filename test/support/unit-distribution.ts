// SPDX-License-Identifier: Apache-2.0
/** Every path of a real distribution of OSC (master), with its mode in the bundle and its size. */
import { readFileSync } from "node:fs";

export interface DistributionFile {
  /** as it stands in the bundle */
  readonly path: string;
  readonly mode: number;
  readonly size: number;
}

export const DISTRIBUTION: readonly DistributionFile[] = readFileSync(
  new URL("osc-dist-tree.tsv", import.meta.url),
  "utf8",
)
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [path = "", mode = "", size = ""] = line.split("\t");
    return { path: `opt/${path}`, mode: Number.parseInt(mode, 8), size: Number(size) };
  });
