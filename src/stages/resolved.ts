// SPDX-License-Identifier: Apache-2.0
/** Which artifact of a Maven repository a jar is, by its content. */
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { sha256File } from "../archive/digest.ts";
import { type Coordinates, coordinatesAt } from "../maven/coordinates.ts";

/** @returns every artifact that has this content, in no order that counts */
export type FindArtifacts = (size: number, sha256: string) => Promise<readonly Coordinates[]>;

/** Looks into a repository on the disk once something is asked for: by the size first, then by the digest. */
export function artifactsIn(repository: string): FindArtifacts {
  let index: Promise<ReadonlyMap<number, readonly string[]>> | undefined;
  return async (size, sha256) => {
    index ??= bySize(repository);
    const found: Coordinates[] = [];
    for (const file of (await index).get(size) ?? []) {
      const coordinates = coordinatesAt(relative(repository, file));
      if (coordinates !== undefined && (await sha256File(file)) === sha256) found.push(coordinates);
    }
    return found;
  };
}

async function bySize(repository: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const sizes = new Map<number, string[]>();
  // a repository may have been removed since the build
  const names = await readdir(repository, { recursive: true }).catch(() => []);
  const files = names.filter((name) => /\.(jar|war|ear|bar)$/.test(name)).map((name) => join(repository, name));
  const found = await Promise.all(files.map(async (file) => ({ file, size: (await stat(file)).size })));
  for (const { file, size } of found) sizes.set(size, [...(sizes.get(size) ?? []), file]);
  return sizes;
}
