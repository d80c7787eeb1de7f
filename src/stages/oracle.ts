// SPDX-License-Identifier: Apache-2.0
/** The oracle: what the installed kolla makes of a configuration, and what another one would. */
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { inQuotes, nearest } from "../config/nearest.ts";
import { kollaArguments } from "../kolla/arguments.ts";
import { findOperatorConfiguration } from "../kolla/operator.ts";
import { askOracle, type OracleAnswer } from "../kolla/oracle.ts";
import { findOtherKolla } from "../kolla/other.ts";
import { findKolla, type KollaProgram } from "../kolla/program.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { usage } from "../system/errors.ts";
import { confOf, IMAGES, PROFILE } from "./context.ts";
import { copyTemplates, profileConf } from "./templates.ts";
import { findings, type Told, type Upgrade, upgradeOf } from "./oracle-words.ts";

export interface OracleQuestion {
  /** the image whose Dockerfile is wanted; undefined: ours, and every other one is rendered too */
  readonly image: string | undefined;
  /** another kolla: a folder or program, or a release; undefined: nothing is compared */
  readonly against: string | undefined;
}

export interface Oracle {
  readonly kolla: KollaProgram;
  /** the arguments of kolla-build that are looked at */
  readonly args: readonly string[];
  readonly answer: OracleAnswer;
  readonly findings: readonly Told[];
  readonly upgrade: { readonly kolla: KollaProgram; readonly changes: Upgrade } | undefined;
}

/**
 * Asks the installed kolla. What is rendered lies in a folder for temporary files, and is removed.
 *
 * @throws USAGE (exit 2) for an image that there is not
 * @throws MISSING (exit 3) without a kolla that can be asked
 */
export async function askKolla({ image, against }: OracleQuestion, context: StageContext): Promise<Oracle> {
  const { cwd, env, signal } = context;
  const kolla = await findKolla(context);
  const other = against === undefined ? undefined : await findOtherKolla(against, kolla, context);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "osc-kolla-")));
  try {
    const isOurs = image === undefined || IMAGES.some((one) => one === image);
    const line = isOurs ? await ourLine(folder, context) : { args: context.kollaArguments, notes: [] };
    const show = image === undefined ? [...IMAGES] : [image];
    // kolla-build as our run starts it sees no OS_…
    const environment = childEnvironment(env, isOurs ? {} : variablesOfOslo(env));
    const ask = (one: KollaProgram, name: string, before: string | null) =>
      askOracle(
        one,
        { args: line.args, show, all: image === undefined, folder: join(folder, name), before },
        { env: environment, cwd, signal },
      );
    const answer = await ask(kolla, "now", null);
    requireImage(image, answer, kolla);
    const changes = other === undefined ? undefined : upgradeOf(answer, await ask(other, "then", join(folder, "now")));
    const upgrade = other === undefined || changes === undefined ? undefined : { kolla: other, changes };
    return { kolla, args: line.args, answer, findings: [...line.notes, ...findings(answer)], upgrade };
  } finally {
    await fsExtra.remove(folder);
  }
}

/** The line of a run of ours. What `context` has not written yet is taken from our templates, without the payload. */
async function ourLine(folder: string, context: StageContext): Promise<{ args: readonly string[]; notes: Told[] }> {
  const { config, kollaArguments: given } = context;
  const operator = await findOperatorConfiguration(context);
  const written = confOf(context);
  const isWritten = await fsExtra.pathExists(written);
  const conf = isWritten ? written : await writeWithoutPayload(join(folder, "context"));
  const note: Told = {
    id: "kolla-context",
    title: "context",
    level: "good",
    found: `${written} is not written yet: our templates are looked at without the payload of osc-base`,
    mend: "",
  };
  return { args: [...kollaArguments(config, operator, conf, PROFILE), ...given], notes: isWritten ? [] : [note] };
}

async function writeWithoutPayload(folder: string): Promise<string> {
  await copyTemplates(IMAGES, join(folder, "docker"));
  const conf = join(folder, "kolla-build.conf");
  await fsExtra.writeFile(conf, profileConf({ profile: PROFILE, images: IMAGES }, folder, "For the oracle alone."));
  return conf;
}

/** What oslo.config takes for options of an operator who starts kolla-build himself: OS_DEFAULT__BASE and the like. */
const variablesOfOslo = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => /^OS_\w+?__/.test(name)));

/** @throws USAGE (exit 2) */
function requireImage(image: string | undefined, { images }: OracleAnswer, { version }: KollaProgram): void {
  // none is known where kolla stops before
  if (image === undefined || images.length === 0 || images.includes(image)) return;
  const near = nearest(image, images);
  const instead = near === undefined ? `it has ${String(images.length)} others` : `did you mean ${near}?`;
  throw usage(`kolla ${version}, with these docker_dirs, has no image ${inQuotes(image)}; ${instead}`);
}
