// SPDX-License-Identifier: Apache-2.0
/** What a run made of what: the content of result.json and of `--json`. */
import { type PackageVersion, packageVersion } from "../osc/versions.ts";
import type { Pipeline, StageReport } from "../pipeline/advance.ts";
import { build, type BuildResult } from "../stages/build.ts";
import { builder, type BuilderResult } from "../stages/builder.ts";
import type { BuildCommand } from "../stages/commands.ts";
import { context, type ContextResult } from "../stages/context.ts";
import type { DropIn } from "../stages/drop-in.ts";
import { distribution, type DistributionResult } from "../stages/distribution.ts";
import { images, type ImagesResult } from "../stages/images.ts";
import { jre, type JreResult } from "../stages/jre.ts";
import { libraries, type LibrariesResult } from "../stages/libraries.ts";
import { plugins, type PluginsResult } from "../stages/plugins.ts";
import { imageProvenance, provenance, type ProvenanceResult } from "../stages/provenance.ts";
import { save, type SaveResult } from "../stages/save.ts";
import { sbom, type SbomResult } from "../stages/sbom.ts";
import { source, type SourceResult } from "../stages/source.ts";
import { tarball, type TarballResult } from "../stages/tarball.ts";
import { VERSION } from "../system/package.ts";

/** Every stage's result; undefined where the command has no such stage. */
interface Results {
  readonly source: SourceResult;
  readonly plugins: PluginsResult;
  readonly jre: JreResult | undefined;
  readonly builder: BuilderResult;
  readonly libraries: LibrariesResult;
  readonly build: BuildResult;
  readonly distribution: DistributionResult;
  readonly sbom: SbomResult;
  readonly context: ContextResult | undefined;
  readonly images: ImagesResult | undefined;
  readonly save: SaveResult | undefined;
  readonly tarball: TarballResult | undefined;
  readonly provenance: ProvenanceResult | undefined;
}

export interface Result {
  readonly ok: true;
  readonly command: BuildCommand;
  /** of OSC */
  readonly version: string;
  /** the same for the names of people's own packages */
  readonly packageVersion: PackageVersion;
  readonly stages: readonly StageReport[];
  readonly tool: { readonly name: "osc-kolla"; readonly version: string };
  readonly results: Results;
  /** the line that runs kolla-build on the context by hand */
  readonly kollaCommand: readonly string[] | undefined;
  /** the conf for kolla's drop-in folder, where one was asked for */
  readonly dropIn: DropIn | undefined;
  /** absolute path of this, as a file */
  readonly resultFile: string;
}

/** Collects the result of a run whose stages are all up to date. */
export function resultOf(
  command: BuildCommand,
  pipeline: Pipeline,
  stages: readonly StageReport[],
  more: Pick<Result, "kollaCommand" | "dropIn" | "resultFile">,
): Result {
  const results: Results = {
    source: pipeline.resultOf(source) as SourceResult,
    plugins: pipeline.resultOf(plugins) as PluginsResult,
    jre: pipeline.resultOf(jre) as JreResult | undefined,
    builder: pipeline.resultOf(builder) as BuilderResult,
    libraries: pipeline.resultOf(libraries) as LibrariesResult,
    build: pipeline.resultOf(build) as BuildResult,
    distribution: pipeline.resultOf(distribution) as DistributionResult,
    sbom: pipeline.resultOf(sbom) as SbomResult,
    context: pipeline.resultOf(context) as ContextResult | undefined,
    images: pipeline.resultOf(images) as ImagesResult | undefined,
    save: pipeline.resultOf(save) as SaveResult | undefined,
    tarball: pipeline.resultOf(tarball) as TarballResult | undefined,
    provenance: (pipeline.resultOf(provenance) ?? pipeline.resultOf(imageProvenance)) as ProvenanceResult | undefined,
  };
  const tool = { name: "osc-kolla", version: VERSION } as const;
  const { version } = results.distribution;
  return { ok: true, command, version, packageVersion: packageVersion(version), stages, tool, results, ...more };
}
