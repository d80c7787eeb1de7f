// SPDX-License-Identifier: Apache-2.0
/** The JSON schema of the settings' file, by which editors complete and check it. */
import * as z from "zod";
import { schema } from "./schema.ts";
import { isSection } from "./settings.ts";
import type { Notes } from "./values.ts";

/** What is ours alone in a type's notes. */
const OWN: Readonly<Record<keyof Notes, true>> = { allowed: true, relative: true, secret: true, variable: true };

type Json = Record<string, unknown>;

/** The schema as draft-07, the one that all editors know. */
export function jsonSchema(): Json {
  const made = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema: json, path }) => {
      for (const name of Object.keys(OWN)) Reflect.deleteProperty(json, name);
      // ["properties", "kolla", "properties", "tag"]
      const key = path.filter((_, index) => index % 2 === 1).join(".");
      const isWhole = path.length % 2 === 0 && path.every((name, index) => index % 2 === 1 || name === "properties");
      // every section may be left out, or have nothing in it yet
      if (isWhole && (key === "" || isSection(key))) Reflect.deleteProperty(json, "required");
      if (isWhole && isSection(key)) json.type = ["object", "null"] as unknown as "object";
    },
  });
  return { ...made, title: "Settings of osc-kolla" };
}
