// SPDX-License-Identifier: Apache-2.0
/** The operator's own configuration of kolla, which stays in force beside ours. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import type { Config } from "../config/schema.ts";
import { type Environment, homeOf } from "../system/environment.ts";
import { badConfiguration, messageOf } from "../system/errors.ts";
import { rememberSecretsIn } from "../system/secrets.ts";
import { defaultOption, isOurConf } from "./conf.ts";

const NAME = "kolla-build";

/** A conf of ours that he gives to every kolla-build, as a drop-in or as part of his own files. */
interface OurConf {
  readonly file: string;
  /** absolute path of the template override that it names */
  readonly override: string;
}

export interface OperatorConfiguration {
  /** the files that kolla.config names; without it, those that kolla-build reads until a --config-file is given */
  readonly files: readonly string[];
  /** his drop-in folders, where kolla-build must be given them: by itself it reads them before any --config-file */
  readonly folders: readonly string[];
  /** the base that he names there or in his drop-ins; undefined where he names none */
  readonly base: string | undefined;
  /** the same of base_tag */
  readonly baseTag: string | undefined;
  /** whether he has all images pushed */
  readonly push: boolean;
  readonly ours: readonly OurConf[];
  /** of all that he configures, in hex */
  readonly digest: string;
}

export interface OperatorRequest {
  readonly config: { readonly kolla: Pick<Config["kolla"], "config"> };
  readonly env: Environment;
}

/**
 * Finds what the operator configures, as oslo.config does. Files that kolla.config names take the place of his default
 * files, as a --config-file does, and win over his drop-ins; the drop-ins win over default files.
 *
 * @param root where /etc lies
 * @throws BAD_CONFIGURATION (exit 2) for a file that is not there or may not be read
 */
export async function findOperatorConfiguration(
  { config, env }: OperatorRequest,
  root = "/",
): Promise<OperatorConfiguration> {
  const places = defaultPlaces(env, root);
  const named = config.kolla.config;
  const isNamed = named.length > 0;
  const files = isNamed ? named : await firstOfEach(places, ".conf");
  const dropIns = await firstOfEach(places, ".conf.d");
  const inFolders = (await Promise.all(dropIns.map(confFiles))).flat();
  const inOrder = isNamed ? [...inFolders, ...files] : [...files, ...inFolders];
  const contents = await readAll(inOrder, isNamed ? "kolla.config" : "kolla's configuration");
  const last = (option: string): string | undefined =>
    contents.map((content) => defaultOption(content, option)).findLast((value) => value !== undefined);
  const ours = contents.flatMap((content, index) => {
    const override = isOurConf(content) ? defaultOption(content, "template_override") : undefined;
    return override === undefined ? [] : [{ file: inOrder[index] ?? "", override }];
  });
  const digest = createHash("sha256").update(JSON.stringify(contents)).digest("hex");
  const folders = isNamed ? [] : dropIns;
  const push = /^(true|1|yes|on)$/i.test(last("push") ?? "");
  return { files, folders, base: last("base"), baseTag: last("base_tag"), push, ours, digest };
}

/**
 * The drop-in folder that kolla-build reads by itself: of several only the first is read, so that making one in the home
 * switches off that in /etc.
 */
export async function dropInFolder(env: Environment, root = "/"): Promise<string> {
  const places = defaultPlaces(env, root);
  return (await firstExisting(places, `${NAME}.conf.d`)) ?? join(String(places[0]), `${NAME}.conf.d`);
}

/** Where oslo.config looks, in this order. */
function defaultPlaces(env: Environment, root: string): string[] {
  const home = homeOf(env);
  return [...(home === undefined ? [] : [join(home, ".kolla"), home]), join(root, "etc/kolla"), join(root, "etc")];
}

/** The arguments that put the operator's configuration into force. */
export const operatorArguments = ({ files, folders }: OperatorConfiguration): string[] => [
  ...files.flatMap((file) => ["--config-file", file]),
  ...folders.flatMap((folder) => ["--config-dir", folder]),
];

async function readAll(files: readonly string[], where: string): Promise<string[]> {
  const read = await Promise.allSettled(files.map((file) => readFile(file, "utf8")));
  for (const one of read) if (one.status === "fulfilled") rememberSecretsIn(one.value);
  const faults = read.flatMap((one) => (one.status === "rejected" ? [`${where}: ${messageOf(one.reason)}`] : []));
  if (faults.length > 0) throw badConfiguration(faults);
  return read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** Of kolla.conf and kolla-build.conf (or their folders) the first that is there. */
async function firstOfEach(places: readonly string[], ending: string): Promise<string[]> {
  const found = await Promise.all(["kolla", NAME].map((name) => firstExisting(places, `${name}${ending}`)));
  return found.filter((path) => path !== undefined);
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
