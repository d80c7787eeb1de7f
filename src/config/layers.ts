// SPDX-License-Identifier: Apache-2.0
/** Where a setting's value can come from: each source as a flat list of `key = value` with its origin. */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import fsExtra from "fs-extra";
import { isMap, isScalar, LineCounter, type Node, parse, parseDocument } from "yaml";
import { z } from "zod";
import type { Environment } from "../system/environment.ts";
import { messageOf } from "../system/errors.ts";
import { readJson } from "../system/files.ts";
import { findSetting, innerType, isRecord, mapRelative, pathOf, type Setting, SETTINGS } from "./schema.ts";

/** One value of one setting. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** for people: "osc-kolla.yaml:3:7", "OSC_KOLLA_SOURCE_REF", "--ref", "setup" */
  readonly origin: string;
  /** where a part of the value stands, by its path within it, or the name of such a part; where that is known */
  readonly locate?: (path: readonly PropertyKey[], name?: string) => string;
  /** the folder that relative paths in the value are relative to */
  readonly folder: string;
}

export interface Layer {
  readonly entries: readonly Entry[];
  /** what is wrong with it, a line each */
  readonly faults: readonly string[];
}

/** A record's parts are settings of their own, so that a later source can add to it. */
function partsOf(one: Setting, entry: Entry): Entry[] {
  if (!isRecord(one) || typeof entry.value !== "object" || entry.value === null) return [entry];
  return Object.entries(entry.value).map(([id, value]) => ({
    ...entry,
    key: `${one.key}.${id}`,
    value: value as unknown,
  }));
}

/** What `make setup` recorded: settings of the lowest rank. */
export async function setupLayer(file: string): Promise<Layer> {
  const recorded = (await readJson(file)) as { defaults?: Record<string, unknown> } | undefined;
  // scripts/venv.sh makes it without recording anything
  const venv = join(dirname(file), "venv/bin/kolla-build");
  const made = (await fsExtra.pathExists(venv)) ? { "kolla.command": venv } : {};
  const defaults = Object.entries({ ...made, ...recorded?.defaults });
  const entries = defaults.map(([key, value]) => ({ key, value, origin: "make setup", folder: dirname(file) }));
  return { entries: entries.filter(({ key }) => findSetting(key) !== undefined), faults: [] };
}

/** The name of a setting's environment variable: `kolla.base_tag` is OSC_KOLLA_KOLLA_BASE_TAG. */
function environmentName(key: string): string {
  return `OSC_KOLLA_${key.replaceAll(".", "_").toUpperCase()}`;
}

/** Variables of others that mean the same as one of our settings; ours counts where both are there. */
const ALIASES: Readonly<Record<string, string>> = { DOCKER_HOST: "engine.endpoint" };

/** OSC_KOLLA_… variables; a name that fits no setting is a fault, as it would be in the file. */
export function environmentLayer(env: Environment, cwd: string): Layer {
  const aliases = Object.entries(ALIASES).map(([name, key]) => [name, findSetting(key)] as const);
  const known = new Map([...aliases, ...SETTINGS.map((one) => [environmentName(one.key), one] as const)]);
  const ours = Object.entries(env).filter(([name]) => name.startsWith("OSC_KOLLA_"));
  const set = [...Object.keys(ALIASES).map((name) => [name, env[name]] as const), ...ours];
  const faults: string[] = [];
  const entries: Entry[] = [];
  for (const [name, value] of set) {
    const one = known.get(name);
    if (one === undefined) faults.push(`${name}: no setting has this variable`);
    else if (value !== undefined && value !== "") entries.push(...textEntries(one, value, name, cwd, faults));
  }
  return { entries, faults };
}

/** `--set key=value` and the options that stand for a setting; `options` are [key, text, origin]. */
export function optionLayer(options: readonly (readonly [string, string, string])[], cwd: string): Layer {
  const faults: string[] = [];
  const entries = options.flatMap(([key, value, origin]) => {
    const one = findSetting(key);
    if (one === undefined) faults.push(`${origin}: there is no setting ${JSON.stringify(key)}`);
    return one === undefined ? [] : textEntries(one, value, origin, cwd, faults);
  });
  return { entries, faults };
}

/** A value given as text becomes what the setting takes: a list or an object is written as YAML. */
function textEntries(one: Setting, text: string, origin: string, folder: string, faults: string[]): Entry[] {
  const entry = { key: one.key, origin, folder };
  if (takesText(one.type)) return [{ ...entry, value: text }];
  try {
    return partsOf(one, { ...entry, value: parse(text) as unknown });
  } catch (thrown) {
    faults.push(`${origin}: ${messageOf(thrown)}`);
    return [];
  }
}

/** Whether text is taken as it is, also where it looks like a number. */
function takesText(type: z.ZodType): boolean {
  const inner = innerType(type);
  if (inner instanceof z.ZodUnion) return inner.options.some((option) => option instanceof z.ZodString);
  return inner instanceof z.ZodString || inner instanceof z.ZodEnum;
}

/** The settings of a YAML file, with the line and column of each; a file that cannot be read is a fault. */
export async function fileLayer(file: string, shown: string): Promise<Layer> {
  try {
    return parseFile(await readFile(file, "utf8"), file, shown);
  } catch (thrown) {
    return { entries: [], faults: [`${shown}: ${messageOf(thrown)}`] };
  }
}

function parseFile(content: string, file: string, shown: string): Layer {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines });
  const at = (node: Node | null): string => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return `${shown}:${String(line)}:${String(col)}`;
  };
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return `${shown}:${String(line)}:${String(col)}: ${String(message.split(" at line ")[0])}`;
    });
    return { entries: [], faults };
  }
  const faults: string[] = [];
  const entries: Entry[] = [];
  const walk = (node: unknown, prefix: string): void => {
    if (!isMap(node)) return;
    for (const pair of node.items) {
      const key = `${prefix}${isScalar(pair.key) ? String(pair.key.value) : "?"}`;
      const value = pair.value as Node | null;
      const known = findSetting(key);
      if (known !== undefined) {
        const given = isEmpty(value) ? undefined : (value?.toJS(document) as unknown);
        const locate = (path: readonly PropertyKey[], name?: string) => {
          const part = document.getIn([...pathOf(key), ...path], true);
          const named = isMap(part) ? part.items.find((one) => isScalar(one.key) && one.key.value === name) : undefined;
          return at((named?.key as Node | undefined) ?? (part as Node | undefined) ?? value);
        };
        const entry = { key, value: given, origin: at(value), folder: dirname(file), locate };
        if (given !== undefined) entries.push(...partsOf(known, entry));
      } else if (SETTINGS.some((one) => one.key.startsWith(`${key}.`)) && (isEmpty(value) || isMap(value))) {
        walk(value, `${key}.`);
      } else if (SETTINGS.some((one) => one.key.startsWith(`${key}.`))) {
        faults.push(`${at(value)}: ${key} holds settings of its own, as in ${key}: {…}`);
      } else {
        faults.push(`${at(pair.key as Node)}: there is no setting ${JSON.stringify(key)}`);
      }
    }
  };
  if (document.contents !== null && !isMap(document.contents))
    faults.push(`${shown}:1:1: the file must be a map of settings`);
  walk(document.contents, "");
  return { entries, faults };
}

/** A key without a value, as in `kolla:` with nothing below it. */
const isEmpty = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null);

/** The value with every relative path in it completed with the folder it was written in. */
export function completePaths(entry: Entry): unknown {
  const one = findSetting(entry.key);
  if (one === undefined) return entry.value;
  return mapRelative(one.type, entry.value, (text, kind) => {
    const isLocal = { path: true, command: text.includes("/"), url: !/^[a-z][a-z0-9+.-]*:\/\/|^[^/]+:/i.test(text) }[
      kind
    ];
    return isLocal ? resolve(entry.folder, text) : text;
  });
}
