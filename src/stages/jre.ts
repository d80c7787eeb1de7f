// SPDX-License-Identifier: Apache-2.0
/** Takes the JRE that is bundled with OSC out of its tarball, where one is given. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import type { Tree } from "../archive/untar.ts";
import type { Config } from "../config/schema.ts";
import { javaMajorIn, JRE_HOME } from "../osc/java.ts";
import { defineCheck } from "../pipeline/check.ts";
import { defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { badJre, messageOf, type OscKollaError } from "../system/errors.ts";
import { replace, writeJson } from "../system/files.ts";
import { mask } from "../system/secrets.ts";
import { downloaded, nameOfRemote } from "./download.ts";

/** A JRE in a tree of its own. */
export interface Jre {
  /** absolute path of the tree; `opt/vmidc/jre/…` lies below it */
  readonly root: string;
  /** absolute path of a JSON file with what is in it (Tree) */
  readonly inventory: string;
  /** of its tarball, in hex */
  readonly sha256: string;
  /** what its file `release` tells; null where it does not */
  readonly java: number | null;
}

export interface JreResult {
  /** null: OSC runs on the distribution's Java */
  readonly jre: Jre | null;
}

type Given = NonNullable<Config["image"]["java"]["jre"]>;

const nameOf = (given: Given): string => (typeof given === "string" ? basename(given) : nameOfRemote(given));

const failing =
  (given: Given) =>
  (cause: string): OscKollaError =>
    badJre(nameOf(given), cause);

/** The tarball's sha256; that of a URL is the one that is meant. */
async function digestOf(given: Given): Promise<string> {
  if (typeof given !== "string") return given.sha256;
  try {
    if (!(await stat(given)).isFile()) throw new Error("it is no file");
    return await sha256File(given);
  } catch (thrown) {
    throw badJre(given, messageOf(thrown));
  }
}

/** One of a URL is asked for with --network only; see network.ts. */
const jreCheck = defineCheck("jre", "bundled JRE", async ({ config: { image } }: StageContext) => {
  const given = image.java.jre;
  if (given === undefined) return undefined;
  await digestOf(given);
  return typeof given === "string" ? given : mask(given.url);
});

export const jre = defineStage({
  id: "jre",
  title: "Take the JRE",
  needs: {},

  checks: [jreCheck],

  inspect: async (_, { config: { image } }): Promise<Parts> => ({
    jre: image.java.jre === undefined ? null : await digestOf(image.java.jre),
  }),

  outputs: (result: JreResult, { paths }) => (result.jre === null ? [] : [paths.jre]),

  async run(_, context): Promise<JreResult> {
    const given = context.config.image.java.jre;
    if (given === undefined) return { jre: null };
    const fail = failing(given);
    const file = typeof given === "string" ? given : await downloaded(given, context.paths.jres, fail, context);
    const java = await takeOut(file, fail, context);
    const wanted = context.config.image.java_version;
    if (java !== null && wanted !== "any" && java !== wanted) {
      context.warn(`the bundled JRE is a Java ${String(java)}; a container insists on Java ${String(wanted)}`);
    }
    const { jre: folder } = context.paths;
    return { jre: { ...placesIn(folder), sha256: await digestOf(given), java } };
  },
});

const placesIn = (folder: string): Pick<Jre, "root" | "inventory"> => ({
  root: join(folder, "root"),
  inventory: join(folder, "inventory.json"),
});

/** @returns which Java it is, as far as it tells */
async function takeOut(
  file: string,
  fail: (cause: string) => OscKollaError,
  { paths, signal, progress }: RunContext,
): Promise<number | null> {
  const { extractTarball } = await import("../archive/untar.ts");
  return replace(paths.jre, async (temporary) => {
    const { root, inventory } = placesIn(temporary);
    await fsExtra.ensureDir(root);
    let tree: Tree;
    try {
      tree = await extractTarball(file, root, `${JRE_HOME}/`, signal, (count) => progress(`${String(count)} files`));
    } catch (thrown) {
      signal.throwIfAborted();
      throw fail(messageOf(thrown));
    }
    const fault = faultOf(tree);
    if (fault !== undefined) throw fail(fault);
    await writeJson(inventory, tree);
    const release = await fsExtra.readFile(join(root, JRE_HOME, "release"), "utf8").catch(() => "");
    return javaMajorIn(release) ?? null;
  });
}

/** What a tree lacks to be a JRE. */
function faultOf({ files, links }: Tree): string | undefined {
  const java = `${JRE_HOME}/bin/java`;
  const program = files.find(({ path }) => path === java);
  if (program === undefined) {
    const isLink = links.some(({ path }) => path === java);
    return isLink ? "its bin/java is a link" : "there is no bin/java in its one folder: is it a JRE for Linux?";
  }
  return (program.mode & 0o111) === 0o111 ? undefined : "its bin/java is not executable for everybody";
}

/** What a JRE's tree holds, as its stage listed it. */
export async function readJre(inventory: string): Promise<Tree> {
  return (await fsExtra.readJson(inventory)) as Tree;
}
