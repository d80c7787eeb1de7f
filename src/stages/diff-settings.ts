// SPDX-License-Identifier: Apache-2.0
/** What two configuration files differ in, by their keys; and two images, by what they tell a container. */
import { parse } from "dot-properties";
import type { ImageConfig } from "../archive/image.ts";
import { canonical } from "../pipeline/fingerprint.ts";
import type { Json } from "../pipeline/stage.ts";
import { mask } from "../system/secrets.ts";

export interface KeyChange {
  readonly key: string;
  /** null: it is not there; values of what is called a password, or its like, are masked */
  readonly from: string | null;
  readonly to: string | null;
}

/** Files whose lines are read by java.util.Properties, in OSC and in Felix' ConfigAdmin. */
export const isSettings = (path: string): boolean => /\.(?:cfg|conf|properties)$/.test(path);

/** What is told of them. */
export const diffSettings = (a: Buffer, b: Buffer): KeyChange[] => diffKeys(keysOf(a), keysOf(b));

const NONE: Buffer = Buffer.alloc(0);

/** The keys of a file that is there on one side only. */
export const settingsIn = (content: Buffer, isNew: boolean): KeyChange[] =>
  isNew ? diffSettings(NONE, content) : diffSettings(content, NONE);

type Keys = ReadonlyMap<string, string>;

const keysOf = (content: Buffer): Keys => new Map(Object.entries(parse(content.toString("latin1")) as Keyed));

type Keyed = Readonly<Record<string, string>>;

/** As in db.backup.iv.password: what comes last is what it is. */
const SECRET = /passw(?:or)?d|passphrase|secret|token|credential|api[_.-]?key|private[_.-]?key/i;

const MASKED = "***";

function diffKeys(before: Keys, after: Keys): KeyChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [from, to] = [before.get(key), after.get(key)];
    if (from === to) return [];
    const told = (value: string | undefined) => (value === undefined ? null : SECRET.test(key) ? MASKED : mask(value));
    return [{ key, from: told(from), to: told(to) }];
  });
}

/** What the configurations of two images differ in: environment, user, ports, labels, command …. */
export const diffImageConfigs = (a: ImageConfig, b: ImageConfig): KeyChange[] =>
  diffKeys(flat(a.config ?? {}), flat(b.config ?? {}));

function flat(config: Readonly<Record<string, unknown>>): Keys {
  const keys = new Map<string, string>();
  for (const [name, value] of Object.entries(config)) {
    if (value === null || value === undefined) continue;
    if (name === "Env" && Array.isArray(value))
      for (const one of value as string[]) keys.set(`Env ${one.split("=")[0] ?? ""}`, one.replace(/^[^=]*=/, ""));
    else if ((name === "Labels" || name === "ExposedPorts" || name === "Volumes") && typeof value === "object")
      for (const [key, one] of Object.entries(value)) keys.set(`${name} ${key}`, textOf(one));
    else keys.set(name, textOf(value));
  }
  return keys;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : canonical(value as Json));
