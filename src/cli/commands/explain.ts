// SPDX-License-Identifier: Apache-2.0
/** `osc-kolla explain`: where a file of the image or the archive comes from. */
import { explain, type Explanation } from "../../stages/explain.ts";
import { toJson } from "../../system/json.ts";
import { mask } from "../../system/secrets.ts";
import { readingContext } from "../context.ts";
import type { Io } from "../io.ts";
import type { BuildOptions } from "../options.ts";

/** @throws UNKNOWN_PATH, BAD_CONFIGURATION (exit 2); MISSING (exit 3) where nothing has been built yet */
export async function runExplainCommand(path: string, options: BuildOptions, io: Io): Promise<void> {
  const found = await explain(path, await readingContext(options, io));
  io.stdout.write(
    options.json === true ? `${toJson({ ok: true, command: "explain", ...found })}\n` : mask(explainText(found)),
  );
}

function explainText(found: Explanation): string {
  const { path, from, settings, layer, archive, commit, coordinates, patches, normalised, size, sha256, mode } = found;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["from", from],
    ["jar", coordinates ?? (path.endsWith(".jar") ? "of unknown coordinates" : undefined)],
    ["commit", commit === null ? undefined : `${commit.commit} (${commit.version}) of ${commit.url}`],
    ...patches.map((patch) => ["patch", patch] as const),
    ["settings", settings.length === 0 ? undefined : settings.join(", ")],
    ["layer", archive === null ? layer : `${layer} (${archive})`],
    ["mode", mode],
    ["size", size === null ? undefined : String(size)],
    ["sha256", sha256 ?? undefined],
    ...(normalised === null ? [] : normalisedRows(normalised)),
  ];
  const lines = rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(10)}  ${text}\n`]));
  return `/${path}\n${lines.join("")}`;
}

function normalisedRows({ was, what }: NonNullable<Explanation["normalised"]>): (readonly [string, string])[] {
  const [first = "order, times and attributes of its entries", ...more] = what;
  return [["normalised", first], ...more.map((one) => ["", one] as const), ["it was", was]];
}
