// SPDX-License-Identifier: Apache-2.0
/** What jars say of their licences. */
import type { Licence } from "./part.ts";

/** A clause of an OSGi header: up to a comma that no quotation marks are around. */
const CLAUSE = /(?:[^,"]|"[^"]*")+/g;

/** A part of a clause: up to a semicolon that no quotation marks are around. */
const PART = /(?:[^;"]|"[^"]*")+/g;

/** Says that the licences are told elsewhere (OSGi Core, 3.2.1.10). */
const ELSEWHERE = "<<EXTERNAL>>";

/** The licences in the header Bundle-License: `Apache-2.0; link="http://…"; description="…", …`. */
export function bundleLicences(header: string): Licence[] {
  const clauses = header.match(CLAUSE) ?? [];
  return distinct(
    clauses.flatMap((clause) => {
      const [name = "", ...attributes] = (clause.match(PART) ?? []).map((part) => part.trim());
      const link = attributes.map((one) => /^link\s*=\s*"?([^"]*)"?$/.exec(one)?.[1]).find((one) => one !== undefined);
      return name === "" || name === ELSEWHERE ? [] : [licence(name, link)];
    }),
  );
}

/** The licences of a pom. */
export function pomLicences(found: readonly { readonly name?: unknown; readonly url?: unknown }[]): Licence[] {
  return distinct(
    found.flatMap(({ name, url }) => {
      const [known, address] = [wordsOf(name), wordsOf(url)];
      return known === "" && address === "" ? [] : [licence(known || address, address)];
    }),
  );
}

const wordsOf = (value: unknown): string => (typeof value === "string" ? value.replaceAll(/\s+/g, " ").trim() : "");

function licence(name: string, link: string | undefined): Licence {
  const url = [link, name].find((one) => one !== undefined && /^https?:\/\/\S+$/.test(one) && URL.canParse(one));
  return url === undefined ? { name } : { name, url };
}

function distinct(all: readonly Licence[]): Licence[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
