// SPDX-License-Identifier: Apache-2.0
/** Builds OSC itself with Maven, in a work tree of its own. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import { makeTree } from "../git/clone.ts";
import { findMaven } from "../maven/program.ts";
import { runMaven } from "../maven/run.ts";
import { ARGUMENTS, BUNDLE, GOALS } from "../osc/maven.ts";
import { defineStage, type Parts } from "../pipeline/stage.ts";
import { buildFailed } from "../system/errors.ts";
import { runningGit } from "./git-context.ts";
import { libraries, mavenParts } from "./libraries.ts";
import { source } from "./source.ts";

export interface BuildResult {
  /** absolute path of the zip that holds the distribution */
  readonly bundle: string;
  /** of the bundle, in hex */
  readonly sha256: string;
}

export const build = defineStage({
  id: "build",
  title: "Build OSC",
  needs: { source, libraries },

  async inspect({ source: osc, libraries: built }, context): Promise<Parts> {
    const maven = await findMaven(context);
    const versions = built.libraries.map(({ name, version, commit }) => ({ name, version, commit }));
    return { commit: osc.commit, version: osc.version, libraries: versions, ...mavenParts(maven) };
  },

  outputs: (result: BuildResult) => [result.bundle],

  async run({ source: osc }, context): Promise<BuildResult> {
    const { paths, signal, progress } = context;
    const tree = join(paths.trees, "osc-core");
    const log = context.log.file("maven-osc-core");
    await makeTree(osc.clone, osc.commit, tree, runningGit(context));
    await runMaven({
      maven: await findMaven(context),
      project: "osc-core",
      tree,
      home: paths.mavenHome,
      args: [...GOALS, ...ARGUMENTS],
      log,
      signal,
      progress,
    });
    const bundle = join(tree, BUNDLE);
    if (!(await fsExtra.pathExists(bundle))) {
      throw buildFailed(
        "osc-core",
        `Maven ended well, but there is no ${BUNDLE}`,
        "Is this a repository of OSC? See source.url.",
        log,
      );
    }
    return { bundle, sha256: await sha256File(bundle) };
  },
});
