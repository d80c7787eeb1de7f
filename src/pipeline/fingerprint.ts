// SPDX-License-Identifier: Apache-2.0
/** Fingerprints: one digest of all that a stage's result depends on. */
import { createHash } from "node:crypto";
import type { Json, Parts, StageId } from "./stage.ts";

/**
 * The fingerprint of a stage's result.
 *
 * @param toolVersion our own version: another one may make something else of the same parts
 * @returns 64 hex digits; the same for equal parts, in whatever order their keys come
 */
export function fingerprint(id: StageId, toolVersion: string, parts: Parts): string {
  return createHash("sha256").update(canonical({ id, toolVersion, parts })).digest("hex");
}

/** JSON with the keys of every object sorted. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonical(one)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value as Readonly<Record<string, Json>>).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
