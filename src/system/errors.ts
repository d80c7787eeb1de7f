// SPDX-License-Identifier: Apache-2.0
/**
 * Every error of the tool: what a person reads when something fails.
 *
 * Each function of the files errors-… makes one error and documents when it is raised. `what` says what was being done,
 * `cause` why it failed (the failing program's own words where there are any), `hint` what to do about it, `page` where
 * more is said: docs/errors has a page for each code, whose texts are in scripts/docs/errors/. What an error is stands in
 * error.ts.
 */
export { CODES, type ErrorCode, EXIT, type ExitCode, messageOf, OscKollaError } from "./error.ts";
export * from "./errors-build.ts";
export * from "./errors-run.ts";
export * from "./errors-source.ts";
