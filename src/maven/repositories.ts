// SPDX-License-Identifier: Apache-2.0
/** Which repositories Maven asks, and in whose place. */
import { fileURLToPath } from "node:url";
import type { Config } from "../config/schema.ts";
import type { Environment } from "../system/environment.ts";
import type { Mirror, Repository } from "./settings.ts";

/** A repository that poms name, and what answers in its place; undefined: nothing is there any more. */
export interface Answered {
  readonly id: string;
  readonly https: string | undefined;
}

export interface Repositories {
  readonly mirrors: readonly Mirror[];
  readonly repositories: readonly Repository[];
}

/** The id of maven.mirror. */
export const MIRROR_OF_ALL = "osc-kolla-mirror";

/** Every repository of the settings, the mirror too. */
export function configuredRepositories(config: Pick<Config, "maven">): Repository[] {
  const { mirror } = config.maven;
  return [...namedRepositories(config), ...(mirror === undefined ? [] : [repositoryOf(MIRROR_OF_ALL, mirror)])];
}

function namedRepositories({ maven }: Pick<Config, "maven">): Repository[] {
  return Object.entries(maven.repositories).map(([id, given]) => repositoryOf(id, given));
}

function repositoryOf(id: string, given: Config["maven"]["repositories"][string]): Repository {
  return typeof given === "string" ? { id, url: given } : { id, ...given };
}

/**
 * What goes into settings.xml.
 *
 * A mirror keeps the id of what it stands for: the local repository remembers from which id a file came, and one that
 * was filled by another build counts.
 *
 * @param named the repositories of OSC's poms
 * @param silent ids of those that do not answer, the settings' own too
 * @param empty URL of an empty repository, which answers at once in the place of what is gone
 */
export function chooseRepositories(
  config: Pick<Config, "maven">,
  named: readonly Answered[],
  silent: readonly string[],
  empty: string,
): Repositories {
  const answers = (one: Repository): Repository => (silent.includes(one.id) ? { id: one.id, url: empty } : one);
  const configured = namedRepositories(config).map(answers);
  const { mirror } = config.maven;
  const own = configured.filter(({ id }) => !named.some((one) => one.id === id));
  const replaced = configured.filter((one) => !own.includes(one)).map((one): Mirror => ({ ...one, of: one.id }));
  if (mirror !== undefined) {
    const others = ["*", ...own.map(({ id }) => `!${id}`)].join(",");
    return { mirrors: [...replaced, { ...repositoryOf(MIRROR_OF_ALL, mirror), of: others }], repositories: own };
  }
  const answered = named
    .filter(({ id }) => !replaced.some((one) => one.id === id))
    .map(({ id, https }): Mirror => ({ id, of: id, url: silent.includes(id) ? empty : (https ?? empty) }));
  return { mirrors: [...replaced, ...answered], repositories: own };
}

/** `${env.NAME}`, as Maven interpolates it in a settings.xml. */
const VARIABLE = /\$\{env\.([A-Za-z_]\w*)\}/g;

/** The names of the variables that repositories take something from: Maven must see them. */
export function variablesOf(repositories: readonly Repository[]): string[] {
  return repositories.flatMap(({ url, username = "", password = "" }) =>
    variablesIn([url, username, password].join(" ")),
  );
}

/** The names of the variables that a text, such as a settings.xml, is filled in with. */
export const variablesIn = (text: string): string[] => [...text.matchAll(VARIABLE)].map(([, name]) => String(name));

/** A text with its variables filled in, as Maven would. */
export const interpolate = (text: string, env: Environment): string =>
  text.replaceAll(VARIABLE, (whole, name: string) => env[name] ?? whole);

/**
 * The folder that a repository's address names, once its variables are filled in.
 *
 * @returns undefined where it names none: it is on a server, or what a variable holds makes it no address of a folder
 */
export function folderOf(url: string): string | undefined {
  try {
    return url.startsWith("file:") ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}
