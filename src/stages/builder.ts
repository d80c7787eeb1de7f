// SPDX-License-Identifier: Apache-2.0
/** Finds what OSC is built with: Maven, and a JDK of the right version. */
import { findMaven, type MavenProgram } from "../maven/program.ts";
import { defineStage, type Parts } from "../pipeline/stage.ts";

export type BuilderResult = MavenProgram;

export const builder = defineStage({
  id: "builder",
  title: "Find Maven and a JDK",
  needs: {},

  async require(context): Promise<void> {
    await findMaven(context);
  },

  async inspect(_, context): Promise<Parts | undefined> {
    try {
      return { ...(await findMaven(context)) };
    } catch (thrown) {
      // a dry run tells the plan also where something is missing
      if (context.network) throw thrown;
      return undefined;
    }
  },

  outputs: () => [],

  run: (_, context): Promise<BuilderResult> => findMaven(context),
});
