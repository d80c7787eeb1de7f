// SPDX-License-Identifier: Apache-2.0
/** What the commands that build things bring up to date. */
import { context } from "./context.ts";
import { images } from "./images.ts";
import { tarball } from "./tarball.ts";

/** The stages that a command asks for; those that these need come by themselves. */
export const WANTED = {
  image: [images],
  context: [context],
  tarball: [tarball],
} as const;

export type BuildCommand = keyof typeof WANTED;
