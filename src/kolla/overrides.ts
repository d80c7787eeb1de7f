// SPDX-License-Identifier: Apache-2.0
/** The template override that puts the payload into osc-base. */

export interface PayloadArchive {
  /** the file's name in the build context, with its digest in it */
  readonly file: string;
}

/** How the image osc starts; its template knows the names. */
export interface Runtime {
  /** the archive of the start script, by its name in the build context, with its digest in it */
  readonly archive: string;
  readonly user: string;
  readonly ports: { readonly api: number; readonly ui: number; readonly redirect: number };
  readonly javaVersion: number | "any";
}

/** Under this prefix an image tells what it was made of; kolla's own labels (org.opencontainers.image.…) are of kolla. */
const PREFIX = "org.opensecuritycontroller.";

/** The label by which an image tells which payload it carries: the sha256 of the list of its files. */
export const PAYLOAD_LABEL = `${PREFIX}payload`;

/** A label's name, and what it says; an image inherits those of the one below it. */
export type Labels = Readonly<Record<string, string>>;

/** What images are labelled with, by names without our prefix; what is undefined is left out. */
export const labelsOf = (facts: Readonly<Record<string, string | undefined>>): Labels =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[`${PREFIX}${name}`, value]])),
  );

/** Where the image's Java comes from, in place of the distribution's own packages. */
export interface JavaSource {
  /** absolute path in the image of the program that one of the archives brings */
  readonly bundled?: string;
  readonly packages?: readonly string[];
  readonly repository?: {
    /** its name where the package manager looks for it */
    readonly file: string;
    readonly lines: readonly string[];
  };
}

/**
 * What osc-java.j2 reads. Jinja's literals have JSON's syntax; over several lines, so that no line with a tag has anything
 * of the settings in it (see below).
 */
function renderJava({ bundled, packages, repository }: JavaSource): string[] {
  const set = (name: string, value: unknown) => `{% set osc_java_${name} = ${JSON.stringify(value, null, 2)} %}`;
  return [
    ...(bundled === undefined ? [] : [set("bundled", true)]),
    ...(packages === undefined ? [] : [set("packages", packages)]),
    ...(repository === undefined ? [] : [set("repository", repository)]),
  ];
}

/**
 * The override: where Java comes from, an ADD for each archive, by a name that no other content ever has, the labels behind them (another label
 * leaves the layers before it as they are), and the digest of the manifest that osc-base checks in the end.
 *
 * kolla joins all overrides to one template: from the second on it deletes every line that matches an extends tag, and
 * puts no newline between files. So that word stands on the first line only, and the file ends with a newline.
 *
 * @param manifest absolute path in the image, and sha256 in hex
 * @param runtime undefined: osc starts as the design says
 * @param parent the image that osc-base is built on; undefined: the base that kolla builds with it
 */
export function renderOverride(
  archives: readonly PayloadArchive[],
  manifest: { readonly path: string; readonly sha256: string },
  labels: Labels,
  runtime?: Runtime,
  java: JavaSource = {},
  parent?: string,
): string {
  // a JRE for another libc or processor is found here, not when the service is started
  const started = java.bundled === undefined ? "" : ` \\\n    && ${java.bundled} -version`;
  return [
    "{% extends parent_template %}",
    ...(parent === undefined ? [] : [`{% set osc_base_parent = "${parent}" %}`]),
    "{# written by osc-kolla: the distribution of OSC, from the layer that changes least to the one that changes most #}",
    ...(runtime === undefined ? [] : [runtimeLine(runtime)]),
    ...renderJava(java),
    "{% block osc_base_payload %}",
    ...archives.map(({ file }) => `ADD ${file} /`),
    ...Object.entries(labels).map(([name, value]) => `LABEL ${name}="${labelValue(value)}"`),
    `RUN test "$(sha256sum < ${manifest.path})" = "${manifest.sha256}  -" \\`,
    `    || { echo "${manifest.path} is not the one that was built" >&2; false; }${started}`,
    "{% endblock %}",
    "",
  ].join("\n");
}

/** A value that neither Jinja nor the Dockerfile takes for anything else; control characters become question marks. */
function labelValue(value: string): string {
  return value
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, "?")
    .replaceAll(/[\\"$]/g, "\\$&")
    .replaceAll("{", "{{ '{' }}");
}

function runtimeLine({ archive, user, ports, javaVersion }: Runtime): string {
  const value = { archive, user, ports, java_version: javaVersion };
  return `{% set osc_runtime = ${JSON.stringify(value)} %}`;
}
