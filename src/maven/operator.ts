// SPDX-License-Identifier: Apache-2.0
/** The operator's own settings.xml, which Maven reads beside ours; we read where it has artifacts come from. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import fsExtra from "fs-extra";
import { type Environment, homeOf } from "../system/environment.ts";
import { badConfiguration, messageOf } from "../system/errors.ts";
import { rememberSecret } from "../system/secrets.ts";
import { interpolate, variablesIn } from "./repositories.ts";
import type { Mirror, Repository } from "./settings.ts";

export interface OperatorSettings {
  /** absolute path; given to Maven with -gs, never copied */
  readonly file: string;
  /** absolute path of the settings-security.xml with which his passwords are decrypted; undefined: none */
  readonly security: string | undefined;
  /** of the file, in hex */
  readonly digest: string;
  /** the names of the variables that Maven fills in there: of proxies and servers too */
  readonly variables: readonly string[];
  readonly mirrors: readonly Mirror[];
  /** of all his profiles */
  readonly repositories: readonly Repository[];
}

interface Named {
  readonly id?: string;
  readonly url?: string;
  readonly mirrorOf?: string;
  readonly username?: string;
  readonly password?: string;
}

interface Profile {
  readonly repositories?: { readonly repository?: readonly Named[] };
}

interface Settings {
  readonly mirrors?: { readonly mirror?: readonly Named[] };
  readonly servers?: { readonly server?: readonly Named[] };
  readonly profiles?: { readonly profile?: readonly Profile[] };
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (_name, path) =>
    /\.(mirrors\.mirror|servers\.server|profiles\.profile|repositories\.repository)$/.test(String(path)),
});

/**
 * Finds the operator's settings.xml.
 *
 * @param given the one of our settings; without it, the one in his ~/.m2
 * @returns undefined where there is none
 * @throws BAD_CONFIGURATION (exit 2) when it cannot be read
 */
export async function findOperatorSettings(
  given: string | undefined,
  env: Environment,
): Promise<OperatorSettings | undefined> {
  const home = homeOf(env);
  const inHome = (name: string) => (home === undefined ? undefined : join(home, ".m2", name));
  const file = given ?? (await existing(inHome("settings.xml")));
  if (file === undefined) return undefined;
  const content = await readFile(file, "utf8").catch((thrown: unknown) => {
    throw badConfiguration([`maven.settings: ${messageOf(thrown)}`]);
  });
  for (const secret of secretsIn(content)) rememberSecret(interpolate(secret, env));
  return {
    file,
    security: await existing(inHome("settings-security.xml")),
    digest: createHash("sha256").update(content).digest("hex"),
    variables: variablesIn(content),
    ...placesOf(content),
  };
}

const existing = async (path: string | undefined): Promise<string | undefined> =>
  path !== undefined && (await fsExtra.pathExists(path)) ? path : undefined;

/** Mirrors and repositories, with the credentials that are not encrypted; nothing from a file that is no XML. */
function placesOf(content: string): Pick<OperatorSettings, "mirrors" | "repositories"> {
  const settings = read(content);
  const servers = settings.servers?.server ?? [];
  const complete = ({ id = "", url = "" }: Named): Repository => {
    const { username, password } = servers.find((server) => server.id === id) ?? {};
    return password?.includes("{") === true && !password.includes("${") ? { id, url } : { id, url, username, password };
  };
  const mirrors = settings.mirrors?.mirror ?? [];
  const repositories = (settings.profiles?.profile ?? []).flatMap((profile) => profile.repositories?.repository ?? []);
  return {
    mirrors: mirrors.map((mirror) => ({ ...complete(mirror), of: mirror.mirrorOf ?? "" })),
    repositories: repositories.map(complete),
  };
}

/** What stands in a <password> and its like, and in the <value> of a header that Maven sends. */
const SECRET = /<([\w.-]*(?:password|passphrase|secret|token)[\w.-]*|value)>(.*?)<\/\1>/gis;

/** A <value> that is shorter is none of a header that lets anybody in. */
const SHORTEST_HEADER = 12;

/** Before anything is parsed: Maven quotes the lines of a file that is no XML. */
function secretsIn(content: string): string[] {
  const found = [...content.matchAll(SECRET)].map(([, tag = "", text = ""]) => [tag, textOf(text)] as const);
  return found.filter(([tag, text]) => tag !== "value" || text.length >= SHORTEST_HEADER).map(([, text]) => text);
}

/** A text without the escapes of XML. */
function textOf(xml: string): string {
  const { x } = parser.parse(`<x>${xml}</x>`) as { readonly x?: unknown };
  return typeof x === "string" ? x : xml.trim();
}

function read(content: string): Settings {
  try {
    return (parser.parse(content) as { settings?: Settings }).settings ?? {};
  } catch {
    // Maven will say what is wrong with it
    return {};
  }
}

/** Whether a mirror stands for a repository, by Maven's rules for mirrorOf. */
export function isMirrored({ id, url }: Repository, { of }: Mirror): boolean {
  const patterns = of.split(",").map((pattern) => pattern.trim());
  if (patterns.includes(`!${id}`)) return false;
  if (patterns.includes(id) || patterns.includes("*")) return true;
  const isExternal = !url.startsWith("file:") && !/^\w+:\/\/(localhost|127\.0\.0\.1)([:/]|$)/.test(url);
  return (
    isExternal &&
    patterns.some((pattern) => pattern === "external:*" || (pattern === "external:http:*" && url.startsWith("http:")))
  );
}
