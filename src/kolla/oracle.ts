// SPDX-License-Identifier: Apache-2.0
/**
 * Asking the installed kolla what it makes of a configuration: a script of ours (kolla-oracle/) runs in its Python, on its
 * own code. It tells facts; the words for them are in src/stages/oracle.ts.
 */
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { missing } from "../system/errors.ts";
import { ORACLE } from "../system/package.ts";
import { lastLines, runProcess } from "../system/process.ts";
import { rememberSecretsIn } from "../system/secrets.ts";
import { type KollaPlace, PYTHON_HINT } from "./program.ts";

/** A line of a file of the operator's; null: of the file as a whole. */
const place = z.strictObject({ file: z.string(), line: z.int().nullable() });

const known = z.array(z.string());

/** What may be wrong. A place that is null is the command line, or none that kolla tells. */
const fact = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("refused"), message: z.string(), place: place.nullable(), images: known }),
  z.strictObject({
    kind: z.literal("bad-value"),
    section: z.string(),
    name: z.string(),
    message: z.string(),
    place: place.nullable(),
  }),
  z.strictObject({ kind: z.literal("default-file-off"), file: z.string(), options: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal("missing-path"),
    name: z.string(),
    path: z.string(),
    relative: z.boolean(),
    fatal: z.boolean(),
    place: place.nullable(),
  }),
  z.strictObject({ kind: z.literal("unknown-section"), section: z.string(), known, place }),
  z.strictObject({
    kind: z.literal("unknown-option"),
    section: z.string(),
    name: z.string(),
    known,
    elsewhere: z.array(z.string()),
    place,
  }),
  z.strictObject({ kind: z.literal("profiles-off"), profiles: known, patterns: known }),
  z.strictObject({ kind: z.literal("no-profile"), name: z.string(), known, place: place.nullable() }),
  z.strictObject({
    kind: z.literal("no-match"),
    of: z.string(),
    pattern: z.string(),
    known,
    place: place.nullable(),
    message: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal("same-name"),
    name: z.string(),
    folders: z.array(z.string()),
    replaced: z.string().nullable(),
  }),
  z.strictObject({ kind: z.literal("line-deleted"), line: z.string(), place }),
  z.strictObject({ kind: z.literal("block-twice"), name: z.string(), places: z.array(place) }),
  z.strictObject({ kind: z.literal("unknown-block"), name: z.string(), known, place }),
  z.strictObject({ kind: z.literal("unknown-customization"), name: z.string(), known, place }),
  z.strictObject({
    kind: z.literal("template-error"),
    message: z.string(),
    place: place.nullable(),
    images: z.array(z.string()),
  }),
]);

const origin = z.union([
  place,
  z.strictObject({ commandLine: z.literal(true) }),
  z.strictObject({ environment: z.string() }),
]);

const option = z.strictObject({
  section: z.string(),
  name: z.string(),
  value: z.union([z.string(), z.array(z.string())]).nullable(),
  /** none: kolla's default */
  origin: z.array(origin),
});

const rendered = z.strictObject({
  name: z.string(),
  /** the name behind FROM */
  from: z.string(),
  /** the image of that name, where kolla builds it */
  stands_on: z.string().nullable(),
  /** absolute path of its Dockerfile.j2 */
  template: z.string(),
  /** null: it was not asked for */
  dockerfile: z.string().nullable(),
});

const answer = z.strictObject({
  facts: z.array(fact),
  /** in the order in which kolla reads them */
  files: z.array(z.strictObject({ file: z.string(), default: z.boolean() })),
  options: z.array(option),
  /** the names of all images */
  images: z.array(z.string()),
  rendered: z.array(rendered),
  differences: z.array(z.strictObject({ name: z.string(), diff: z.string() })),
});

export type Place = z.output<typeof place>;
export type Fact = z.output<typeof fact>;
export type KollaOption = z.output<typeof option>;
export type OracleAnswer = z.output<typeof answer>;

export interface OracleRequest {
  /** the arguments of kolla-build */
  readonly args: readonly string[];
  /** the images whose Dockerfiles are wanted */
  readonly show: readonly string[];
  /** whether all others are rendered too, as kolla-build does */
  readonly all: boolean;
  /** absolute path of an empty folder to render in; null: nothing but files and options is looked at */
  readonly folder: string | null;
  /** such a folder, used by another kolla; null: nothing is compared */
  readonly before: string | null;
}

/** kolla itself takes 8 to 17 s for all templates on a quiet machine. */
const TIMEOUT = 300_000;

/**
 * @param env the environment that kolla-build would be given
 * @param cwd its working directory: what a relative path is relative to
 * @throws MISSING (exit 3) when this kolla cannot be asked
 */
export async function askOracle(
  { file, python }: KollaPlace,
  request: OracleRequest,
  {
    env,
    cwd,
    signal,
  }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string; readonly signal: AbortSignal },
): Promise<OracleAnswer> {
  const what = "asking kolla what it makes of the configuration";
  if (python === undefined) throw missing(what, `${file} is no script of a Python`, PYTHON_HINT);
  // -B: a checkout may be read-only
  const args = ["-B", ORACLE, JSON.stringify(request)];
  const result = await runProcess({ file: python, args, cwd, env, signal, timeout: TIMEOUT });
  if (result.exitCode !== 0) throw missing(what, `${python}: ${lastLines(result, 3)}`, OTHER_KOLLA);
  const told = answer.parse(JSON.parse(result.stdout));
  await Promise.all(told.files.map(async ({ file }) => rememberSecretsIn(await readFile(file, "utf8"))));
  return told;
}

const OTHER_KOLLA =
  "The releases 18 to 23 of kolla are known to answer; `osc-kolla doctor` looks whether this one starts.";
