// SPDX-License-Identifier: Apache-2.0
/** The settings of a YAML file, with the line and column of each. */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, type Pair, parseDocument } from "yaml";
import { messageOf } from "../system/errors.ts";
import { type Layer, layerOf, type Locate, mergeLayers } from "./layers.ts";
import { unknownSetting } from "./nearest.ts";
import { findSetting, isSection, namesIn } from "./settings.ts";

const NOTHING: Layer = { entries: [], faults: [] };

const fault = (words: string): Layer => ({ entries: [], faults: [words] });

/**
 * Reads a file of settings; one that cannot be read is a fault.
 *
 * @param file absolute path
 * @param shown the file's name for people
 */
export async function fileLayer(file: string, shown: string): Promise<Layer> {
  try {
    return new SettingsFile(await readFile(file, "utf8"), file, shown).layer();
  } catch (thrown) {
    return fault(`${shown}: ${messageOf(thrown)}`);
  }
}

class SettingsFile {
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #folder: string;
  readonly #shown: string;

  constructor(content: string, file: string, shown: string) {
    this.#document = parseDocument(content, { lineCounter: this.#lines, prettyErrors: false });
    this.#folder = dirname(file);
    this.#shown = shown;
  }

  /** All settings and all faults; in a file whose YAML is broken, the latter alone. */
  layer(): Layer {
    const { errors, warnings, contents } = this.#document;
    const wrong = [...errors, ...warnings].map(({ pos, message }) => fault(`${this.#at(pos[0])}: ${message}`));
    // what stands twice can be read all the same
    if (errors.some(({ code }) => code !== "DUPLICATE_KEY")) return mergeLayers(wrong);
    if (contents !== null && !isMap(contents) && !isEmpty(contents)) {
      return mergeLayers([...wrong, fault(`${this.#at(0)}: the file must be a map of settings`)]);
    }
    return mergeLayers([...wrong, ...this.#section(contents, "")]);
  }

  #section(node: unknown, prefix: string): Layer[] {
    return isMap(node) ? node.items.map((pair) => this.#pair(pair, prefix)) : [];
  }

  #pair(pair: Pair, prefix: string): Layer {
    const key = `${prefix}${isScalar(pair.key) ? String(pair.key.value) : String(pair.key)}`;
    const value = isAlias(pair.value) ? pair.value.resolve(this.#document) : pair.value;
    const one = findSetting(key);
    if (one !== undefined && isEmpty(value)) return NOTHING;
    if (one !== undefined) {
      const origin = this.#locate(key.split("."));
      const given = (isNode(value) ? value.toJS(this.#document) : value) as unknown;
      return layerOf(one, { key, value: given, origin, folder: this.#folder, locate: this.#locate });
    }
    if (!isSection(key)) return fault(`${this.#of(pair.key)}: ${unknownSetting(key)}`);
    if (isMap(value) || isEmpty(value)) return mergeLayers(this.#section(value, `${key}.`));
    return fault(`${this.#of(pair.value)}: ${key} holds settings of its own: ${namesIn(key).join(", ")}`);
  }

  /** The place of a node, else of the nearest one around it that is there. */
  readonly #locate: Locate = (place, name) => {
    const node = place.length === 0 ? this.#document.contents : this.#document.getIn(place, true);
    if (!isNode(node)) return place.length === 0 ? this.#at(0) : this.#locate(place.slice(0, -1));
    const named = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
    return this.#of(named?.key ?? node);
  };

  #of(node: unknown): string {
    return this.#at(isNode(node) ? (node.range?.[0] ?? 0) : 0);
  }

  #at(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#shown}:${String(line)}:${String(col)}`;
  }
}

/** A key without a value, as in `kolla:` with nothing below it. */
const isEmpty = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null);
