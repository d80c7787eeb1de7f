// SPDX-License-Identifier: Apache-2.0
/** Bringing one stage after the other up to date; no output, no listr2. */
import { EXIT, OscKollaError, usage } from "../system/errors.ts";
import { requireAll } from "./check.ts";
import { decide, type Decision } from "./decide.ts";
import { fingerprint } from "./fingerprint.ts";
import { findChange, listSettled } from "./outputs.ts";
import { forget, readRecord, writeRecord } from "./record.ts";
import type { AnyStage, Command, Parts, RunContext, StageContext, StageId } from "./stage.ts";

export interface StageReport {
  readonly id: StageId;
  readonly status: "done" | "up-to-date" | "skipped";
  readonly seconds: number;
  /** why it ran; undefined where it did not */
  readonly because?: string;
}

export interface AdvanceOptions {
  readonly toolVersion: string;
  /** run every stage, whatever is recorded */
  readonly force: boolean;
  /** run this stage and all after it, whatever is recorded */
  readonly from?: string | undefined;
  /** milliseconds of a clock that never goes back */
  readonly clock: () => number;
}

/** The stages that the wanted ones need, and those themselves, in an order in which they can run. */
export function inOrder(wanted: readonly AnyStage[]): AnyStage[] {
  const order = new Set<AnyStage>();
  const visit = (stage: AnyStage): void => {
    Object.values(stage.needs).forEach(visit);
    order.add(stage);
  };
  wanted.forEach(visit);
  return [...order];
}

/** The results so far, and what is known about the stages: the state of one run of the pipeline. */
export class Pipeline {
  readonly stages: readonly AnyStage[];
  readonly #options: AdvanceOptions;
  readonly #results = new Map<AnyStage, unknown>();
  #checked = false;

  constructor(wanted: readonly AnyStage[], options: AdvanceOptions) {
    this.stages = inOrder(wanted);
    const { from } = options;
    const ids = this.stages.map(({ id }) => id);
    if (from !== undefined && !ids.some((id) => id === from)) {
      throw usage(`--from ${from}: the stages are ${ids.join(", ")}`);
    }
    this.#options = options;
  }

  /** The result of a stage of this run; undefined when it has none (yet). */
  resultOf(stage: AnyStage): unknown {
    return this.#results.get(stage);
  }

  /** Looks whether a stage would run, without running it; its recorded result counts from then on. */
  async look(stage: AnyStage, context: StageContext): Promise<Decision> {
    return (await this.#look(stage, context)).decision;
  }

  /** The commands that a stage would start, were it run now. */
  async commandsOf(stage: AnyStage, context: StageContext): Promise<readonly Command[]> {
    return (await stage.commands?.(this.#inputs(stage), context)) ?? [];
  }

  async #look(stage: AnyStage, context: StageContext): Promise<{ decision: Decision; parts: Parts | undefined }> {
    const waiting = Object.values(stage.needs).find((need) => !this.#results.has(need));
    if (waiting !== undefined) {
      return { decision: { run: true, because: `it depends on what ${waiting.id} will give` }, parts: undefined };
    }
    const { toolVersion } = this.#options;
    const parts = await stage.inspect(this.#inputs(stage), context);
    const record = await readRecord(context.paths.state, stage.id);
    const damage =
      record === undefined
        ? undefined
        : ((await findChange(record.outputs, stage.outputs(record.result, context))) ??
          (await stage.verify?.(record.result, context)));
    const decision = decide({ id: stage.id, toolVersion, parts, record, damage, force: this.#forcedBy(stage) });
    if (!decision.run) this.#results.set(stage, decision.finished.result);
    return { decision, parts };
  }

  /** The option that has a stage run in any case; undefined: none. */
  #forcedBy(stage: AnyStage): string | undefined {
    const { force, from } = this.#options;
    if (force) return "--force";
    const first = this.stages.findIndex(({ id }) => id === from);
    return first !== -1 && this.stages.indexOf(stage) >= first ? `--from ${String(from)}` : undefined;
  }

  /** Brings a stage up to date. Its needs must be up to date already. */
  async advance(stage: AnyStage, context: RunContext): Promise<StageReport> {
    const started = this.#options.clock();
    const { decision, parts } = await this.#look(stage, context).catch(async (thrown: unknown) => {
      // what is missing already for looking is told with all else that is
      if (thrown instanceof OscKollaError && thrown.exitCode === EXIT.missing) await this.#check(stage, context);
      throw thrown;
    });
    if (!decision.run) return { id: stage.id, status: "up-to-date", seconds: this.#since(started) };

    await this.#check(stage, context);
    await forget(context.paths.state, stage.id);
    const result = await stage.run(this.#inputs(stage), context);
    await this.#record(stage, parts ?? (await stage.inspect(this.#inputs(stage), context)), result, context);
    this.#results.set(stage, result);
    return { id: stage.id, status: "done", seconds: this.#since(started), because: decision.because };
  }

  /** Before the first stage that runs: what it and the later ones need of the machine must be there. */
  async #check(first: AnyStage, context: StageContext): Promise<void> {
    if (this.#checked) return;
    const ahead = this.stages.slice(this.stages.indexOf(first));
    await requireAll(
      ahead.flatMap(({ checks = [] }) => checks),
      context,
    );
    this.#checked = true;
  }

  /** The parts are those from before the run: what changed in the meantime makes the next one run again. */
  async #record(stage: AnyStage, parts: Parts | undefined, result: unknown, context: StageContext): Promise<void> {
    if (parts === undefined) return;
    await writeRecord(context.paths.state, stage.id, {
      fingerprint: fingerprint(stage.id, this.#options.toolVersion, parts),
      parts,
      result,
      outputs: await listSettled(stage.outputs(result, context)),
    });
  }

  #inputs(stage: AnyStage): Record<string, unknown> {
    return Object.fromEntries(Object.entries(stage.needs).map(([name, need]) => [name, this.#results.get(need)]));
  }

  #since(started: number): number {
    return Math.round(this.#options.clock() - started) / 1000;
  }
}
