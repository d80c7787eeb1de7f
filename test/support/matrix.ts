// SPDX-License-Identifier: Apache-2.0
/**
 * The table of docs/matrix.md: what a test has built or rendered stands there. `make test-matrix` has the tests record what
 * they did instead, and writes the table of that.
 */
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { cellOf, type Engine, type Ran } from "../../scripts/docs/matrix.ts";
import { ROOT } from "./e2e.ts";

/** Which engine a result of ours was built by. */
export const engineOf = (buildkit: boolean): Engine => (buildkit ? "BuildKit" : "classic");

/** Notes that images were built or rendered; without `make test-matrix`, makes sure that the table says the same. */
export async function noteRan(ran: Ran): Promise<void> {
  const record = process.env["MATRIX_RECORD"];
  if (record !== undefined) return appendFile(record, `${JSON.stringify(ran)}\n`);
  const page = await readFile(join(ROOT, "docs/matrix.md"), "utf8");
  const said = cellOf(page, ran);
  const wanted = ran.outcome === "built" ? /^built/ : /^(built|rendered)/;
  expect(said, `docs/matrix.md of ${JSON.stringify(ran)}: make test-matrix writes it`).to.match(wanted);
}
