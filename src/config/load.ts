// SPDX-License-Identifier: Apache-2.0
/** Loading the settings: option, environment, file, what setup recorded, default; the first one found counts. */
import { isAbsolute, join, relative, resolve } from "node:path";
import fsExtra from "fs-extra";
import type { Environment } from "../system/environment.ts";
import { badConfiguration } from "../system/errors.ts";
import { faultsOf } from "./faults.ts";
import { fileLayer } from "./file.ts";
import { type Entry, environmentLayer, type Layer, mergeLayers, optionLayer, setupLayer } from "./layers.ts";
import { type Config, schema } from "./schema.ts";
import { rememberGiven, rememberNamed } from "./secrets.ts";
import { findSetting, isRecord, mapRelative, pathOf, type Setting, SETTINGS } from "./settings.ts";
import type { Relative } from "./values.ts";

/** The file that is read when none is named. */
export const DEFAULT_FILE = "osc-kolla.yaml";

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

/** A setting as it is in force. */
export interface Effective {
  readonly key: string;
  /** undefined where it has none */
  readonly value: unknown;
  /** where it came from: "osc-kolla.yaml:3:7", "OSC_KOLLA_SOURCE_REF", "--ref", "make setup", "default" */
  readonly origin: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** every setting; of a record, its parts, each with its own origin */
  readonly settings: readonly Effective[];
}

/**
 * Loads and validates the settings.
 *
 * @throws BAD_CONFIGURATION (exit 2) with every fault at once, those of a file in the order of its lines
 */
export async function loadConfig(request: LoadRequest): Promise<LoadedConfig> {
  const { entries: all, faults } = mergeLayers([
    await setupLayer(request.setupFile),
    await namedFileLayer(request),
    environmentLayer(request.env, request.cwd),
    optionLayer(request.options, request.cwd),
  ]);
  rememberGiven(all.map(({ value }) => value));
  const entries = new Map(all.map((entry) => [entry.key, entry]));
  const parsed = schema.safeParse(nest(entries, request.cwd), { reportInput: true });
  const wrong = [...faults, ...faultsOf(parsed.error?.issues ?? [], entries)];
  if (parsed.data === undefined || wrong.length > 0) {
    throw badConfiguration(wrong.sort(new Intl.Collator("en", { numeric: true }).compare));
  }
  const config = parsed.data;
  await rememberNamed(config, request.env);
  return { config, settings: SETTINGS.flatMap((one) => effective(one, config, entries)) };
}

function effective(one: Setting, config: Config, entries: ReadonlyMap<string, Entry>): Effective[] {
  const value = settingValue(config, one.key);
  const parts = isRecord(one) ? Object.keys(value as object) : [];
  const keys = parts.length === 0 ? [one.key] : parts.map((id) => `${one.key}.${id}`);
  return keys.map((key) => ({
    key,
    value: settingValue(config, key),
    origin: entries.get(key)?.origin ?? "default",
  }));
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

/** The value with every relative path in it completed with the folder it was written in. */
function completePaths({ key, value, folder }: Entry): unknown {
  const one = findSetting(key);
  const complete = (text: string, kind: Relative) => (isLocal(text, kind) ? resolve(folder, text) : text);
  return one === undefined ? value : mapRelative(one.type, value, complete);
}

/** Whether a text is a path: a bare name of a program is none, nor a URL or git's host:path; ~ is refused later. */
function isLocal(text: string, kind: Relative): boolean {
  if (text.startsWith("~")) return false;
  if (kind === "command") return text.includes("/");
  return kind === "path" || !/^[a-z][a-z0-9+.-]*:\/\/|^[^/]+:/i.test(text);
}

/** A setting's value by its key. */
export function settingValue(config: Config, key: string): unknown {
  return pathOf(key).reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], config);
}
