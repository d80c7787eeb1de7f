// SPDX-License-Identifier: Apache-2.0
/** Where a build of OSC writes its own time and place into OSC's jars, and what stands there instead. */

/** The times that are put in the place of the build's, in seconds since 1970. */
export interface Times {
  /** of the commit that was built */
  readonly commit: number;
  /**
   * of the commit whose tag the version counts from: what does not name its commit otherwise stays the same until the
   * next tag
   */
  readonly tag: number;
}

export interface Trace {
  /** a header of the main section of a jar's manifest */
  readonly name: string;
  /** what of its value is the build's */
  readonly trace: RegExp;
  readonly instead: (times: Times) => string;
}

const dateOf = (seconds: number): Date => new Date(seconds * 1000);

/** As 2018-07-09T12:34:56Z. */
const iso = (seconds: number): string =>
  dateOf(seconds)
    .toISOString()
    .replace(/\.\d+Z$/, "Z");

export const TRACES: readonly Trace[] = [
  // ${maven.build.timestamp} as Maven since 3.2.2 writes it; stands beside Implementation-Build, which names the commit
  { name: "Build-Time", trace: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, instead: ({ commit }) => iso(commit) },
  // bnd's, in milliseconds
  { name: "Bnd-LastModified", trace: /^\d{13}$/, instead: ({ tag }) => String(tag * 1000) },
  // bnd's qualifier of a SNAPSHOT: yyyyMMddHHmm
  {
    name: "Bundle-Version",
    trace: /(?<=^\d+\.\d+\.\d+\.)\d{12}$/,
    instead: ({ tag }) => iso(tag).replaceAll(/\D/g, "").slice(0, 12),
  },
  // bnd's, of jars that hold others: where each lay in the private home of the build
  { name: "Include-Resource", trace: /(?<=@)\/[^@]*?(?=\/\.m2\/repository\/)/g, instead: () => "~" },
];

/** pom.properties of OSC's modules and libraries, in whatever jar; those of others have the dates of their releases. */
export const isOwnPomProperties = (path: string): boolean =>
  /^META-INF\/maven\/org\.osc\.[^/]+\/[^/]+\/pom\.properties$/.test(path);

/** The comment that Properties.store() begins with, in the words of Date.toString(): not a matter of locale. */
const DATE_LINE = /^#[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \S+ \d{4}$/m;

/** The text of a pom.properties with the tag's date in its comment. */
export function datedProperties(text: string, { tag }: Times): string {
  const [, weekday, day, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/.exec(dateOf(tag).toUTCString()) ?? [];
  return text.replace(DATE_LINE, ["#", [weekday, month, day, time, "UTC", year].join(" ")].join(""));
}

/** A jar with such an entry is signed. */
export const isSignature = (path: string): boolean => /^META-INF\/(?:[^/]+\.(?:SF|RSA|DSA|EC)|SIG-[^/]+)$/i.test(path);
