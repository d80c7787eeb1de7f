// SPDX-License-Identifier: Apache-2.0
/** How long the command takes to say its version, beside an empty Node. */
import { inTurn } from "../measure.ts";
import { type Outcome, rowOf, rowsOf, type Target, wall } from "../report.ts";
import { COMMAND } from "../world.ts";

export async function start(rounds: number): Promise<Outcome> {
  const node = process.execPath;
  const contenders = [
    { name: "node -e 0", command: [node, "-e", "0"] },
    { name: "osc-kolla --version", command: [node, COMMAND, "--version"] },
    { name: "osc-kolla --help", command: [node, COMMAND, "--help"] },
  ];
  const samples = await inTurn(contenders, rounds, 1);
  const walls = contenders.map(({ name }) => [name, name, wall] as const);
  const cpus = contenders.map(({ name }) => [`${name}: CPU`, name, ({ cpu }: { cpu: number }) => cpu] as const);
  const rows = [...rowsOf(samples, walls, "node -e 0"), ...rowsOf(samples, cpus, "node -e 0: CPU")];
  const found = rowOf(rows, "osc-kolla --version").ratioOfMedian ?? NaN;
  const targets: Target[] = [{ what: "--version to node -e 0, median", limit: 1.3, is: "at most", found, unit: " ×" }];
  return { id: "start", title: "Start", unit: "s", rows, targets, notes: [] };
}
