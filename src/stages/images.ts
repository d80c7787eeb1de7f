// SPDX-License-Identifier: Apache-2.0
/** Has the stock kolla-build make osc-base and osc, and makes sure that they carry what was built. */
import { kollaArguments } from "../kolla/arguments.ts";
import { findOperatorConfiguration } from "../kolla/operator.ts";
import { PAYLOAD_LABEL } from "../kolla/overrides.ts";
import { type Command, defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { kollaFailed } from "../system/errors.ts";
import { KOLLA_CHECKS } from "./checks.ts";
import { confOf, context as kollaContext, type ContextResult, IMAGES, PROFILE } from "./context.ts";
import { buildImages, findImageChange, kollaCommands, type KollaImages, kollaParts, type Target } from "./kolla.ts";

export type ImagesResult = KollaImages;

const TARGET: Target = { profile: PROFILE, images: IMAGES, parent: "osc-base", isPublic: true };

export const images = defineStage({
  id: "images",
  title: "Build the images",
  needs: { context: kollaContext },

  checks: KOLLA_CHECKS,

  inspect: async ({ context: written }, context): Promise<Parts> => ({
    context: written.digest,
    ...(await kollaParts(TARGET, written.conf, context)),
  }),

  outputs: () => [],

  verify: (result: ImagesResult, context) => findImageChange(result.images, context),

  commands: (_, context): Promise<Command[]> => kollaCommands(TARGET, confOf(context), context),

  async run({ context: written }, context: RunContext): Promise<ImagesResult> {
    const log = context.log.program("kolla-build");
    const built = await buildImages(TARGET, written.conf, log, context);
    for (const image of built.images) {
      // kolla skips an image that is there when it is told to, and calls it well
      if (image.labels[PAYLOAD_LABEL] === written.payload) continue;
      throw kollaFailed(
        `${image.name} carries another payload than the one that was to be built`,
        OLD_IMAGE_HINT,
        log.path,
      );
    }
    return built;
  },
});

const OLD_IMAGE_HINT =
  "Is --skip-existing in force (behind --, or in your kolla-build.conf)? Use another tag, or remove the image.";

/** The line with which a person runs kolla-build on what the context stage wrote. */
export async function kollaCommandLine(written: ContextResult, context: StageContext): Promise<readonly string[]> {
  const { config, env } = context;
  const operator = await findOperatorConfiguration(env);
  return [
    ...withEngine(config),
    config.kolla.command,
    ...kollaArguments(config, operator, written.conf, PROFILE),
    ...context.kollaArguments,
  ];
}

/** What a command begins with that talks to the engine of the settings. */
function withEngine({ engine: { endpoint }, kolla: { command } }: StageContext["config"]): string[] {
  if (endpoint === undefined) return [];
  // env takes a program with a = in its path for one more variable
  const shell = command.includes("=") ? ["sh", "-c", 'exec "$0" "$@"'] : [];
  return ["env", `DOCKER_HOST=${endpoint}`, ...shell];
}
