// SPDX-License-Identifier: Apache-2.0
/** What the commands that build things bring up to date. */
import type { AnyStage, StageContext } from "../pipeline/stage.ts";
import { context } from "./context.ts";
import { imageProvenance, provenance } from "./provenance.ts";
import { isSaveWanted, save } from "./save.ts";

/** The stages that a command asks for; those that these need come by themselves. */
export const WANTED = {
  image: [imageProvenance],
  context: [context],
  tarball: [provenance],
} as const;

export type BuildCommand = keyof typeof WANTED;

/** The same, with what the settings ask for beside it. */
export const wantedBy = (command: BuildCommand, context: Pick<StageContext, "config">): readonly AnyStage[] =>
  command === "image" && isSaveWanted(context) ? [...WANTED.image, save] : WANTED[command];
