// SPDX-License-Identifier: Apache-2.0
/** What a stage is: data and one async function. */
import type { Config } from "../config/schema.ts";
import type { Environment } from "../system/environment.ts";
import type { RunLog } from "../system/log.ts";
import type { Remember } from "../system/programs.ts";
import type { Check } from "./check.ts";
import type { Paths } from "./paths.ts";

export type StageId =
  | "source"
  | "plugins"
  | "jre"
  | "builder"
  | "artifacts"
  | "libraries"
  | "build"
  | "distribution"
  | "sbom"
  | "context"
  | "images"
  | "save"
  | "tarball"
  | "provenance"
  | "image-provenance";

/** A value that survives being written as JSON and read back: what fingerprints and results are made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a stage's result depends on; two equal ones mean: the same result. */
export type Parts = Readonly<Record<string, Json>>;

/** What every part of a stage is given: nothing is taken from the process itself. */
export interface StageContext {
  readonly config: Config;
  readonly paths: Paths;
  readonly env: Environment;
  readonly cwd: string;
  /** what stands after `--` on the command line, for kolla-build */
  readonly kollaArguments: readonly string[];
  /** a dry run asks nothing of another machine */
  readonly network: boolean;
  /** a run that asks nothing of another machine either, and makes do with what it has */
  readonly offline: boolean;
  /** what programs said of themselves */
  readonly remember: Remember;
  readonly signal: AbortSignal;
}

/** What a stage has beside that while it runs. */
export interface RunContext extends StageContext {
  readonly log: RunLog;
  /** one short line about how far it is */
  readonly progress: (line: string) => void;
  /** a line that a person must see although nothing failed */
  readonly warn: (line: string) => void;
}

/** A command that a stage would start. */
export interface Command {
  /** the program and its arguments; what is known only when it is started stands in them as "<commit>" */
  readonly args: readonly string[];
  /** in which folder, where it would do something else in another one */
  readonly cwd?: string;
  /** under which condition, where it isn't known yet: "OSC's poms name it" */
  readonly when?: string;
}

/** Stages by the names under which another one knows them. */
export type Needs = Readonly<Record<string, AnyStage>>;

type ResultOf<S> = S extends Stage<Needs, infer Result> ? Result : never;

/** The results of the needed stages, under the same names. */
type Inputs<N extends Needs> = { readonly [Name in keyof N]: ResultOf<N[Name]> };

/** The same, of which some may not be there yet. */
type Known<N extends Needs> = { readonly [Name in keyof N]: ResultOf<N[Name]> | undefined };

export interface Stage<N extends Needs, Result> {
  readonly id: StageId;
  /** what a person sees: "Clone OSC" */
  readonly title: string;
  readonly needs: N;
  /** What the stage needs of the machine: looked at before the first stage of a run starts. */
  readonly checks?: readonly Check[];
  /**
   * What the fingerprint is made of. Reads only.
   *
   * @returns undefined when it can't be known without running (a dry run asks no other machine)
   */
  inspect(inputs: Inputs<N>, context: StageContext): Promise<Parts | undefined>;
  /** The absolute paths of what the stage leaves; checked before a recorded result is trusted. */
  outputs(result: Result, context: StageContext): readonly string[];
  /** What else a recorded result stands on, as images in an engine; says what is no longer there. */
  verify?(result: Result, context: StageContext): Promise<string | undefined>;
  /**
   * The commands that a run would start to make or fetch something, made by the functions that make those of the run;
   * those that only ask a program of this machine are left out. Reads only.
   */
  commands?(inputs: Known<N>, context: StageContext): Promise<readonly Command[]>;
  run(inputs: Inputs<N>, context: RunContext): Promise<Result>;
}

/** A stage whose types are not known: method parameters are bivariant, so that every Stage is one. */
export interface AnyStage {
  readonly id: StageId;
  readonly title: string;
  readonly needs: Readonly<Record<string, AnyStage>>;
  readonly checks?: readonly Check[];
  inspect(inputs: unknown, context: StageContext): Promise<Parts | undefined>;
  outputs(result: unknown, context: StageContext): readonly string[];
  verify?(result: unknown, context: StageContext): Promise<string | undefined>;
  commands?(inputs: unknown, context: StageContext): Promise<readonly Command[]>;
  run(inputs: unknown, context: RunContext): Promise<unknown>;
}

/** Gives a stage its types. */
export function defineStage<N extends Needs, Result>(stage: Stage<N, Result>): Stage<N, Result> {
  return stage;
}
