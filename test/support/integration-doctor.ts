// SPDX-License-Identifier: Apache-2.0
/** Running doctor, on this machine and on ones that lack something. */
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../src/cli/findings.ts";
import { CHECKOUT, type Run, type RunOptions, type Sandbox } from "./sandbox.ts";

/** A line of sh that goes on in namespaces of its own, in which `prepare` has changed the machine. */
export const within = (flags: string, prepare: string): Pick<RunOptions, "before"> => ({
  before: `exec unshare ${flags} sh -c '${prepare} || exit 99; exec "$@"' sh "$@"`,
});
export const hasNamespaces = (...flags: string[]): boolean => spawnSync("unshare", [...flags, "true"]).status === 0;

/** Options of a run that does not know what `make setup` recorded in this checkout, as the address of its engine. */
export function withoutRecord(box: Sandbox): Pick<RunOptions, "before"> {
  const record = join(CHECKOUT, ".osc-kolla/setup.json");
  return existsSync(record) ? within("-rm", `mount --bind ${box.write("no-record.json", "{}")} ${record}`) : {};
}

/** What a check found, as `doctor --json` tells it. */
export async function report(box: Sandbox, args: readonly string[] = [], options: RunOptions = {}) {
  const run = await box.run(["doctor", "--json", ...args], options);
  expect(run.stdout.split("\n"), run.stderr).to.have.lengthOf(2);
  expect(run.stderr).to.equal("");
  const { ok, checks } = JSON.parse(run.stdout) as Report;
  expect(run.code).to.equal(ok ? 0 : 3);
  const of = (id: string) => {
    const check = checks.find((one) => one.id === id);
    if (check === undefined) throw new Error(`there is no ${id} in ${run.stdout}`);
    return check;
  };
  const idsOf = (level: string) => checks.filter((one) => one.level === level).map(({ id }) => id);
  return { ok, checks, of, bad: idsOf("bad"), warnings: idsOf("warning") };
}

export function expectTold(run: Run, code: number, ...facts: readonly string[]): void {
  expect(run.code, run.stdout + run.stderr).to.equal(code);
  expect(run.stderr).to.equal("");
  for (const fact of facts) expect(run.stdout).to.include(fact);
}
