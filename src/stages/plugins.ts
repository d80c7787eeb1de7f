// SPDX-License-Identifier: Apache-2.0
/** OSC's plugins (.bar files) that are packed with it. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { sha256File } from "../archive/digest.ts";
import type { Config } from "../config/schema.ts";
import { defineCheck, requireEach } from "../pipeline/check.ts";
import { defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { badPlugin, messageOf, notHere } from "../system/errors.ts";
import { replace } from "../system/files.ts";
import { mask } from "../system/secrets.ts";
import { bytesOf } from "../system/units.ts";

export interface Plugin {
  /** the file's name */
  readonly name: string;
  /** absolute path */
  readonly file: string;
  /** in hex */
  readonly sha256: string;
}

export interface PluginsResult {
  readonly plugins: readonly Plugin[];
}

type Given = Config["plugins"][number];

/** A name that is safe in an archive, and that OSC takes for a plugin. */
const NAME = /^[A-Za-z0-9][\w.+-]*\.bar$/;

function nameOf(given: Given): string {
  const name = typeof given === "string" ? basename(given) : basename(new URL(given.url).pathname);
  if (NAME.test(name)) return name;
  throw badPlugin(JSON.stringify(name), "its name may have letters, digits and _ . + - only, and must end in .bar");
}

/** "name sha256" of each plugin of the settings; those of a URL have the one that is meant. */
async function digestsOf({ config }: StageContext): Promise<string[]> {
  const names = await requireEach(config.plugins.map((given) => Promise.resolve(given).then(nameOf)));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badPlugin(twice, "the settings name two plugins so");
  const digest = async (given: Given) => (typeof given === "string" ? digestOf(given) : given.sha256);
  const digests = await requireEach(config.plugins.map(digest));
  return digests.map((one, index) => `${String(names[index])} ${one}`);
}

/** Those of a URL are asked for with --network only; see network.ts. */
const pluginsCheck = defineCheck("plugins", "plugins", async (context) => {
  await digestsOf(context);
  const { plugins: given } = context.config;
  return given.length === 0 ? "none" : given.map((one) => (typeof one === "string" ? one : mask(one.url))).join(", ");
});

export const plugins = defineStage({
  id: "plugins",
  title: "Take OSC's plugins",
  needs: {},

  checks: [pluginsCheck],

  inspect: async (_, context): Promise<Parts> => ({ plugins: await digestsOf(context) }),

  outputs: (result: PluginsResult) => result.plugins.map(({ file }) => file),

  async run(_, context): Promise<PluginsResult> {
    const taken: Plugin[] = [];
    for (const given of context.config.plugins) {
      const name = nameOf(given);
      if (typeof given === "string") taken.push({ name, file: given, sha256: await digestOf(given) });
      else taken.push({ name, ...(await fetched(name, given, context)) });
    }
    return { plugins: taken };
  },
});

/** @throws BAD_PLUGIN (exit 4) when it cannot be read */
async function digestOf(file: string): Promise<string> {
  try {
    if (!(await stat(file)).isFile()) throw new Error("it is no file");
    return await sha256File(file);
  } catch (thrown) {
    throw badPlugin(file, messageOf(thrown));
  }
}

/** Downloads a plugin, and makes sure that it is the one that was meant; one that lies there already is kept. */
async function fetched(
  name: string,
  { url, sha256 }: Exclude<Given, string>,
  { paths, env, signal, progress, offline }: RunContext,
): Promise<Pick<Plugin, "file" | "sha256">> {
  const file = join(paths.plugins, sha256, name);
  if ((await sha256File(file).catch(() => undefined)) === sha256) return { file, sha256 };
  if (offline) throw notHere([`${name} of ${mask(url)}`]);
  const { download } = await import("../system/http.ts");
  await replace(file, async (temporary) => {
    try {
      await download(url, temporary, env, signal, (bytes, total) => progress(`${name}: ${bytesOf(bytes, total)}`));
    } catch (thrown) {
      signal.throwIfAborted();
      throw badPlugin(name, `${mask(url)}: ${messageOf(thrown)}`);
    }
    const found = await sha256File(temporary);
    if (found !== sha256) throw badPlugin(name, `what ${mask(url)} gives has the sha256 ${found}, not ${sha256}`);
  });
  return { file, sha256 };
}
