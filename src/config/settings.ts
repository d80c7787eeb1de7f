// SPDX-License-Identifier: Apache-2.0
/** The schema as a list of settings, each with its name and all that is known of it. */
import * as z from "zod";
import { schema } from "./schema.ts";
import type { Notes, Relative } from "./values.ts";

/** A setting as `a.b`, and what it takes. */
export interface Setting {
  readonly key: string;
  readonly type: z.ZodType;
}

/** Every setting of the schema, in its order. */
export const SETTINGS: readonly Setting[] = leaves(schema, "");

function leaves(object: z.ZodObject, prefix: string): Setting[] {
  return Object.entries(object.shape).flatMap(([name, type]) => {
    const key = `${prefix}${name}`;
    return type instanceof z.ZodObject ? leaves(type, `${key}.`) : [{ key, type: type as z.ZodType }];
  });
}

/** The record whose part is called `key`, as `maven.repositories` is of `maven.repositories.ID`. */
const recordOf = (key: string): Setting | undefined =>
  SETTINGS.find((one) => isRecord(one) && key.startsWith(`${one.key}.`));

/** The id that a record's part has in its name; undefined where `key` is no such part. */
export function idOf(key: string): { readonly id: string; readonly type: z.ZodType } | undefined {
  const record = recordOf(key);
  if (record === undefined) return undefined;
  return { id: key.slice(record.key.length + 1), type: (innerType(record.type) as z.ZodRecord).keyType as z.ZodType };
}

/** The setting of a name; `maven.repositories.ID` is one of its own, as is every part of a record. */
export function findSetting(key: string): Setting | undefined {
  const whole = SETTINGS.find((one) => one.key === key);
  if (whole !== undefined) return whole;
  const record = recordOf(key);
  if (record === undefined) return undefined;
  return { key, type: (innerType(record.type) as z.ZodRecord).valueType as z.ZodType };
}

/** Where a setting's value stands: the names of the objects around it, and its own, which in a record may have dots. */
export function pathOf(key: string): readonly string[] {
  const record = recordOf(key);
  return record === undefined ? key.split(".") : [...record.key.split("."), key.slice(record.key.length + 1)];
}

/** Whether a setting's value is a record, whose parts are settings of their own. */
export const isRecord = ({ type }: Setting): boolean => innerType(type) instanceof z.ZodRecord;

/** Whether a name stands for settings below it, as `kolla` does. */
export const isSection = (key: string): boolean => SETTINGS.some((one) => one.key.startsWith(`${key}.`));

/** The names directly below a section; those at the top for "". */
export function namesIn(section: string): readonly string[] {
  const prefix = section === "" ? "" : `${section}.`;
  const inside = SETTINGS.filter(({ key }) => key.startsWith(prefix));
  return [...new Set(inside.map(({ key }) => key.slice(prefix.length).split(".")[0] ?? ""))];
}

/** The name of a setting's environment variable: `kolla.base_tag` is OSC_KOLLA_KOLLA_BASE_TAG. */
export const environmentName = (key: string): string => `OSC_KOLLA_${key.replaceAll(".", "_").toUpperCase()}`;

/** What is known of a setting, or of what stands in one. */
export interface Known extends Notes {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  /** undefined where there is none */
  readonly default: unknown;
}

/** What a type says of itself: what default() and optional() are told, and what is told below them. */
export function knownOf(type: z.ZodType): Known {
  const outer = (type.meta() ?? {}) as Notes;
  if (!(type instanceof z.ZodDefault || type instanceof z.ZodOptional)) return { ...outer, default: undefined };
  const below = knownOf(type.unwrap() as z.ZodType);
  return { ...below, ...outer, default: type instanceof z.ZodDefault ? type.def.defaultValue : below.default };
}

/** The type below default() and optional(). */
export function innerType(type: z.ZodType): z.ZodType {
  if (type instanceof z.ZodDefault || type instanceof z.ZodOptional) return innerType(type.unwrap() as z.ZodType);
  return type;
}

/** The type of what stands at a place, as in ["libraries", 0, "url"]; undefined where nothing may stand. */
export function typeAt(place: readonly PropertyKey[]): z.ZodType | undefined {
  let type: z.ZodType | undefined = schema;
  for (const name of place) type = type === undefined ? undefined : partOf(innerType(type), String(name));
  return type;
}

function partOf(type: z.ZodType, name: string): z.ZodType | undefined {
  if (type instanceof z.ZodObject) return type.shape[name] as z.ZodType | undefined;
  if (type instanceof z.ZodArray) return type.element as z.ZodType;
  if (type instanceof z.ZodRecord) return type.valueType as z.ZodType;
  if (!(type instanceof z.ZodUnion)) return undefined;
  return type.options.map((option) => partOf(option as z.ZodType, name)).find((part) => part !== undefined);
}

/** The type of a setting or section. */
export function typeOf(key: string): z.ZodType {
  const type = typeAt(key.split("."));
  if (type === undefined) throw new Error(`there is no setting ${key}`);
  return type;
}

/** What may stand at a place, in words, as in "it takes …". */
export function allowedBy(type: z.ZodType): string {
  const { allowed } = knownOf(type);
  if (allowed !== undefined) return allowed;
  const inner = innerType(type);
  if (inner instanceof z.ZodBoolean) return "true or false";
  if (inner instanceof z.ZodEnum) return inner.options.join(", ").replace(/, ([^,]*)$/, " or $1");
  if (inner instanceof z.ZodArray) return `a list, each ${allowedBy(inner.element as z.ZodType)}`;
  if (inner instanceof z.ZodRecord) return `a map by id, each ${allowedBy(inner.valueType as z.ZodType)}`;
  if (inner instanceof z.ZodObject) return `a map of ${Object.keys(inner.shape).join(", ")}`;
  if (inner instanceof z.ZodUnion) return inner.options.map((one) => allowedBy(one as z.ZodType)).join(", or ");
  return inner instanceof z.ZodString ? "text" : `a ${inner.type}`;
}

/** Applies `complete` to every part of a value whose type says that it may be relative. */
export function mapRelative(
  type: z.ZodType,
  value: unknown,
  complete: (text: string, kind: Relative) => string,
): unknown {
  const inner = innerType(type);
  if (inner instanceof z.ZodUnion) {
    const fitting = inner.options.find((option) => option instanceof z.ZodString === (typeof value === "string"));
    return fitting === undefined ? value : mapRelative(fitting as z.ZodType, value, complete);
  }
  if (typeof value === "string") {
    const { relative } = knownOf(inner);
    return relative === undefined || value === "" ? value : complete(value, relative);
  }
  if (Array.isArray(value) && inner instanceof z.ZodArray) {
    return (value as unknown[]).map((one) => mapRelative(inner.element as z.ZodType, one, complete));
  }
  if (typeof value === "object" && value !== null && inner instanceof z.ZodObject) {
    const parts = Object.entries(value).map(([name, part]) => {
      const partType = inner.shape[name] as z.ZodType | undefined;
      return [name, partType === undefined ? part : mapRelative(partType, part, complete)] as const;
    });
    return Object.fromEntries(parts);
  }
  return value;
}
