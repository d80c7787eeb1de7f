// SPDX-License-Identifier: Apache-2.0
/** Runs a pipeline as a list of listr2 tasks: live on a terminal, plain lines elsewhere. */
import {
  type DefaultRenderer,
  Listr,
  type ListrBaseClassOptions,
  ListrLogger,
  type ListrTask,
  type SimpleRenderer,
  PRESET_TIMER,
  PRESET_TIMESTAMP,
  ProcessOutput,
} from "listr2";
import { messageOf, OscKollaError } from "../system/errors.ts";
import { mask } from "../system/secrets.ts";
import type { Pipeline, StageReport } from "./advance.ts";
import type { AnyStage, RunContext } from "./stage.ts";

export interface Display {
  /** where progress goes: stderr, so that stdout is the result alone */
  readonly stream: NodeJS.WriteStream;
  readonly renderer: "live" | "plain" | "silent";
  /** whether each stage that ran says why */
  readonly explain: boolean;
}

/** How often a stage's progress becomes a plain line, in milliseconds. */
const PLAIN_INTERVAL = 2_000;

/**
 * Brings every stage of the pipeline up to date, one after the other.
 *
 * @param context what the stages are given, but for the channels that belong to the display
 * @param reports gets each stage's report as it ends, so that those before a failure are known
 * @throws what the first failing stage throws
 */
export async function runPipeline(
  pipeline: Pipeline,
  context: Omit<RunContext, "progress">,
  display: Display,
  reports: StageReport[],
): Promise<void> {
  let failure: unknown;
  const tasks = pipeline.stages.map((stage): ListrTask<unknown, typeof DefaultRenderer, typeof SimpleRenderer> => ({
    title: stage.title,
    task: async (_, task): Promise<void> => {
      let shown = -Infinity;
      const progress = (line: string) => {
        // a live line is overwritten by the next one; plain ones would pile up
        if (display.renderer === "plain" && performance.now() - shown < PLAIN_INTERVAL) return;
        shown = performance.now();
        task.output = line;
      };
      try {
        const report = await pipeline.advance(stage, { ...context, progress });
        reports.push(report);
        context.log.step({ stage: report.id, status: report.status, seconds: report.seconds, because: report.because });
        if (display.explain && report.because !== undefined) task.title = `${stage.title} (${report.because})`;
        if (report.status === "up-to-date") task.title = `${stage.title}: up to date`;
      } catch (thrown) {
        failure = thrown;
        context.log.step({ stage: stage.id, status: "failed", message: messageOf(thrown) });
        // the list says where it failed; the whole story is told once, below it
        throw new Error(thrown instanceof OscKollaError ? thrown.what : mask(messageOf(thrown)), { cause: thrown });
      }
    },
  }));
  const options = { concurrent: false, exitOnError: true, registerSignalListeners: false } as const;
  try {
    await new Listr<unknown, "default">(tasks, { ...options, ...rendererOf(display) }).run();
  } catch (thrown) {
    throw failure ?? thrown;
  }
}

/** The lines of a dry run: what each stage would do, and why. */
export async function planPipeline(
  pipeline: Pipeline,
  context: Omit<RunContext, "progress" | "log" | "warn">,
): Promise<readonly { readonly stage: AnyStage; readonly because: string | undefined }[]> {
  const plan = [];
  for (const stage of pipeline.stages) {
    const decision = await pipeline.look(stage, context);
    plan.push({ stage, because: decision.run ? decision.because : undefined });
  }
  return plan;
}

/** listr2's renderers, writing to one stream only. */
function rendererOf({
  stream,
  renderer,
}: Display): Pick<
  ListrBaseClassOptions<unknown>,
  | "rendererOptions"
  | "fallbackRenderer"
  | "fallbackRendererOptions"
  | "fallbackRendererCondition"
  | "silentRendererCondition"
> {
  // stderr twice: what listr2 sends to stdout must not mix with the result
  const processOutput = new ProcessOutput(stream, stream, { leaveEmptyLine: false });
  return {
    rendererOptions: { logger: new ListrLogger({ processOutput, useIcons: true }), timer: PRESET_TIMER },
    fallbackRenderer: "simple",
    fallbackRendererOptions: {
      logger: new ListrLogger({ processOutput, useIcons: true }),
      timer: PRESET_TIMER,
      timestamp: PRESET_TIMESTAMP,
    },
    fallbackRendererCondition: renderer === "plain",
    silentRendererCondition: renderer === "silent",
  };
}
