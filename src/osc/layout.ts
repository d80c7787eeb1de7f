// SPDX-License-Identifier: Apache-2.0
/** What a distribution of OSC looks like. Paths are relative to the root of the file system of the image. */

/** Where OSC lives. */
export const HOME = "opt/vmidc";

/** Without these no OSC can start. */
const COMMON: readonly string[] = [
  "bin/vmidc.sh",
  "bin/launcher.properties",
  "bin/aQute/launcher/pre/EmbeddedLauncher.class",
  "bin/osc-control.jar",
  "bin/jar/osc-server.jar",
  "bin/config/org.apache.felix.http-api.cfg",
  "bin/config/org.apache.felix.http-ui.cfg",
  "bin/quartz.properties",
];

/** A shape that distributions have, by what of it every OSC of that time needs to start. */
export interface Shape {
  /** for people */
  readonly name: string;
  readonly required: readonly string[];
  /** the folder of OSC's plugins */
  readonly plugins: string;
  /** whether its data have a folder of their own, without which our start script can prepare nothing */
  readonly hasDataFolder: boolean;
}

/** Where master has the data that a first start begins with. */
const DEFAULT_DATA = "bin/default-data";

export const SHAPES: readonly Shape[] = [
  shape("master", DEFAULT_DATA, ["vmidcServer.conf", "mainKeyStore.p12", "osctrustore.jks"]),
  shape("v0.8.0", "bin", ["vmidcServer.conf", "mainKeyStore.p12", "vmidcKeyStore.jks", "vmidctruststore.jks"]),
];

function shape(name: string, data: string, files: readonly string[]): Shape {
  const required = [...COMMON, ...files.map((file) => `${data}/${file}`)];
  return {
    name,
    required: required.map((path) => `${HOME}/${path}`),
    plugins: `${HOME}/${data}/plugins`,
    hasDataFolder: data === DEFAULT_DATA,
  };
}

/**
 * The shape of a distribution with these paths.
 *
 * @returns the one that it has, or the one that it comes nearest to, and what it lacks of that
 */
export function shapeOf(paths: ReadonlySet<string>): { readonly shape: Shape; readonly missing: readonly string[] } {
  const judged = SHAPES.map((one) => ({ shape: one, missing: one.required.filter((path) => !paths.has(path)) }));
  return judged.reduce((best, one) => (one.missing.length < best.missing.length ? one : best));
}

/** Where the build lays the distribution out, relative to the work tree. */
export const LAID_OUT = "osc-server-bom/root";

/**
 * What may lie there and not in the bundle, which is made to upgrade an OSC that has these already: v0.8.0's data, and
 * the folder for a JRE.
 */
export const NOT_IN_BUNDLE: readonly string[] = [
  ...["quartz.properties", "vmidcServer.conf", "vmidcKeyStore.jks", "mainKeyStore.p12", "vmidctruststore.jks"].map(
    (name) => `${HOME}/bin/${name}`,
  ),
  `${HOME}/jre/.keep`,
];

/** Programs; the bundle's zip has them without their executable bit. */
const EXECUTABLE = /^opt\/vmidc\/bin\/(.*\.sh|vmidcShell\.py|osc_pbkdf2_key\.py)$/;

/**
 * The permission bits that a file has in our archives: those of the bundle without setuid, setgid and others' write
 * bits, and programs executable. What is private stays private.
 */
export function modeOf(path: string, mode: number): number {
  const permissions = mode & 0o755;
  return EXECUTABLE.test(path) ? permissions | 0o111 : permissions;
}

/** A name that kolla would take for an image of its own. */
export const FORBIDDEN_NAME = "Dockerfile.j2";

/** Answers 200, without a login, once OSC is ready; on the API's port as shipped. */
export const STATUS_URL = "https://127.0.0.1:8090/api/server/v1/serverManagement/status";
