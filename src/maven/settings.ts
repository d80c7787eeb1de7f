// SPDX-License-Identifier: Apache-2.0
/** The settings.xml that our Maven runs are given. */
import Builder from "fast-xml-builder";

/**
 * The content of a settings.xml for a private local repository.
 *
 * @param localRepository absolute path
 */
export function settingsXml(localRepository: string): string {
  const builder = new Builder({ format: true, ignoreAttributes: false });
  return builder.build({
    "?xml": { "@_version": "1.0", "@_encoding": "UTF-8" },
    settings: {
      "@_xmlns": "http://maven.apache.org/SETTINGS/1.2.0",
      localRepository,
      interactiveMode: false,
    },
  });
}
