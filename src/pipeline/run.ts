// SPDX-License-Identifier: Apache-2.0
/** Runs a pipeline as a list of listr2 tasks: live on a terminal, plain lines elsewhere. */
import { Listr, type ListrRendererFactory, type ListrTask } from "listr2";
import { messageOf, OscKollaError } from "../system/errors.ts";
import { mask } from "../system/secrets.ts";
import type { Pipeline, StageReport } from "./advance.ts";
import { type Display, fit, INTERVAL, rendererOf } from "./display.ts";
import { tellTime, throttle } from "./progress.ts";
import type { AnyStage, RunContext } from "./stage.ts";

type Task = ListrTask<unknown, ListrRendererFactory, ListrRendererFactory>;

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
  const taskOf = (stage: AnyStage): Task => ({
    title: stage.title,
    task: async (_, task): Promise<void> => {
      const show = (line: string) => (task.output = fit(line, display));
      const progress = throttle(show, INTERVAL[display.renderer]);
      const stopTime = tellTimeOf(stage.title, task, display);
      try {
        const report = await pipeline.advance(stage, { ...context, progress: progress.take });
        progress.end();
        stopTime();
        reports.push(report);
        context.log.step({ stage: report.id, status: report.status, seconds: report.seconds, because: report.because });
        if (display.explain && report.because !== undefined) task.title = `${stage.title} (${report.because})`;
        if (report.status === "up-to-date") task.title = `${stage.title}: up to date`;
      } catch (thrown) {
        progress.end();
        stopTime();
        failure = thrown;
        context.log.step({ stage: stage.id, status: "failed", message: messageOf(thrown) });
        // the list says where it failed; the whole story is told once, below it
        const what = thrown instanceof OscKollaError ? thrown.what : mask(messageOf(thrown));
        throw new Error(fit(what, display), { cause: thrown });
      }
    },
  });
  const options = { concurrent: false, exitOnError: true, registerSignalListeners: false, ...rendererOf(display) };
  try {
    await new Listr<unknown, ListrRendererFactory, ListrRendererFactory>(pipeline.stages.map(taskOf), options).run();
  } catch (thrown) {
    throw failure ?? thrown;
  }
}

/** On a terminal, has a running stage's title tell how long it has taken; plain lines have their times. */
function tellTimeOf(title: string, task: { title?: string | undefined }, display: Display): () => void {
  if (display.renderer !== "live") return () => undefined;
  const stop = tellTime((time) => (task.title = `${title} [${time}]`), display.clock);
  return () => {
    stop();
    task.title = title;
  };
}
