// SPDX-License-Identifier: Apache-2.0
/** OSC's plugins (.bar files) that are packed with it. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { sha256File } from "../archive/digest.ts";
import type { Config } from "../config/schema.ts";
import { defineCheck, requireEach } from "../pipeline/check.ts";
import { defineStage, type Parts, type StageContext } from "../pipeline/stage.ts";
import { badPlugin, messageOf, type OscKollaError } from "../system/errors.ts";
import { mask } from "../system/secrets.ts";
import { downloaded, nameOfRemote } from "./download.ts";

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
  const name = typeof given === "string" ? basename(given) : nameOfRemote(given);
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
    const { plugins } = context.paths;
    const taken: Plugin[] = [];
    for (const given of context.config.plugins) {
      const name = nameOf(given);
      if (typeof given === "string") taken.push({ name, file: given, sha256: await digestOf(given) });
      else taken.push({ name, file: await downloaded(given, plugins, failing(name), context), sha256: given.sha256 });
    }
    return { plugins: taken };
  },
});

const failing =
  (name: string) =>
  (cause: string): OscKollaError =>
    badPlugin(name, cause);

/** @throws BAD_PLUGIN (exit 4) when it cannot be read */
async function digestOf(file: string): Promise<string> {
  try {
    if (!(await stat(file)).isFile()) throw new Error("it is no file");
    return await sha256File(file);
  } catch (thrown) {
    throw badPlugin(file, messageOf(thrown));
  }
}
