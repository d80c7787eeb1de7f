// SPDX-License-Identifier: Apache-2.0
/** JSON for people and programs. */
import { mask } from "./secrets.ts";

/** A value as JSON, with the credentials in its texts masked. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? mask(part) : part), indent);
}
