// SPDX-License-Identifier: Apache-2.0
/** What an error of the tool is. The errors themselves are in the files errors-….ts. */
import { mask } from "./secrets.ts";

/** The exit codes of the tool, as the product's contract names them. */
export const EXIT = {
  done: 0,
  defect: 1,
  usage: 2,
  missing: 3,
  source: 4,
  build: 5,
  staging: 6,
  images: 7,
  locked: 8,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT] | 129 | 130 | 143;

/** Every code. */
export const CODES = [
  "USAGE",
  "BAD_CONFIGURATION",
  "FILE_EXISTS",
  "UNKNOWN_PATH",
  "NOT_OURS",
  "MISSING",
  "NOT_HERE",
  "ENGINE_MISSING",
  "SOURCE_UNREACHABLE",
  "BAD_REF",
  "UNKNOWN_REF",
  "CLONE_DAMAGED",
  "NO_VERSION",
  "SOURCE_SHAPE",
  "LIBRARY_VERSION",
  "BAD_PATCH",
  "BAD_PLUGIN",
  "BAD_JRE",
  "BUILD_FAILED",
  "ARTIFACTS_MISSING",
  "REPOSITORY_REFUSES",
  "BAD_DISTRIBUTION",
  "STAGING_FAILED",
  "KOLLA_FAILED",
  "IMAGE_IN_USE",
  "SAVE_FAILED",
  "UNREADABLE",
  "NOT_AS_PUBLISHED",
  "LOCKED",
  "INTERRUPTED",
  "FILE_SYSTEM",
  "DEFECT",
] as const;

export type ErrorCode = (typeof CODES)[number];

interface ErrorFields {
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  /** what was being done, as a clause: "cloning https://…" */
  readonly what: string;
  /** why it failed, one or more lines */
  readonly cause: string;
  /** what a person can do about it */
  readonly hint?: string | undefined;
  /** absolute path of the whole log; of a defect, of the report */
  readonly log?: string | undefined;
  /** the errors that this one tells together */
  readonly parts?: readonly OscKollaError[];
}

/** The one error class of the tool. Credentials in URLs are masked: errors quote what people and programs wrote. */
export class OscKollaError extends Error {
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly reason: string;
  readonly hint: string | undefined;
  readonly log: string | undefined;
  /** path, in the checkout, of the page that tells more */
  readonly page: string;
  readonly parts: readonly OscKollaError[];

  constructor(fields: ErrorFields, options?: ErrorOptions) {
    super(mask(`${fields.what}: ${fields.cause}`), options);
    this.name = "OscKollaError";
    this.code = fields.code;
    this.exitCode = fields.exitCode;
    this.what = mask(fields.what);
    this.reason = mask(fields.cause);
    this.hint = fields.hint;
    this.log = fields.log;
    this.page = `docs/errors/${fields.code}.md`;
    this.parts = fields.parts ?? [];
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
