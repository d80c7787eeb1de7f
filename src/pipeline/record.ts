// SPDX-License-Identifier: Apache-2.0
/** The record of finished stages: a file for each, written only after the stage's outputs are in place. */
import { join } from "node:path";
import fsExtra from "fs-extra";
import { readJson, writeJson } from "../system/files.ts";
import type { OutputList } from "./outputs.ts";
import type { Parts, StageId } from "./stage.ts";

/** Raised when the shape below, or that of any stage's result, changes: records of another format are not read. */
const FORMAT = 2;

export interface Finished {
  readonly fingerprint: string;
  /** what the fingerprint was made of, to say why a later one differs */
  readonly parts: Parts;
  readonly result: unknown;
  readonly outputs: OutputList;
}

const fileOf = (stateDir: string, id: StageId): string => join(stateDir, `stage-${id}.json`);

/** What is recorded of a stage; undefined when it never finished (or the record cannot be read). */
export async function readRecord(stateDir: string, id: StageId): Promise<Finished | undefined> {
  const record = (await readJson(fileOf(stateDir, id))) as (Finished & { format: number }) | undefined;
  return record?.format === FORMAT ? record : undefined;
}

export async function writeRecord(stateDir: string, id: StageId, finished: Finished): Promise<void> {
  await writeJson(fileOf(stateDir, id), { format: FORMAT, ...finished });
}

/** Forgets a stage before it runs again: what it is about to replace can no longer be trusted. */
export async function forget(stateDir: string, id: StageId): Promise<void> {
  await fsExtra.remove(fileOf(stateDir, id));
}
