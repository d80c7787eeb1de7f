// SPDX-License-Identifier: Apache-2.0
/** What a page of docs/errors is made of. */
import type { ErrorCode, OscKollaError } from "../../../src/system/errors.ts";

/** Texts are Markdown. */
interface ErrorPage {
  /** one line, for the table of all codes */
  readonly summary: string;
  /** what it means, and what it does not */
  readonly means: string;
  /** when it is raised, an item each */
  readonly raised: readonly string[];
  /** what to do, step by step */
  readonly steps: readonly string[];
  /** made by the function that raises it */
  readonly example: OscKollaError;
  /** keys of the settings that have to do with it; "plugins" for all of plugins.… */
  readonly settings: readonly string[];
  /** the file, and the title in it, of the test that raises it by breaking something real */
  readonly test: readonly [file: string, title: string];
}

export type ErrorPages<Code extends ErrorCode = ErrorCode> = Readonly<Record<Code, ErrorPage>>;
