// SPDX-License-Identifier: Apache-2.0
/** The pages of docs/ that are made from the code. */
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { ERROR_DOCS } from "./errors/index.ts";
import { oraclePage } from "./oracle/page.ts";
import { settingsPage } from "./settings.ts";

const ROOT = new URL("../../", import.meta.url);

/** By path in the checkout, what makes each. */
const PAGES: Readonly<Record<string, () => string>> = {
  "docs/settings.md": settingsPage,
  "docs/oracle.md": oraclePage,
  ...ERROR_DOCS,
};

export interface Page {
  /** absolute path */
  readonly file: string;
  readonly content: string;
}

/** Every page as it should be, formatted as all else is. */
export function makePages(): Promise<Page[]> {
  return Promise.all(
    Object.entries(PAGES).map(async ([path, make]) => {
      const file = fileURLToPath(new URL(path, ROOT));
      const style = await resolveConfig(file);
      return { file, content: await format(make(), { ...style, parser: "markdown" }) };
    }),
  );
}
