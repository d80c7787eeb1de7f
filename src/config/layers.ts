// SPDX-License-Identifier: Apache-2.0
/** Where a setting's value can come from, but for the file: each source as a flat list of `key = value` with its origin. */
import { dirname, join } from "node:path";
import fsExtra from "fs-extra";
import { parseDocument } from "yaml";
import * as z from "zod";
import type { Environment } from "../system/environment.ts";
import { readJson } from "../system/files.ts";
import { inQuotes, nearest, unknownSetting } from "./nearest.ts";
import {
  allowedBy,
  environmentName,
  findSetting,
  idOf,
  innerType,
  isRecord,
  knownOf,
  type Setting,
  SETTINGS,
} from "./settings.ts";

/** Finds where something is written: what stands at a place, as in ["libraries", 0], or a name of that there. */
export type Locate = (place: readonly PropertyKey[], name?: string) => string;

/** One value of one setting. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** for people: "osc-kolla.yaml:3:7", "OSC_KOLLA_SOURCE_REF", "--ref", "make setup" */
  readonly origin: string;
  /** where that is known more closely */
  readonly locate?: Locate;
  /** the folder that relative paths in the value are relative to */
  readonly folder: string;
}

export interface Layer {
  readonly entries: readonly Entry[];
  /** what is wrong with it, a line each */
  readonly faults: readonly string[];
}

/** A setting's value as entries: a record's parts are settings of their own, so that a later source can add to it. */
export function layerOf(one: Setting, entry: Entry): Layer {
  const { key, origin, value, locate } = entry;
  const part = idOf(key);
  if (part !== undefined && !part.type.safeParse(part.id).success) {
    const words = `${inQuotes(part.id)} is no id: it takes ${allowedBy(part.type)}`;
    return { entries: [], faults: [`${origin}: ${key}: ${words}`] };
  }
  if (!isRecord(one)) return { entries: [entry], faults: [] };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { entries: [], faults: [`${origin}: ${key}: it takes ${allowedBy(one.type)}`] };
  }
  return mergeLayers(
    Object.entries(value).map(([id, inner]) => {
      const child = { key: `${key}.${id}`, type: one.type };
      const at = locate?.([...key.split("."), id]) ?? origin;
      return layerOf(findSetting(child.key) ?? child, {
        ...entry,
        key: child.key,
        value: inner as unknown,
        origin: at,
      });
    }),
  );
}

/** Layers as one. */
export const mergeLayers = (layers: readonly Layer[]): Layer => ({
  entries: layers.flatMap(({ entries }) => entries),
  faults: layers.flatMap(({ faults }) => faults),
});

/** What `make setup` recorded: settings of the lowest rank. A setting that there is no more is left out. */
export async function setupLayer(file: string): Promise<Layer> {
  const recorded = (await readJson(file)) as { defaults?: Record<string, unknown> } | undefined;
  // scripts/venv.sh makes it without recording anything
  const venv = join(dirname(file), "venv/bin/kolla-build");
  const made = (await fsExtra.pathExists(venv)) ? { "kolla.command": venv } : {};
  const defaults = Object.entries({ ...made, ...recorded?.defaults });
  return mergeLayers(
    defaults.map(([key, value]) => {
      const one = findSetting(key);
      const entry = { key, value, origin: "make setup", folder: dirname(file) };
      return one === undefined ? { entries: [], faults: [] } : layerOf(one, entry);
    }),
  );
}

/** Variables of others that mean the same as one of our settings, and ours, which count where both are there. */
function variables(): ReadonlyMap<string, Setting> {
  const aliases = SETTINGS.flatMap((one) => {
    const { variable } = knownOf(one.type);
    return variable === undefined ? [] : [[variable, one] as const];
  });
  return new Map([...aliases, ...SETTINGS.map((one) => [environmentName(one.key), one] as const)]);
}

/** OSC_KOLLA_… variables; a name that fits no setting is a fault, as it would be in the file. */
export function environmentLayer(env: Environment, folder: string): Layer {
  const known = variables();
  const unknown = Object.keys(env).filter((name) => name.startsWith("OSC_KOLLA_") && !known.has(name));
  const given = [...known].flatMap(([name, one]) => {
    const text = env[name];
    return text === undefined || text === "" ? [] : [textLayer(one, text, name, folder)];
  });
  return mergeLayers([...given, { entries: [], faults: unknown.map((name) => unknownVariable(name)) }]);
}

function unknownVariable(name: string): string {
  const short = (one: string) => one.slice(environmentName("").length);
  const near = nearest(
    short(name),
    SETTINGS.map(({ key }) => short(environmentName(key))),
  );
  const instead =
    near === undefined
      ? `the names are as in ${environmentName("kolla.tag")} for kolla.tag`
      : `did you mean ${environmentName("")}${near}?`;
  return `${name}: no setting has this variable; ${instead}`;
}

/** `--set key=value` and the options that stand for a setting; `options` are [key, text, origin]. */
export function optionLayer(options: readonly (readonly [string, string, string])[], folder: string): Layer {
  return mergeLayers(
    options.map(([key, text, origin]) => {
      const one = findSetting(key);
      if (one === undefined) return { entries: [], faults: [`${origin}: ${unknownSetting(key)}`] };
      return textLayer(one, text, origin, folder);
    }),
  );
}

/** A value given as text becomes what the setting takes: a list or a map is written as YAML. */
function textLayer(one: Setting, text: string, origin: string, folder: string): Layer {
  const entry = { key: one.key, origin, folder };
  if (takesText(one.type, text)) return layerOf(one, { ...entry, value: text });
  const document = parseDocument(text, { prettyErrors: false });
  const wrong = [...document.errors, ...document.warnings].map(({ message }) => `${origin}: ${one.key}: ${message}`);
  if (wrong.length > 0) return { entries: [], faults: wrong };
  return layerOf(one, { ...entry, value: document.toJS() as unknown });
}

/** Whether a text is taken as it is, also where it looks like a number; one that looks like a map may be one. */
function takesText(type: z.ZodType, text: string): boolean {
  const inner = innerType(type);
  if (inner instanceof z.ZodUnion)
    return !text.startsWith("{") && inner.options.some((one) => one instanceof z.ZodString);
  return inner instanceof z.ZodString || inner instanceof z.ZodEnum;
}
