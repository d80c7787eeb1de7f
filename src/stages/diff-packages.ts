// SPDX-License-Identifier: Apache-2.0
/** The packages of an image's distribution, out of its own database. */
import type { Contents } from "../archive/contents.ts";

export interface PackageChange {
  readonly name: string;
  /** its version; null: it is not there */
  readonly from: string | null;
  readonly to: string | null;
}

/** Of Debian and Ubuntu; rpm's is a database that no one but rpm reads. */
const DPKG = "var/lib/dpkg/status";

/** @returns undefined where no package of dpkg is installed */
export async function packagesOf({ read }: Contents): Promise<ReadonlyMap<string, string> | undefined> {
  const status = (await read(new Set([DPKG]))).get(DPKG);
  return status === undefined ? undefined : installed(status.toString());
}

/** The packages that a status file of dpkg calls installed, with their versions (deb-control(5)). */
function installed(status: string): Map<string, string> {
  const packages = new Map<string, string>();
  for (const stanza of status.split(/\n\n+/)) {
    const fieldOf = (name: string) => new RegExp(`^${name}: *(.*)$`, "m").exec(stanza)?.[1];
    const [name, version] = [fieldOf("Package"), fieldOf("Version")];
    if (name === undefined || version === undefined || fieldOf("Status")?.endsWith(" installed") !== true) continue;
    packages.set(fieldOf("Multi-Arch") === "same" ? `${name}:${fieldOf("Architecture") ?? ""}` : name, version);
  }
  return packages;
}

/** What two lists differ in, by name. */
export function diffPackages(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): PackageChange[] {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return names.flatMap((name) => {
    const [from, to] = [a.get(name) ?? null, b.get(name) ?? null];
    return from === to ? [] : [{ name, from, to }];
  });
}
