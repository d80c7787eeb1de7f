// SPDX-License-Identifier: Apache-2.0
/** The stages of `osc-kolla image`, in their order: as the product's results name them, and as people read them. */
const STAGES = {
  jre: "Take the JRE",
  source: "Fetch OSC's source",
  plugins: "Take OSC's plugins",
  builder: "Find Maven and a JDK",
  artifacts: "Look for what Maven Central lacks",
  libraries: "Build OSC's libraries",
  build: "Build OSC",
  distribution: "Take out the distribution",
  sbom: "List what is inside",
  context: "Write the context for kolla-build",
  images: "Build the images",
  "image-provenance": "Write the images' provenance",
} as const;

export const IMAGE_STAGES: readonly string[] = Object.keys(STAGES);

export const IMAGE_TITLES: readonly string[] = Object.values(STAGES);

/** Those of `osc-kolla context`: all before the images. */
export const CONTEXT_STAGES = IMAGE_STAGES.filter((id) => !["images", "image-provenance"].includes(id));
