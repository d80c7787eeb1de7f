// SPDX-License-Identifier: Apache-2.0
/** Which distribution this machine runs, and how something is installed there. */
import { readFile } from "node:fs/promises";

export interface OsRelease {
  /** ID, and then what it is like, the nearest first: "ubuntu", "debian" */
  readonly names: readonly string[];
  readonly manager: "apt-get" | "dnf" | "zypper" | undefined;
}

/** A package's name by distribution or package manager; the first that fits counts, undefined: there is none. */
export type Packages = Readonly<Record<string, string | undefined>>;

/** Package managers, by the family that names itself in ID or ID_LIKE. */
const MANAGERS = { debian: "apt-get", fedora: "dnf", rhel: "dnf", suse: "zypper" } as const;

/** Reads the content of an os-release file (os-release(5)). */
export function parseOsRelease(content: string): OsRelease {
  const value = (name: string) => new RegExp(`^${name}=["']?([^"'\n]*)`, "m").exec(content)?.[1] ?? "";
  const names = [value("ID"), ...value("ID_LIKE").split(/\s+/)].filter((name) => name !== "");
  const family = Object.entries(MANAGERS).find(([name]) => names.includes(name));
  return { names, manager: family?.[1] };
}

/** The command that installs a package there, as root; undefined where the distribution has none, or is not known. */
export function installCommand(packages: Packages, { names, manager }: OsRelease): string | undefined {
  const fitting = [...names, ...(manager === undefined ? [] : [manager])].find((name) => name in packages);
  const name = fitting === undefined ? undefined : packages[fitting];
  return name === undefined || manager === undefined ? undefined : `${manager} install ${name}`;
}

/**
 * Says how something is installed on this machine, without a full stop.
 *
 * @param what for people: "git"
 */
export async function howToInstall(what: string, packages: Packages): Promise<string> {
  const command = installCommand(packages, await thisMachine());
  return command === undefined ? `Install ${what}` : `Install ${what} (as root: ${command})`;
}

async function thisMachine(): Promise<OsRelease> {
  const read = (file: string) => readFile(file, "utf8");
  return parseOsRelease(await read("/etc/os-release").catch(() => read("/usr/lib/os-release").catch(() => "")));
}
