// SPDX-License-Identifier: Apache-2.0
/** The one writer of oslo.config files, and the little that is read from other people's. */

/** Section to option to its value, or its values for an option that may stand several times. */
export type Conf = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * What no oslo.config file can hold: a line break, and a `$` before a name. It would be interpolated; and doubled, as
 * the documentation has it, it fails all the same, because options of the command line are interpolated twice.
 */
const UNHOLDABLE = /[\r\n]|\$[\w{$]|\\\$/;

/** What kolla-build is told with --locals-base; the one name that we have it fill in. */
export const LOCALS_BASE = "$locals_base";

/** At an end of a value: quotes, and what Python's str.strip() takes for space (more than \s has). */
// eslint-disable-next-line no-control-regex -- Python strips them
const EDGE = /^["'\s\u001c-\u001f\u0085]|["'\s\u001c-\u001f\u0085]$/;

/**
 * A file as oslo.config reads it back: values that begin or end with a quote or a space are quoted (matched outer
 * quotes are stripped, spaces too).
 *
 * @throws Error for a value that no such file can hold; the settings refuse those that people give
 */
export function renderConf(conf: Conf, comment: string): string {
  const sections = Object.entries(conf).map(([name, options]) => {
    const lines = Object.entries(options).flatMap(([option, value]) =>
      [value].flat().map((one) => `${option} = ${escapeValue(one)}`),
    );
    return `[${name}]\n${lines.join("\n")}\n`;
  });
  return `# ${comment}\n\n${sections.join("\n")}`;
}

function escapeValue(value: string): string {
  const literal = value.startsWith(`${LOCALS_BASE}/`) ? value.slice(LOCALS_BASE.length) : value;
  if (UNHOLDABLE.test(literal)) throw new Error(`kolla-build.conf cannot hold ${JSON.stringify(value)}`);
  return EDGE.test(value) ? `"${value}"` : value;
}

/** How every kolla-build.conf of ours begins, whatever it says then. */
const OURS = "# Written by osc-kolla";

export const isOurConf = (content: string): boolean => content.startsWith(OURS);

/**
 * The last value that an option has in the [DEFAULT] section of a file; dashes and underscores are the same,
 * and matched quotes around a value are no part of it. Continuation lines do not matter for what is asked here.
 */
export function defaultOption(content: string, option: string): string | undefined {
  let section = "DEFAULT";
  let found: string | undefined;
  for (const line of content.split(/\r?\n/)) {
    const header = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const [, name, value] = /^([\w-]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === "DEFAULT" && name?.replaceAll("-", "_") === option) found = value?.replace(/^(["'])(.*)\1$/s, "$2");
  }
  return found;
}
