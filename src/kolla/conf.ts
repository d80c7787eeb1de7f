// SPDX-License-Identifier: Apache-2.0
/** The one writer of oslo.config files, and the little that is read from other people's. */

/** Section to option to its value, or its values for an option that may stand several times. */
export type Conf = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * A file as oslo.config reads it back: `$` is doubled (a name behind a single one would be interpolated), and values
 * that begin or end with a quote or a space are quoted (matched outer quotes are stripped, spaces too).
 *
 * @throws Error for a value with a line break, which no oslo.config file can hold
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
  if (/[\r\n]/.test(value)) throw new Error(`a value of kolla-build.conf has a line break: ${JSON.stringify(value)}`);
  const escaped = value.replaceAll("$", "$$$$");
  return /^["'\s]|["'\s]$/.test(escaped) ? `"${escaped}"` : escaped;
}

/**
 * The last value that an option has in the [DEFAULT] section of a file; dashes and underscores are the same.
 * Continuation lines do not matter for what is asked here (base).
 */
export function defaultOption(content: string, option: string): string | undefined {
  let section = "DEFAULT";
  let found: string | undefined;
  for (const line of content.split(/\r?\n/)) {
    const header = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const [, name, value] = /^([\w-]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === "DEFAULT" && name?.replaceAll("-", "_") === option) found = value;
  }
  return found;
}
