// SPDX-License-Identifier: Apache-2.0
/** Where everything lies in the work and output folders. */
import { join } from "node:path";
import type { Config } from "../config/schema.ts";

export interface Paths {
  readonly workDir: string;
  readonly outputDir: string;
  /** what is finished, and what programs said of themselves */
  readonly state: string;
  readonly logs: string;
  /** bare clones */
  readonly clones: string;
  /** the work trees that are built in */
  readonly trees: string;
  /** the home folder that Maven sees */
  readonly mavenHome: string;
  /** plugins that were downloaded */
  readonly plugins: string;
  /** JREs that were downloaded */
  readonly jres: string;
  /** the JRE that was taken out of its tarball */
  readonly jre: string;
  /** the distribution that was taken out of the bundle */
  readonly distribution: string;
  /** the list of what is in it */
  readonly sbom: string;
  /** conf and templates of the build container's image */
  readonly buildContainer: string;
  /** what was published, built again */
  readonly rebuilt: string;
  /** work folders of kolla-build, removed after use */
  readonly kollaWork: string;
  /** conf, templates and overrides for kolla-build */
  readonly kolla: string;
  /** the conf that is meant for kolla's own drop-in folder */
  readonly dropIns: string;
  readonly tarballs: string;
  readonly resultFile: string;
  /** what the images were made of */
  readonly imageProvenance: string;
}

/** Its name in the output folder. */
export const IMAGE_PROVENANCE = "image.intoto.json";

/** The paths that follow from the settings. */
export function pathsOf(config: Pick<Config, "work_dir" | "output_dir">): Paths {
  const { work_dir: workDir, output_dir: outputDir } = config;
  return {
    workDir,
    outputDir,
    state: join(workDir, "state"),
    logs: join(workDir, "logs"),
    clones: join(workDir, "clones"),
    trees: join(workDir, "trees"),
    mavenHome: join(workDir, "maven"),
    plugins: join(workDir, "plugins"),
    jres: join(workDir, "jres"),
    jre: join(workDir, "jre"),
    distribution: join(workDir, "distribution"),
    sbom: join(workDir, "sbom"),
    buildContainer: join(workDir, "build-container"),
    rebuilt: join(workDir, "rebuilt"),
    kollaWork: join(workDir, "kolla-work"),
    kolla: join(outputDir, "kolla"),
    dropIns: join(outputDir, "kolla-build.conf.d"),
    tarballs: join(outputDir, "tarballs"),
    resultFile: join(outputDir, "result.json"),
    imageProvenance: join(outputDir, IMAGE_PROVENANCE),
  };
}
