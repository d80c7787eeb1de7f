// SPDX-License-Identifier: Apache-2.0
/** Reading what kolla-build prints and leaves. */
import { readJson } from "../system/files.ts";

/** What `--summary-json-file` holds; see docs: exit code 0 does not mean built. */
export interface Summary {
  readonly built?: readonly { readonly name: string }[];
  readonly failed?: readonly { readonly name: string; readonly status?: string }[];
  readonly skipped?: readonly { readonly name: string }[];
}

/** @returns undefined when kolla-build wrote none, as it does on a template error or without an engine */
export async function readSummary(file: string): Promise<Summary | undefined> {
  return (await readJson(file)) as Summary | undefined;
}

/** Whether an image is there after the run: built, or skipped because it was there already. */
export function hasImage(summary: Summary | undefined, name: string): boolean {
  return [...(summary?.built ?? []), ...(summary?.skipped ?? [])].some((image) => image.name === name);
}

/**
 * "INFO:kolla.common.utils.osc-base:Step 3/12 : RUN …" (podman: STEP), and BuildKit's "#7 [ 3/12] RUN …", where a stage's
 * name may stand before the numbers, behind the same prefix.
 */
const STEP =
  /kolla\.common\.utils\.([\w-]+):(?:Step (\d+)\/(\d+)|STEP (\d+)\/(\d+)|#\d+ \[(?:[\w.-]+ )? *(\d+)\/(\d+)\])/;

/** With the classic builder the steps of an image come all at once when it is done: kolla's SDK collects them. */
const STARTED = /kolla\.common\.utils\.([\w-]+):Building started at /;

/** Which step of which image runs, or which image, from one line of output; undefined where the line does not tell. */
export function progressOf(line: string): string | undefined {
  const started = STARTED.exec(line)?.[1];
  if (started !== undefined) return `${started}: being built`;
  const found = STEP.exec(line);
  if (found === null) return undefined;
  const [image, step, steps] = found.slice(1).filter((part) => (part as string | undefined) !== undefined);
  return `${String(image)}: step ${String(step)} of ${String(steps)}`;
}

/**
 * The full name of an image in the engine, with the registry, namespace, prefix and tag that were in force: kolla wrote
 * its parent's name into the rendered Dockerfile.
 *
 * @param dockerfile the rendered Dockerfile of an image whose parent is `parent`
 */
export function imageName(dockerfile: string, parent: string, name: string): string | undefined {
  const from = /^FROM\s+(\S+)/m.exec(dockerfile)?.[1];
  const [, before, tag] = from === undefined ? [] : (new RegExp(`^(.*)${parent}(:[^/]*)$`).exec(from) ?? []);
  return before === undefined || tag === undefined ? undefined : `${before}${name}${tag}`;
}
