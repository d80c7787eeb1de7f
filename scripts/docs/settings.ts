// SPDX-License-Identifier: Apache-2.0
/** docs/settings.md: what the schema says of every setting. */
import { stringify } from "yaml";
import { z } from "zod";
import { SETTING_OPTIONS } from "../../src/cli/options.ts";
import {
  allowedBy,
  environmentName,
  innerType,
  isRecord,
  knownOf,
  namesIn,
  type Setting,
  SETTINGS,
  typeOf,
} from "../../src/config/settings.ts";

const HEAD = `# Settings

<!-- Made from src/config/schema.ts by \`npm run docs\`; changes here are lost. -->

A setting comes from, first found:

1. its option, or \`--set KEY=VALUE\`, which takes any setting;
2. its variable;
3. \`osc-kolla.yaml\` in the working directory, or the file named with \`--config\`;
4. what \`make setup\` recorded;
5. its default.

\`osc-kolla config\` shows each with its value and where that came from (\`--json\` for programs), and names every fault with
its line and column. \`osc-kolla config init\` writes a file with all that stands here, commented out.

Relative paths in a file are relative to that file, all others to the working directory. With \`--set\` and in variables,
lists and maps are written as YAML: \`--set 'source.patches=[one.patch, two.patch]'\`.

For completion and checks in an editor that has the YAML language server: \`osc-kolla config schema >
osc-kolla.schema.json\`, and \`# yaml-language-server: $schema=osc-kolla.schema.json\` as the first line of the file.
`;

/** The page, as Markdown that prettier has not seen yet. */
export function settingsPage(): string {
  const parts = namesIn("").map((name) => {
    const inside = SETTINGS.filter(({ key }) => key === name || key.startsWith(`${name}.`));
    const isSection = inside[0]?.key !== name;
    const { description = "" } = knownOf(typeOf(name));
    return [
      ...(isSection ? [`## ${name}: ${description}`] : []),
      ...inside.map((one) => settingPart(one, isSection)),
    ].join("\n\n");
  });
  return `${[HEAD, ...parts].join("\n\n")}\n`;
}

function settingPart(one: Setting, below: boolean): string {
  const { key, type } = one;
  const known = knownOf(type);
  const option = SETTING_OPTIONS.find(([, name]) => name === key)?.[0];
  const variables = [environmentName(key), ...(known.variable === undefined ? [] : [known.variable])];
  const facts = [
    `takes: ${escape(allowedBy(type))}`,
    `default: ${known.default === undefined ? "none" : inline(known.default)}`,
    ...(partsOf(type).length === 0 ? [] : [`its parts:\n${partsOf(type).join("\n")}`]),
    ...(option === undefined ? [] : [`option: \`${option}\``]),
    ...(isRecord(one) ? [`one of them: \`--set ${key}.ID=VALUE\``] : []),
    `variable: ${variables.map((name) => `\`${name}\``).join(", or ")}`,
    ...(known.examples ?? []).map((example) => `example: ${inline(example)}`),
  ];
  const lines = facts.map((fact) => `- ${fact}`).join("\n");
  return `${below ? "###" : "##"} \`${key}\`\n\n${escape(known.description ?? "")}\n\n${lines}`;
}

/** What the maps in a setting hold, a line each. */
function partsOf(type: z.ZodType): string[] {
  const inner = innerType(type);
  if (inner instanceof z.ZodArray) return partsOf(inner.element as z.ZodType);
  if (inner instanceof z.ZodRecord) return partsOf(inner.valueType as z.ZodType);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((one) => partsOf(one as z.ZodType));
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape).map(([name, part]) => {
    const { description } = knownOf(part as z.ZodType);
    const words = [description, `takes ${allowedBy(part as z.ZodType)}`].filter((one) => one !== undefined).join("; ");
    return `  - \`${name}\`${part instanceof z.ZodOptional ? " (may be left out)" : ""}: ${escape(words)}`;
  });
}

/** A value as it is written in the file, on one line where that is short. */
function inline(value: unknown): string {
  const short = stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
  if (short.length < 80) return `\`${short}\``;
  const block = stringify(value, { lineWidth: 0 }).trimEnd().split("\n");
  return ["", "", "  ```yaml", ...block.map((line) => `  ${line}`), "  ```"].join("\n");
}

const escape = (text: string): string => text.replaceAll(/[*_<>]/g, "\\$&");
