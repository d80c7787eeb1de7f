// SPDX-License-Identifier: Apache-2.0
/** What the commands that build things bring up to date. */
import { context } from "./context.ts";
import { imageProvenance, provenance } from "./provenance.ts";

/** The stages that a command asks for; those that these need come by themselves. */
export const WANTED = {
  image: [imageProvenance],
  context: [context],
  tarball: [provenance],
} as const;

export type BuildCommand = keyof typeof WANTED;
