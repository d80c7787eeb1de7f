// SPDX-License-Identifier: Apache-2.0
/** `npm run docs`: writes the pages that are made from the code. */
import fsExtra from "fs-extra";
import { makePages } from "./pages.ts";

for (const { file, content } of await makePages()) await fsExtra.outputFile(file, content);
