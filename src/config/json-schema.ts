// SPDX-License-Identifier: Apache-2.0
/** The JSON schema of the settings' file, by which editors complete and check it. */
import { z } from "zod";
import { schema } from "./schema.ts";
import { namesIn, SETTINGS } from "./settings.ts";
import type { Notes } from "./values.ts";

/** What is ours alone in a type's notes. */
const OWN: Readonly<Record<keyof Notes, true>> = { allowed: true, relative: true, secret: true, variable: true };

type Json = Record<string, unknown>;

/** The schema as draft-07, the one that all editors know. */
export function jsonSchema(): Json {
  const made = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema: json }) => {
      for (const name of Object.keys(OWN)) Reflect.deleteProperty(json, name);
    },
  }) as Json & { properties: Record<string, Json> };
  // every section may be left out, or have nothing in it yet
  Reflect.deleteProperty(made, "required");
  for (const name of namesIn("")) {
    if (SETTINGS.some(({ key }) => key === name)) continue;
    Object.assign(made.properties[name] ?? {}, { type: ["object", "null"] });
  }
  return { ...made, title: "Settings of osc-kolla" };
}
