// SPDX-License-Identifier: Apache-2.0
/** Lists what is inside the distribution: a bill of materials, and a text about the software of others. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import fsExtra from "fs-extra";
import type { Coordinates } from "../maven/coordinates.ts";
import { localRepository } from "../maven/run.ts";
import { javaVersionIn, JRE_HOME } from "../osc/java.ts";
import { HOME } from "../osc/layout.ts";
import { LIBRARY_GROUP, OSC_GROUP } from "../osc/maven.ts";
import { releaseOf } from "../osc/versions.ts";
import { defineStage, type Parts, type RunContext } from "../pipeline/stage.ts";
import { allOf, COORDINATES, type Part } from "../sbom/part.ts";
import { messageOf, OscKollaError, stagingFailed } from "../system/errors.ts";
import { replace, writeFileAtomic } from "../system/files.ts";
import { VERSION } from "../system/package.ts";
import { build, type BuildResult } from "./build.ts";
import { distribution, type DistributionResult, readInventory } from "./distribution.ts";
import { jre, type JreResult } from "./jre.ts";
import { libraries, type LibrariesResult } from "./libraries.ts";
import { source, type SourceResult } from "./source.ts";

interface Listed {
  /** absolute path */
  readonly file: string;
  /** in hex */
  readonly sha256: string;
}

export interface SbomResult {
  /** CycloneDX 1.6, as JSON */
  readonly bom: Listed;
  readonly thirdParty: Listed;
  /** those in others, too */
  readonly jars: number;
  /** the paths of the jars whose coordinates are not known; what lies in another one has its path after ! */
  readonly unknown: readonly string[];
  /** artifacts that were unpacked into jars, as far as they left a pom.properties */
  readonly unpacked: number;
}

export const sbom = defineStage({
  id: "sbom",
  title: "List what is inside",
  // the JRE and the plugins are looked for before minutes of Maven
  needs: { source, jre, distribution, libraries, build },

  inspect: (inputs): Promise<Parts> =>
    Promise.resolve({
      distribution: inputs.distribution.digest,
      version: inputs.distribution.version,
      time: inputs.distribution.time,
      commit: inputs.source.commit,
      libraries: inputs.libraries.libraries.map(({ name, version, commit }) => ({ name, version, commit })),
      patches: inputs.build.patches.map(({ name, sha256 }) => `${name} ${sha256}`),
      jre: inputs.jre.jre?.sha256 ?? null,
    }),

  outputs: (_: SbomResult, { paths }) => [paths.sbom],

  async run(inputs, context): Promise<SbomResult> {
    const { sbom: folder } = context.paths;
    const { bomJson } = await import("../sbom/bom.ts");
    const { thirdParty } = await import("../sbom/third-party.ts");
    const whole = await wholeOf(inputs, context);
    const tool = { name: "osc-kolla", version: VERSION };
    const bom = bomJson({ whole, time: inputs.distribution.time, tool });
    const text = thirdParty(bom);
    await replace(folder, async (temporary) => {
      await writeFileAtomic(join(temporary, BOM), bom);
      await writeFileAtomic(join(temporary, THIRD_PARTY), text);
    });
    const all = allOf(whole.parts);
    const jars = all.filter(({ digests }) => digests !== undefined);
    return {
      bom: listed(join(folder, BOM), bom),
      thirdParty: listed(join(folder, THIRD_PARTY), text),
      jars: jars.length,
      unknown: jars.filter(({ facts }) => facts.coordinates === COORDINATES.none).map(({ path }) => path),
      unpacked: all.filter(({ type, digests }) => type === "library" && digests === undefined).length,
    };
  },
});

const BOM = "sbom.cdx.json";
const THIRD_PARTY = "THIRD-PARTY.txt";

const listed = (file: string, text: string): Listed => ({
  file,
  sha256: createHash("sha256").update(text).digest("hex"),
});

interface Inputs {
  readonly jre: JreResult;
  readonly distribution: DistributionResult;
  readonly source: SourceResult;
  readonly libraries: LibrariesResult;
  readonly build: BuildResult;
}

/**
 * OSC, with all that is known to be in it.
 *
 * @throws BAD_DISTRIBUTION (exit 6) with the jar that cannot be read
 */
async function wholeOf(inputs: Inputs, { paths, progress, signal }: RunContext): Promise<Part> {
  const { distribution: tree, build: built } = inputs;
  const { jarsIn } = await import("./contents.ts");
  const { artifactsIn } = await import("./resolved.ts");
  const files = await readInventory(tree.inventory);
  try {
    const jars = await jarsIn(files, {
      root: tree.root,
      bundle: built.bundle,
      artifacts: artifactsIn(localRepository(paths.mavenHome)),
      commitOf: commitsOf(inputs),
      tell: (path) => {
        signal.throwIfAborted();
        progress(`looking into ${path}`);
      },
    });
    const patches = built.patches.map(({ name, sha256 }) => `${name} sha256:${sha256}`).join(", ");
    const facts = { commit: inputs.source.commit, ...(patches === "" ? {} : { patches }) };
    const parts = [...jars, ...(await jreParts(inputs.jre))];
    return { path: HOME, type: "library", name: "osc", version: tree.version, licences: [], facts, parts };
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof OscKollaError) throw thrown;
    throw stagingFailed(`looking into the jars of ${tree.root}`, messageOf(thrown));
  }
}

/** The commits of OSC's own modules and libraries, in the versions that were built. */
function commitsOf({ source: osc, libraries: { libraries: own } }: Inputs) {
  return ({ groupId, artifactId, version }: Coordinates): string | undefined => {
    if (groupId === OSC_GROUP) return version === releaseOf(osc.version) ? osc.commit : undefined;
    const library = own.find((one) => one.name === artifactId && one.version === version);
    return groupId === LIBRARY_GROUP ? library?.commit : undefined;
  };
}

/** The JRE is one part: its own files are not looked into. */
async function jreParts({ jre: bundled }: JreResult): Promise<Part[]> {
  if (bundled === null) return [];
  const release = await fsExtra.readFile(join(bundled.root, JRE_HOME, "release"), "utf8").catch(() => "");
  const version = javaVersionIn(release);
  const facts = { "tarball-sha256": bundled.sha256 };
  const jreOf = { path: JRE_HOME, type: "platform", name: "jre", licences: [], facts, parts: [] } as const;
  return [version === undefined ? jreOf : { ...jreOf, version }];
}
