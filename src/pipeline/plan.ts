// SPDX-License-Identifier: Apache-2.0
/** A dry run: what each stage would do, why, and by which commands. */
import { OscKollaError } from "../system/errors.ts";
import type { Pipeline } from "./advance.ts";
import type { AnyStage, Command, StageContext } from "./stage.ts";

/** What a dry run says of a stage. */
export interface PlannedStage {
  readonly stage: AnyStage;
  /** why it would run; undefined: it would not */
  readonly because: string | undefined;
  /** what it would start */
  readonly commands: readonly Command[];
  /** why its commands cannot be told: what this machine lacks */
  readonly unknown: string | undefined;
}

/** Decides of each stage as a run would; starts and touches nothing. */
export async function planPipeline(pipeline: Pipeline, context: StageContext): Promise<readonly PlannedStage[]> {
  const plan: PlannedStage[] = [];
  for (const stage of pipeline.stages) {
    const decision = await pipeline.look(stage, context);
    const told = decision.run ? await commandsOf(stage, pipeline, context) : { commands: [], unknown: undefined };
    plan.push({ stage, because: decision.run ? decision.because : undefined, ...told });
  }
  return plan;
}

async function commandsOf(
  stage: AnyStage,
  pipeline: Pipeline,
  context: StageContext,
): Promise<Pick<PlannedStage, "commands" | "unknown">> {
  try {
    return { commands: await pipeline.commandsOf(stage, context), unknown: undefined };
  } catch (thrown) {
    // a plan is told also where something is missing
    if (!(thrown instanceof OscKollaError)) throw thrown;
    return { commands: [], unknown: thrown.reason };
  }
}
