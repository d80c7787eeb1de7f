// SPDX-License-Identifier: Apache-2.0
/** write-matrix.ts RECORD: writes docs/matrix.md of what `make test-matrix` recorded, a line of JSON for each thing that ran. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { matrixPage, type Ran } from "./matrix.ts";

const lines = (await readFile(String(process.argv[2]), "utf8")).trim().split("\n");
const ran = lines.map((line) => JSON.parse(line) as Ran);
const file = fileURLToPath(new URL("../../docs/matrix.md", import.meta.url));
await writeFile(file, await format(matrixPage(ran), { ...(await resolveConfig(file)), parser: "markdown" }));
