// SPDX-License-Identifier: Apache-2.0
/** Loading the settings: option, environment, file, what setup recorded, default; the first one found counts. */
import { isAbsolute, join, relative, resolve } from "node:path";
import fsExtra from "fs-extra";
import type { z } from "zod";
import type { Environment } from "../system/environment.ts";
import { badConfiguration } from "../system/errors.ts";
import {
  completePaths,
  type Entry,
  environmentLayer,
  fileLayer,
  type Layer,
  optionLayer,
  setupLayer,
} from "./layers.ts";
import { type Config, pathOf, schema, SETTINGS } from "./schema.ts";

/** The file that is read when none is named. */
const DEFAULT_FILE = "osc-kolla.yaml";

export interface LoadRequest {
  /** the file named with --config */
  readonly file?: string | undefined;
  /** [key, text, origin] of every option that stands for a setting */
  readonly options: readonly (readonly [string, string, string])[];
  readonly env: Environment;
  readonly cwd: string;
  /** the file that `make setup` writes */
  readonly setupFile: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** where each setting's value came from, by key */
  readonly origins: ReadonlyMap<string, string>;
}

/**
 * Loads and validates the settings.
 *
 * @throws BAD_CONFIGURATION (exit 2) with every fault at once
 */
export async function loadConfig(request: LoadRequest): Promise<LoadedConfig> {
  const layers = [
    await setupLayer(request.setupFile),
    await namedFileLayer(request),
    environmentLayer(request.env, request.cwd),
    optionLayer(request.options, request.cwd),
  ];
  const entries = new Map<string, Entry>();
  for (const entry of layers.flatMap((layer) => layer.entries)) entries.set(entry.key, entry);

  const parsed = schema.safeParse(nest(entries, request.cwd));
  const faults = layers.flatMap((layer) => layer.faults);
  for (const issue of parsed.error?.issues ?? []) faults.push(...faultsOf(issue, entries));
  if (parsed.data === undefined || faults.length > 0) throw badConfiguration(faults);
  return {
    config: parsed.data,
    origins: new Map(SETTINGS.map(({ key }) => [key, entries.get(key)?.origin ?? "default"])),
  };
}

/** What is wrong, with the place where it is written; several unknown names are as many faults. */
function faultsOf(issue: z.core.$ZodIssue, entries: ReadonlyMap<string, Entry>): string[] {
  const place = issue.path.join(".");
  const keys = [...entries.keys(), ...SETTINGS.map((one) => one.key)];
  const key = keys.find((one) => `${place}.`.startsWith(`${one}.`)) ?? place;
  const entry = entries.get(key);
  const names = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
  return names.map((name) => {
    const origin = entry?.locate?.(issue.path.slice(pathOf(key).length), name) ?? entry?.origin ?? "default";
    const message = name === undefined ? issue.message : `there is no ${JSON.stringify(name)}`;
    return `${origin}: ${place}: ${message}`;
  });
}

async function namedFileLayer({ file, cwd }: LoadRequest): Promise<Layer> {
  const path = resolve(cwd, file ?? DEFAULT_FILE);
  if (!(await fsExtra.pathExists(path))) {
    return { entries: [], faults: file === undefined ? [] : [`${file}: there is no such file`] };
  }
  const shown = relative(cwd, path);
  return fileLayer(path, shown.startsWith("..") || isAbsolute(shown) ? path : shown);
}

/** `a.b = 1` as `{a: {b: 1}}`, on top of the default paths, which are relative to the working directory. */
function nest(entries: ReadonlyMap<string, Entry>, cwd: string): Record<string, unknown> {
  const root: Record<string, unknown> = { work_dir: join(cwd, ".osc-kolla"), output_dir: join(cwd, "build") };
  // every object of the schema, also one whose settings all have their defaults
  for (const key of [...SETTINGS.map((one) => one.key), ...entries.keys()]) {
    const names = [...pathOf(key)];
    const last = names.pop() ?? key;
    let place = root;
    for (const name of names) place = (place[name] ??= {}) as Record<string, unknown>;
    const entry = entries.get(key);
    if (entry?.value !== undefined) place[last] = completePaths(entry);
  }
  return root;
}

/** A setting's value by its key. */
export function settingValue(config: Config, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], config);
}
