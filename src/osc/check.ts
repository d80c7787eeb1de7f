// SPDX-License-Identifier: Apache-2.0
/** Whether a bundle holds a distribution that can be packed and started. */
import { MANIFEST } from "./layers.ts";
import { FORBIDDEN_NAME, HOME, shapeOf } from "./layout.ts";

/** What is looked at; see ZipEntry. */
export interface BundleEntry {
  readonly path: string;
  readonly type: "file" | "folder" | "link" | "other";
  readonly mode: number;
}

/** What of a bundle belongs to the distribution: a JRE's tarball at its root does not. */
export const isPayload = (path: string): boolean => path.startsWith(`${HOME}/`);

/**
 * Everything that is wrong with a bundle and what comes with it, a line each; none means that it can be packed.
 *
 * @param more paths of the files that are added to it
 */
export function distributionFaults(entries: readonly BundleEntry[], more: readonly string[]): string[] {
  const payload = entries.filter(({ path }) => isPayload(path));
  const seen = new Set<string>();
  const faults = payload.flatMap((entry) => {
    const repeated = seen.has(entry.path) ? ["stands in the bundle twice"] : [];
    seen.add(entry.path);
    return [...entryFaults(entry), ...repeated].map((fault) => `${JSON.stringify(entry.path)} ${fault}`);
  });
  const { shape, missing } = shapeOf(new Set([...seen, ...more]));
  return [...faults, ...missing.map((path) => `${path} is missing; OSC (as ${shape.name} is) cannot start without it`)];
}

function entryFaults({ path, type, mode }: BundleEntry): string[] {
  const faults: string[] = [];
  if (type === "link") faults.push("is a link; a distribution has none, and it could lead out of it");
  if (type === "other") faults.push("is neither a file nor a folder");
  if ((mode & 0o6000) !== 0) faults.push("is setuid or setgid");
  if (path.split("/").some((part) => part === ".." || part === ".")) faults.push("leads out of the distribution");
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  if (/[\x00-\x1f\x7f\\]/.test(path)) faults.push("has a control character or a backslash in its name");
  if (path === MANIFEST) faults.push("has the name of the list of the payload that the archives carry");
  if (path.split("/").at(-1) === FORBIDDEN_NAME) faults.push("would be taken for an image by kolla");
  return faults;
}
