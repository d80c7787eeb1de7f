// SPDX-License-Identifier: Apache-2.0
/** The template override that puts the payload into osc-base. */

export interface PayloadArchive {
  /** the file's name in the build context, with its digest in it */
  readonly file: string;
}

/** The label by which an image tells which payload it carries: the sha256 of the list of its files. */
export const PAYLOAD_LABEL = "org.opensecuritycontroller.payload";

/**
 * The override: an ADD for each archive, by a name that no other content ever has, and the digest of the manifest that
 * osc-base checks in the end.
 *
 * kolla joins all overrides to one template: from the second on it deletes every line that matches an extends tag, and
 * puts no newline between files. So that word stands on the first line only, and the file ends with a newline.
 *
 * @param manifest absolute path in the image, and sha256 in hex
 */
export function renderOverride(
  archives: readonly PayloadArchive[],
  manifest: { readonly path: string; readonly sha256: string },
): string {
  return [
    "{% extends parent_template %}",
    "{# written by osc-kolla: the distribution of OSC, from the layer that changes least to the one that changes most #}",
    "{% block osc_base_payload %}",
    ...archives.map(({ file }) => `ADD ${file} /`),
    `LABEL ${PAYLOAD_LABEL}="${manifest.sha256}"`,
    `RUN echo "${manifest.sha256}  ${manifest.path}" | sha256sum -c --quiet -`,
    "{% endblock %}",
    "",
  ].join("\n");
}
