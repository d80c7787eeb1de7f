// SPDX-License-Identifier: Apache-2.0
/** Has the stock kolla-build make osc-base and osc, and makes sure that they carry what was built. */
import { dirname, join } from "node:path";
import { DOCKER_SOCKET } from "../engine/access.ts";
import { type Engine, findEngine } from "../engine/endpoint.ts";
import { type ImageInfo, removeImage } from "../engine/images.ts";
import { kollaArguments } from "../kolla/arguments.ts";
import { findOperatorConfiguration } from "../kolla/operator.ts";
import { findKolla } from "../kolla/program.ts";
import { NEWEST, OLDEST } from "../kolla/releases.ts";
import { STATUS_URL } from "../osc/layout.ts";
import { type Command, defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { kollaFailed } from "../system/errors.ts";
import { KOLLA_CHECKS, untilToldElsewhere } from "./checks.ts";
import { confOf, context as kollaContext, type ContextResult, IMAGES, OVERRIDE, PROFILE } from "./context.ts";
import { javaCheck } from "./java.ts";
import {
  buildImages,
  findImageChange,
  kollaCommands,
  type KollaImages,
  kollaParts,
  podmanArguments,
  type Target,
} from "./kolla.ts";

export type ImagesResult = KollaImages;

const TARGET: Target = { profile: PROFILE, images: IMAGES, parent: "osc-base", isPublic: true };

export const images = defineStage({
  id: "images",
  title: "Build the images",
  needs: { context: kollaContext },

  checks: [...KOLLA_CHECKS, javaCheck],

  inspect: async ({ context: written }, context): Promise<Parts> => ({
    context: written.digest,
    ...(await kollaParts(TARGET, written.conf, context)),
  }),

  outputs: () => [],

  verify: (result: ImagesResult, context) => findImageChange(result.images, context),

  commands: (_, context): Promise<Command[]> => kollaCommands(TARGET, confOf(context), context),

  async run({ context: written }, context: RunContext): Promise<ImagesResult> {
    const log = context.log.program("kolla-build");
    await warnOfRelease(context);
    const first = await buildImages(TARGET, written.conf, log, context);
    const built = (await forgetSkipped(first, written, context))
      ? await buildImages(TARGET, written.conf, log, context)
      : first;
    const [image] = staleOf(built, written);
    if (image === undefined) {
      warnOfHealth(built, context);
      return built;
    }
    throw kollaFailed(
      `${image.name} carries another payload than the one that was to be built, or says so: ${differences(image, written)}`,
      OLD_IMAGE_HINT,
      log.path,
    );
  },
});

const OLD_IMAGE_HINT =
  "Does an override of yours set labels of ours, or does another builder answer from its cache? `-- --nocache` builds without one.";

async function warnOfRelease(context: RunContext): Promise<void> {
  const { major, version } = await findKolla(context);
  if (major <= NEWEST) return;
  context.warn(`kolla ${version} is newer than any that this was tried with (${String(OLDEST)} to ${String(NEWEST)})`);
}

/**
 * podman has a HEALTHCHECK in images of docker's format alone, and kolla's SDK asks for OCI's (seen with podman 5.4.2 and
 * kolla 23).
 */
function warnOfHealth({ images: all }: KollaImages, { config, warn }: RunContext): void {
  const osc = all.at(-1);
  if (osc === undefined || osc.healthCheck || config.kolla.engine !== "podman") return;
  const check = `curl --disable --fail --silent --insecure --output /dev/null ${STATUS_URL}`;
  warn(`podman has left out the health check of ${osc.name}: start it with --health-cmd '${check}'`);
}

/** The images that say that they were made of something else. */
const staleOf = ({ images: all }: KollaImages, written: ContextResult): ImageInfo[] =>
  all.filter((image) => differences(image, written) !== "");

const differences = ({ labels }: ImageInfo, written: ContextResult): string =>
  Object.entries(written.labels)
    .filter(([name, value]) => labels[name] !== value)
    .map(([name]) => `${name} is ${labels[name] ?? "not there"}`)
    .join(", ");

/**
 * Told to leave what is there, kolla calls an image of another build well. Such ones lose their name, so that kolla makes
 * them.
 *
 * @returns whether there were any
 * @throws IMAGE_IN_USE (exit 7)
 */
async function forgetSkipped(built: KollaImages, written: ContextResult, context: RunContext): Promise<boolean> {
  // the last one first: it stands on the others
  const stale = staleOf(built, written).reverse();
  if (stale.length === 0 || built.skipped.length === 0) return false;
  const engine = await findEngine(context);
  for (const { name } of stale) {
    context.warn(`${name} was there of another build, and --skip-existing would have kept it: it is built anew`);
    await removeImage(engine, name);
  }
  return true;
}

/**
 * The line with which a person runs kolla-build on what the context stage wrote.
 *
 * @param isDropIn whether our conf lies in a drop-in folder: kolla-build finds it and the default files by itself then
 */
export async function kollaCommandLine(
  { conf }: ContextResult,
  isDropIn: boolean,
  context: StageContext,
): Promise<readonly string[]> {
  const { config } = context;
  const operator = await findOperatorConfiguration(context);
  const inForce = {
    ...operator,
    files: config.kolla.config,
    folders: [],
    ours: [{ file: "", override: join(dirname(conf), OVERRIDE) }],
  };
  // a context is written without an engine, too
  const { kolla, engine: settings } = config;
  const found = await untilToldElsewhere(findEngine(context));
  const engine = found ?? { kind: kolla.engine, endpoint: settings.endpoint, tls: {} };
  const goesByItself = settings.endpoint === undefined && engine.endpoint === DOCKER_SOCKET;
  return [
    ...(goesByItself ? [] : withVariables(engine, kolla.command)),
    kolla.command,
    ...kollaArguments(config, isDropIn ? inForce : operator, conf, PROFILE),
    ...podmanArguments(engine),
    ...context.kollaArguments,
  ];
}

/** What a command begins with that talks to docker's engine. */
function withVariables({ kind, endpoint, tls }: Pick<Engine, "kind" | "endpoint" | "tls">, command: string): string[] {
  if (kind === "podman" || endpoint === undefined) return [];
  const words = Object.entries({ DOCKER_HOST: endpoint, ...tls }).map(([name, value]) => `${name}=${value}`);
  // env takes a program with a = in its path for one more variable
  return ["env", ...words, ...(command.includes("=") ? ["sh", "-c", 'exec "$0" "$@"'] : [])];
}
