// SPDX-License-Identifier: Apache-2.0
/** Stages that do nothing but note that they ran, and a context to run them in. */
import { join } from "node:path";
import { pathsOf } from "../../src/pipeline/paths.ts";
import type { AnyStage, Parts, RunContext, StageId } from "../../src/pipeline/stage.ts";
import type { OscKollaError } from "../../src/system/errors.ts";
import { RunLog } from "../../src/system/log.ts";
import { configWith } from "./unit-config.ts";
import { put } from "./unit-folder.ts";

export interface FakeStage extends AnyStage {
  /** what its fingerprint is made of beside its needs' results; undefined: not to be known without running */
  parts: Parts | undefined;
  /** what is missing on the machine */
  missing: OscKollaError | undefined;
  /** thrown by the next runs */
  failure: Error | undefined;
  /** what verify finds wrong */
  lost: string | undefined;
  /** reported while it runs */
  lines: readonly string[];
}

interface Result {
  readonly file: string;
  readonly of: string;
}

/**
 * A stage whose result and output file are a function of its parts and its needs' results.
 *
 * @param events gets "check ID" and "run ID" as they happen
 */
export function fakeStage(id: StageId, needs: readonly FakeStage[], folder: () => string, events: string[]): FakeStage {
  const stage: FakeStage = {
    id,
    title: `Stage ${id}`,
    needs: Object.fromEntries(needs.map((need) => [need.id, need])),
    parts: { given: "one" },
    missing: undefined,
    failure: undefined,
    lost: undefined,
    lines: [],
    checks: [
      {
        id,
        title: `Check ${id}`,
        run: () => {
          events.push(`check ${id}`);
          const error = stage.missing;
          return Promise.resolve(error && { level: "bad", found: error.reason, mend: String(error.hint), error });
        },
      },
    ],
    inspect: (inputs) => {
      const of = Object.values(inputs as Record<string, Result>).map((input) => input.of);
      return Promise.resolve(stage.parts === undefined ? undefined : { ...stage.parts, of });
    },
    outputs: (result) => [(result as Result).file],
    verify: () => Promise.resolve(stage.lost),
    run: async (inputs, context) => {
      events.push(`run ${id}`);
      for (const line of stage.lines) context.progress(line);
      if (stage.failure !== undefined) throw stage.failure;
      const of = JSON.stringify([id, stage.parts, inputs]);
      const file = await put(join(folder(), "out", id), of);
      return { file, of };
    },
  };
  return stage;
}

/** A context in which nothing of the machine is seen. */
export function fakeContext(folder: string): RunContext {
  const config = configWith({ work_dir: join(folder, "work"), output_dir: join(folder, "out") });
  return {
    config,
    paths: pathsOf(config),
    env: {},
    cwd: folder,
    kollaArguments: [],
    network: true,
    offline: false,
    remember: (_name, _files, ask) => ask(),
    signal: new AbortController().signal,
    log: new RunLog(join(folder, "work/logs"), new Date(0)),
    progress: () => undefined,
    warn: () => undefined,
  };
}
