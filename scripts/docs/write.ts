// SPDX-License-Identifier: Apache-2.0
/** `npm run docs`: writes the pages that are made from the code. */
import { writeFile } from "node:fs/promises";
import { makePages } from "./pages.ts";

for (const { file, content } of await makePages()) await writeFile(file, content);
