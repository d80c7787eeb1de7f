// SPDX-License-Identifier: Apache-2.0
/** What a check is: data and one async function that looks at the machine, and changes nothing. */
import { fileSystem, OscKollaError, together } from "../system/errors.ts";
import type { StageContext } from "./stage.ts";

/** Nothing to mend. */
interface Good {
  readonly level: "good";
  /** what was found, as in a program's path and version */
  readonly found: string;
}

/** A run may go well all the same. */
export interface Warning {
  readonly level: "warning";
  readonly found: string;
  /** the command or sentence that mends it on this machine */
  readonly mend: string;
}

/** A run cannot go well. */
interface Bad {
  readonly level: "bad";
  readonly found: string;
  readonly mend: string;
  /** what the run ends with */
  readonly error: OscKollaError;
}

export type Finding = Good | Warning | Bad;

export interface Check {
  /** for programs: "kolla" */
  readonly id: string;
  /** for people: "kolla-build" */
  readonly title: string;
  /** @returns undefined where there is nothing to look at, or another check tells already why not */
  run(context: StageContext): Promise<Finding | undefined>;
}

/**
 * Makes a check of a function that looks.
 *
 * @param look gives what it found where that is good, else a warning; an error of the tool that it throws is a bad finding
 */
export function defineCheck(
  id: string,
  title: string,
  look: (context: StageContext) => Promise<string | Warning | undefined>,
): Check {
  const run = async (context: StageContext): Promise<Finding | undefined> => {
    try {
      const seen = await look(context);
      return typeof seen === "string" ? { level: "good", found: seen } : seen;
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error =
        thrown instanceof Error && "syscall" in thrown ? fileSystem(thrown as NodeJS.ErrnoException) : thrown;
      if (!(error instanceof OscKollaError)) throw thrown;
      return { level: "bad", found: error.reason, mend: error.hint ?? "", error };
    }
  };
  return { id, title, run };
}

/**
 * Waits for all that is looked at, however much of it fails.
 *
 * @throws the error of the tool that one of them throws; where several do, one that tells them all
 */
export async function requireEach<T>(looking: readonly Promise<T>[]): Promise<T[]> {
  const seen = await Promise.allSettled(looking);
  const reasons = seen.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  const errors = reasons.filter((reason) => reason instanceof OscKollaError);
  // what is no error of the tool is a defect, and comes first
  if (errors.length < reasons.length) throw reasons.find((reason) => !(reason instanceof OscKollaError));
  if (errors.length > 0) throw together(errors);
  return seen.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

export interface Seen {
  readonly check: Check;
  readonly finding: Finding;
}

/** Runs checks side by side, each once; what they found comes in their order. */
export async function runChecks(checks: readonly Check[], context: StageContext): Promise<Seen[]> {
  const seen = [...new Set(checks)].map(async (check) => ({ check, finding: await check.run(context) }));
  return (await Promise.all(seen)).filter((one): one is Seen => one.finding !== undefined);
}

/**
 * Makes sure that none of some checks finds anything bad.
 *
 * @throws the error of the bad finding; where there are several, one that tells them all
 */
export async function requireAll(checks: readonly Check[], context: StageContext): Promise<void> {
  const seen = await runChecks(checks, context);
  const errors = seen.flatMap(({ finding }) => (finding.level === "bad" ? [finding.error] : []));
  if (errors.length > 0) throw together(errors);
}
