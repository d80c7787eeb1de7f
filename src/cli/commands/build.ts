// SPDX-License-Identifier: Apache-2.0
/** The commands that build: image, context, tarball. */
import { resolve } from "node:path";
import { loadConfig } from "../../config/load.ts";
import { Pipeline, type StageReport } from "../../pipeline/advance.ts";
import { requireAll } from "../../pipeline/check.ts";
import { type Paths, pathsOf } from "../../pipeline/paths.ts";
import { planPipeline } from "../../pipeline/plan.ts";
import { runPipeline } from "../../pipeline/run.ts";
import type { StageContext } from "../../pipeline/stage.ts";
import { WRITABLE } from "../../stages/checks.ts";
import { type BuildCommand, wantedBy } from "../../stages/commands.ts";
import { context as kollaContext, type ContextResult } from "../../stages/context.ts";
import { planDropIn, writeDropIn } from "../../stages/drop-in.ts";
import { kollaCommandLine } from "../../stages/images.ts";
import { removeLeftovers, writeJson } from "../../system/files.ts";
import { toJson } from "../../system/json.ts";
import { RunLog } from "../../system/log.ts";
import { buildId, SETUP_FILE } from "../../system/package.ts";
import { programMemory } from "../../system/programs.ts";
import { mask } from "../../system/secrets.ts";
import { claimWorkFolder } from "../../system/work-folder.ts";
import type { Io } from "../io.ts";
import { takeLocks } from "../locks.ts";
import { type BuildOptions, type ContextOptions, settingsOf } from "../options.ts";
import { type Result, resultOf } from "../result.ts";
import { isLive } from "../terminal.ts";
import { planText, resultText } from "../text.ts";

/** Runs one of the commands to its end, and prints the result on stdout. */
export async function runBuildCommand(
  command: BuildCommand,
  options: ContextOptions,
  kollaArguments: readonly string[],
  io: Io,
): Promise<void> {
  const context = await contextOf(options, kollaArguments, io);
  const { paths } = context;
  const pipeline = new Pipeline(wantedBy(command, context), {
    toolVersion: buildId(),
    force: options.force === true,
    from: options.from,
    clock: io.clock,
  });
  const dropInFile = await dropInOf(options, context);
  if (options.dryRun === true) return printPlan(pipeline, context, options, io);

  const release = await takeFolders(`osc-kolla ${command}`, context, io);
  try {
    await removeAllLeftovers(paths);
    const reports = await run(pipeline, context, options, io);
    const written = pipeline.resultOf(kollaContext) as ContextResult | undefined;
    const warn = (line: string) => io.stderr.write(`Warning: ${line}\n`);
    const dropIn = dropInFile === undefined ? undefined : await writeDropIn(dropInFile, context, warn);
    const line = written === undefined ? undefined : await kollaCommandLine(written, dropIn !== undefined, context);
    const result = resultOf(command, pipeline, reports, { kollaCommand: line, dropIn, resultFile: paths.resultFile });
    await writeJson(paths.resultFile, result);
    printResult(result, options, io);
  } finally {
    await release();
  }
}

/** What the stages are given. */
async function contextOf(options: BuildOptions, kollaArguments: readonly string[], io: Io): Promise<StageContext> {
  const { env, cwd, signal } = io;
  const request = { file: options.config, options: settingsOf(options), env, cwd, setupFile: SETUP_FILE };
  const { config } = await loadConfig(request);
  const paths = pathsOf(config);
  const dryRun = options.dryRun === true;
  const remember = programMemory(paths.state, dryRun);
  const offline = options.offline === true;
  return { config, paths, env, cwd, kollaArguments, network: !dryRun, offline, remember, signal };
}

/** @returns undefined where none is asked for */
async function dropInOf({ dropIn }: ContextOptions, context: StageContext): Promise<string | undefined> {
  if (dropIn === undefined) return undefined;
  return planDropIn(dropIn === true ? undefined : resolve(context.cwd, dropIn), context);
}

/** @returns a function that gives them back */
async function takeFolders(doing: string, context: StageContext, io: Io): Promise<() => Promise<void>> {
  const { workDir, outputDir } = context.paths;
  await requireAll(WRITABLE, context);
  await claimWorkFolder(workDir);
  return takeLocks([workDir, outputDir], doing, context.config.lock_timeout, io);
}

async function run(pipeline: Pipeline, context: StageContext, options: BuildOptions, io: Io): Promise<StageReport[]> {
  const reports: StageReport[] = [];
  const warnings: string[] = [];
  const verbose = options.verbose === true;
  const echo = verbose ? (line: string) => io.stderr.write(`${line}\n`) : undefined;
  const log = new RunLog(context.paths.logs, io.now(), { echo, clock: io.now });
  const live = isLive(io.stderr, io.env) && !verbose;
  const renderer = options.quiet === true ? "silent" : live ? "live" : "plain";
  try {
    const warn = (line: string) => warnings.push(line);
    await runPipeline(
      pipeline,
      { ...context, log, warn },
      { stream: io.stderr, renderer, explain: verbose, clock: io.clock },
      reports,
    );
  } finally {
    for (const line of warnings) io.stderr.write(`Warning: ${line}\n`);
  }
  return reports;
}

async function printPlan(pipeline: Pipeline, context: StageContext, options: BuildOptions, io: Io): Promise<void> {
  const plan = await planPipeline(pipeline, context);
  const stages = plan.map(({ stage, because, commands, unknown }) => {
    return { id: stage.id, runs: because !== undefined, because, commands, unknown };
  });
  io.stdout.write(options.json === true ? `${toJson({ ok: true, dryRun: true, stages })}\n` : planText(plan));
}

function printResult(result: Result, options: BuildOptions, io: Io): void {
  io.stdout.write(options.json === true ? `${toJson(result)}\n` : mask(resultText(result)));
}

/** What killed runs left under temporary names. */
async function removeAllLeftovers(paths: Paths): Promise<void> {
  const { workDir, outputDir, state, clones, trees, mavenHome, tarballs } = paths;
  await Promise.all([workDir, outputDir, state, clones, trees, mavenHome, tarballs].map(removeLeftovers));
}
