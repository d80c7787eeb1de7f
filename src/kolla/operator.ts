// SPDX-License-Identifier: Apache-2.0
/** The operator's own configuration of kolla, which stays in force beside ours. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { type Environment, homeOf } from "../system/environment.ts";
import { rememberSecretsIn } from "../system/secrets.ts";
import { defaultOption } from "./conf.ts";

const NAME = "kolla-build";

export interface OperatorConfiguration {
  /** the files that kolla-build would read by itself, and reads no more once a --config-file is given */
  readonly files: readonly string[];
  /** his drop-in folders: kolla-build reads them in any case, but before any --config-file, and they would lose */
  readonly folders: readonly string[];
  /** the base that he names there or in his drop-ins; undefined where he names none */
  readonly base: string | undefined;
  /** of all that he configures, in hex */
  readonly digest: string;
}

/**
 * Finds the operator's default files as oslo.config does: of each name the first one in ~/.kolla, ~, /etc/kolla, /etc.
 */
export async function findOperatorConfiguration(env: Environment, root = "/"): Promise<OperatorConfiguration> {
  const home = homeOf(env);
  const folders = [
    ...(home === undefined ? [] : [join(home, ".kolla"), home]),
    join(root, "etc/kolla"),
    join(root, "etc"),
  ];
  const files = await Promise.all(["kolla", NAME].map((name) => firstExisting(folders, `${name}.conf`)));
  const dropIns = await Promise.all(["kolla", NAME].map((name) => firstExisting(folders, `${name}.conf.d`)));
  const found = files.filter((file) => file !== undefined);
  const foundFolders = dropIns.filter((folder) => folder !== undefined);
  const inFolders = await Promise.all(foundFolders.map(confFiles));
  const contents = await Promise.all([...found, ...inFolders.flat()].map((file) => readFile(file, "utf8")));
  contents.forEach(rememberSecretsIn);
  const bases = contents.map((content) => defaultOption(content, "base")).filter((base) => base !== undefined);
  const digest = createHash("sha256").update(JSON.stringify(contents)).digest("hex");
  return { files: found, folders: foundFolders, base: bases.at(-1), digest };
}

async function firstExisting(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await fsExtra.pathExists(path)) return path;
  }
  return undefined;
}

async function confFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".conf")).sort();
  return names.map((name) => join(folder, name));
}
