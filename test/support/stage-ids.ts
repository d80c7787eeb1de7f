// SPDX-License-Identifier: Apache-2.0
/** The stages of `osc-kolla image`, in their order, as the product's results name them. */
export const IMAGE_STAGES: readonly string[] = [
  "jre",
  "source",
  "plugins",
  "builder",
  "artifacts",
  "libraries",
  "build",
  "distribution",
  "context",
  "images",
];

/** Those of `osc-kolla context`: all before the images. */
export const CONTEXT_STAGES = IMAGE_STAGES.filter((id) => id !== "images");
