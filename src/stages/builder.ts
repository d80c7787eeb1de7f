// SPDX-License-Identifier: Apache-2.0
/** Finds what OSC is built with: Maven and a JDK of the right version on this machine, or a container that has them. */
import { findMaven, type MavenProgram } from "../maven/program.ts";
import { truststoreFor } from "../maven/truststore.ts";
import { defineCheck } from "../pipeline/check.ts";
import { type Command, defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { missing, OscKollaError } from "../system/errors.ts";
import {
  type BuildContainer,
  buildContainerCommands,
  buildContainerParts,
  findBuildContainerChange,
  makeBuildContainer,
  NEW_IMAGE,
  requireBuildContainer,
} from "./build-container.ts";

export type BuilderResult =
  (MavenProgram & { readonly runner: "host" }) | (BuildContainer & { readonly runner: "container" });

/** A build container that cannot be made is told together with what this machine lacks. */
const builderCheck = defineCheck("builder", "Maven and JDK", async (context) => {
  const { host, because } = await chooseRunner(context);
  if (host !== undefined) {
    // Java takes half a second for it: here it has it beside the other programs that are asked. Maven's run tells what fails.
    await truststoreFor(host.runtime, { ...context, warn: () => undefined });
    const jdk = host.javaHome === null ? "" : ` (${host.javaHome})`;
    return `Maven ${host.version} (${host.file}) on Java ${host.java}${jdk}`;
  }
  try {
    await requireBuildContainer(context);
    return `a build container with JDK 8${because === undefined ? "" : `: ${because.reason}`}`;
  } catch (thrown) {
    if (because === undefined || !(thrown instanceof OscKollaError)) throw thrown;
    const cause = `${because.reason}\nand a build container cannot be made: ${thrown.reason}`;
    throw missing(
      "looking for Maven and a JDK",
      cause,
      `${String(because.hint)}\nFor the container: ${String(thrown.hint)}`,
    );
  }
});

export const builder = defineStage({
  id: "builder",
  title: "Find Maven and a JDK",
  needs: {},

  checks: [builderCheck],

  async inspect(_, context): Promise<Parts | undefined> {
    try {
      const { host } = await chooseRunner(context);
      return host === undefined
        ? { runner: "container", ...(await buildContainerParts(context)) }
        : { runner: "host", ...host };
    } catch (thrown) {
      // a dry run tells the plan also where something is missing
      if (context.network) throw thrown;
      return undefined;
    }
  },

  outputs: () => [],

  verify: async (result: BuilderResult, context) =>
    result.runner === "container" ? findBuildContainerChange(result, context) : undefined,

  commands: async (_, context): Promise<Command[]> =>
    (await expectedBuilder(context)).runner === "host" ? [] : buildContainerCommands(context),

  async run(_, context: RunContext): Promise<BuilderResult> {
    const { host, because } = await chooseRunner(context);
    if (host !== undefined) return { runner: "host", ...host };
    if (because !== undefined) context.warn(`OSC is built in a container: ${because.reason}`);
    return { runner: "container", ...(await makeBuildContainer(context)) };
  },
});

/** What the stage would find; the build container's image is not made for that. */
export async function expectedBuilder(context: StageContext): Promise<BuilderResult> {
  const { host } = await chooseRunner(context);
  if (host !== undefined) return { runner: "host", ...host };
  return { runner: "container", image: "osc-build", id: NEW_IMAGE, version: "", java: "" };
}

interface Choice {
  /** undefined: the container */
  readonly host: MavenProgram | undefined;
  /** why it is not the host although it might have been */
  readonly because: OscKollaError | undefined;
}

/** This machine where it has what is needed, unless it is said otherwise; what is given by hand is not replaced. */
async function chooseRunner(context: StageContext): Promise<Choice> {
  const { build, maven } = context.config;
  if (build.runner === "container") return { host: undefined, because: undefined };
  try {
    return { host: await findMaven(context), because: undefined };
  } catch (thrown) {
    const isByHand = maven.java_home !== undefined || maven.command !== "mvn";
    if (build.runner === "host" || isByHand || !isMissing(thrown)) throw thrown;
    return { host: undefined, because: thrown };
  }
}

const isMissing = (thrown: unknown): thrown is OscKollaError =>
  thrown instanceof OscKollaError && (thrown.code === "MISSING" || thrown.code === "ENGINE_MISSING");
