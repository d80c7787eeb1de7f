// SPDX-License-Identifier: Apache-2.0
/** Reading what kolla-build prints and leaves. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
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

/** Which step of which image runs, from one line of output; undefined where the line does not tell. */
export function progressOf(line: string): string | undefined {
  const found = STEP.exec(line);
  if (found === null) return undefined;
  const [image, step, steps] = found.slice(1).filter((part) => (part as string | undefined) !== undefined);
  return `${String(image)}: step ${String(step)} of ${String(steps)}`;
}

/** What stands before the words of an image's build in kolla's own log lines. */
const PREFIX = /^(?:\d{4}-\d\d-\d\d [\d:.]+ \d+ )?(?:INFO|ERROR|WARNING|DEBUG):kolla\.[\w.-]+:/;

/**
 * The lines that say why the images failed: the end of the log of each failed image, else of kolla's own output.
 *
 * @param logs the folder given with --logs-dir; failed images have a link 000_FAILED_<name>.log there
 */
export async function failureLines(logs: string, tail: readonly string[]): Promise<string> {
  const names = (await fsExtra.pathExists(logs)) ? await readdir(logs) : [];
  const failed = names.filter((name) => name.startsWith("000_FAILED_")).sort();
  const told = await Promise.all(failed.map((name) => lastLines(join(logs, name), name)));
  const words = told.flat();
  return (words.length > 0 ? words : tail.filter((line) => line.trim() !== "").slice(-8)).join("\n");
}

async function lastLines(file: string, name: string): Promise<string[]> {
  const image = name.replace(/^000_FAILED_|\.log$/g, "");
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim() !== "");
  return [`${image}:`, ...lines.slice(-12).map((line) => `  ${line.replace(PREFIX, "")}`)];
}

/** kolla's own messages, each with what to do about it. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/has no payload/, "The template override that osc-kolla writes beside its kolla-build.conf was not in force."],
  [/Unable to connect to container engine daemon/, "Start the engine, or set engine.endpoint (DOCKER_HOST)."],
  [/Python library is not found/, "Install the engine's Python SDK beside kolla: pip install docker."],
  [/docker buildx" is not available/, "Install docker's buildx plugin, or set kolla.buildkit to false."],
  [/Syntax error in template/, "One of the template overrides is wrong; kolla names only the first file."],
  [/No space left on device/, "Make room for the engine's data."],
];

/** What to do about a failure, by kolla's own words. */
export function hintFor(words: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(words))?.[1];
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
