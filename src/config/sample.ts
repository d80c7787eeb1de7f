// SPDX-License-Identifier: Apache-2.0
/** The commented settings' file that `osc-kolla config init` writes. */
import { stringify } from "yaml";
import { allowedBy, isSection, knownOf, namesIn, typeOf } from "./settings.ts";

const WIDTH = 100;

const HEAD = `Settings of osc-kolla. Remove the # before a setting to give it a value; those that are not here keep their
defaults. Relative paths are relative to this file. \`osc-kolla config\` shows what is in force, and where it came from.

For completion and checks in an editor, write the schema beside this file:
  osc-kolla config schema > osc-kolla.schema.json
and make this its first line:
  # yaml-language-server: $schema=osc-kolla.schema.json`;

/**
 * A file with every setting, its meaning, what it takes and its default (an example where it has none), all commented out:
 * words behind "# ", values behind "#" alone.
 */
export function sampleFile(): string {
  const head = HEAD.split("\n").map((line) => `# ${line}`.trimEnd());
  return `${[head.join("\n"), ...blocksOf("", "")].join("\n\n")}\n`;
}

/** What stands directly in a section, each as its lines; a section in it begins with its first setting. */
function blocksOf(section: string, indent: string): string[] {
  return namesIn(section).map((name) => {
    const key = section === "" ? name : `${section}.${name}`;
    if (!isSection(key)) return settingLines(key, indent).join("\n");
    const { description = "" } = knownOf(typeOf(key));
    return `${indent}# ${description}\n${indent}${name}:\n${blocksOf(key, `${indent}  `).join("\n\n")}`;
  });
}

function settingLines(key: string, indent: string): string[] {
  const type = typeOf(key);
  const { description = "", default: value, examples = [] } = knownOf(type);
  const told = [...words(description), ...words(`takes: ${allowedBy(type)}`)];
  if (value === undefined) told.push("no default; for example:");
  else if (examples.length > 0) told.push(...exampleLines(examples[0]));
  const name = key.slice(key.lastIndexOf(".") + 1);
  const setting = yamlLines({ [name]: value ?? examples[0] }).map((line) => line.replace(/\S/, "#$&"));
  return [...told.map((line) => `# ${line}`), ...setting].map((line) => `${indent}${line}`);
}

function exampleLines(example: unknown): string[] {
  const lines = yamlLines(example);
  return typeof example === "object"
    ? ["example:", ...lines.map((line) => `  ${line}`)]
    : [`example: ${lines.join("")}`];
}

const yamlLines = (value: unknown): string[] => stringify(value, { lineWidth: 0 }).trimEnd().split("\n");

/** A text as lines. */
function words(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
