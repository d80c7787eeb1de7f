// SPDX-License-Identifier: Apache-2.0
/** What a distribution of OSC looks like. Paths are relative to the root of the file system of the image. */

/** Where OSC lives. */
export const HOME = "opt/vmidc";

/** Without these OSC cannot start; both v0.8.0 and master have them. */
export const REQUIRED: readonly string[] = [
  "bin/vmidc.sh",
  "bin/launcher.properties",
  "bin/aQute/launcher/pre/EmbeddedLauncher.class",
  "bin/osc-control.jar",
  "bin/jar/osc-server.jar",
  "bin/config/org.apache.felix.http-api.cfg",
  "bin/config/org.apache.felix.http-ui.cfg",
].map((path) => `${HOME}/${path}`);

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
