// SPDX-License-Identifier: Apache-2.0
/** Looks for the artifacts that Maven Central lacks, before minutes of Maven end with the first one that is missing. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fsExtra from "fs-extra";
import { textsAt } from "../git/clone.ts";
import { type Found, isAvailable } from "../maven/availability.ts";
import { findOperatorSettings, isMirrored, type OperatorSettings } from "../maven/operator.ts";
import { chooseRepositories, type Repositories } from "../maven/repositories.ts";
import { localRepository } from "../maven/run.ts";
import type { Repository } from "../maven/settings.ts";
import { POM_REPOSITORIES, type PomRepository, RARE_ARTIFACTS, type RareArtifact } from "../osc/artifacts.ts";
import { defineStage, type Parts, type RunContext, type StageContext } from "../pipeline/stage.ts";
import { artifactsMissing, notHere, repositoryRefuses } from "../system/errors.ts";
import { mask } from "../system/secrets.ts";
import { settingsCheck } from "./checks.ts";
import { lookingGit } from "./git-context.ts";
import { source, type SourceResult } from "./source.ts";

export interface ArtifactsResult {
  /** ids of the repositories that did not answer; an empty one answers in their place */
  readonly silent: readonly string[];
  /** "group:artifact:version" to the id of the repository that has it */
  readonly found: Readonly<Record<string, string>>;
}

export const artifacts = defineStage({
  id: "artifacts",
  title: "Look for what Maven Central lacks",
  needs: { source },

  checks: [settingsCheck],

  async inspect({ source: osc }, context): Promise<Parts> {
    const { repositories, mirror, settings } = context.config.maven;
    const wanted = await wantedArtifacts(osc, context);
    return {
      settings: (await findOperatorSettings(settings, context.env))?.digest ?? null,
      wanted: wanted.map(coordinatesOf),
      repositories: Object.keys(repositories).map((id) => `${id} ${mask(JSON.stringify(repositories[id]))}`),
      mirror: mirror === undefined ? null : mask(JSON.stringify(mirror)),
    };
  },

  outputs: () => [],

  async run({ source: osc }, context): Promise<ArtifactsResult> {
    const { config, env, paths, warn } = context;
    const operator = await findOperatorSettings(config.maven.settings, env);
    const wanted = await wantedArtifacts(osc, context);
    const ask = (repositories: readonly Repository[]) =>
      Promise.all(repositories.filter(isWithinReach(context)).map((one) => askFor(wanted, one, context)));
    const local: Repository = { id: "local", url: pathToFileURL(localRepository(paths.mavenHome)).href };
    const [ours, his] = await Promise.all([
      ask([local, ...repositoriesToAsk(operator, config)]),
      ask(placesOf(operator)),
    ]);
    // not 403: some servers say so of what they have not got
    const refused = ours.find(({ status }) => status === 401);
    if (refused !== undefined) throw repositoryRefuses(refused.id, refused.url, 401);

    const found = placesFound(wanted, [...ours, ...his]);
    const missing = wanted.filter((artifact) => !(coordinatesOf(artifact) in found));
    const silent = ours.filter(({ status }) => status === undefined).map(({ id }) => id);
    // with credentials that only Maven can decrypt, or on a server that only its own proxy settings reach
    const unsure = his.filter(({ status }) => status === undefined || status === 401).map(({ id }) => id);
    const places = missing.map((one) => [coordinatesOf(one), one.repository] as const);
    if (places.length > 0 && context.offline) throw notHere(places.map(([coordinates]) => coordinates));
    if (places.length > 0 && unsure.length === 0) throw artifactsMissing(places, silent);
    if (places.length > 0) {
      const names = places.map(([coordinates]) => coordinates).join(", ");
      warn(
        `it is left to Maven to find ${names}: ${unsure.join(", ")} of ${String(operator?.file)} could not be asked`,
      );
    }
    for (const id of silent) warn(`the Maven repository ${id} does not answer; the build goes on without it`);
    return { silent, found };
  },
});

/** Offline, what is on this machine. */
const isWithinReach =
  ({ offline }: StageContext) =>
  ({ url }: Repository): boolean =>
    !offline || url.startsWith("file:");

/** "group:artifact:version" to the id of the first repository that has it. */
function placesFound(wanted: readonly RareArtifact[], answers: readonly RepositoryAnswer[]): Record<string, string> {
  return Object.fromEntries(
    wanted.flatMap((artifact) => {
      const coordinates = coordinatesOf(artifact);
      const place = answers.find(({ has }) => has.includes(coordinates));
      return place === undefined ? [] : [[coordinates, place.id]];
    }),
  );
}

const coordinatesOf = ({ groupId, artifactId, version }: RareArtifact): string => `${groupId}:${artifactId}:${version}`;

/** Those that the poms of the commit name, directly or by what brings them. */
async function wantedArtifacts(osc: SourceResult, context: StageContext): Promise<RareArtifact[]> {
  const tags = RARE_ARTIFACTS.map(({ namedBy }) => tagOf(namedBy));
  const named = new Set(await textsAt(osc.clone, osc.commit, tags, POMS, lookingGit(context)));
  return RARE_ARTIFACTS.filter(({ namedBy }) => named.has(tagOf(namedBy)));
}

/** Whether any pom of the commit names an artifact. */
export async function pomsName(
  { clone, commit }: SourceResult,
  artifactId: string,
  context: StageContext,
): Promise<boolean> {
  return (await textsAt(clone, commit, [tagOf(artifactId)], POMS, lookingGit(context))).length > 0;
}

const POMS = "*pom.xml";

const tagOf = (artifactId: string): string => `<artifactId>${artifactId}</artifactId>`;

/** The repositories of the poms that Maven would ask by way of ours: what the operator mirrors, he answers for. */
const answeredByUs = (operator: OperatorSettings | undefined): readonly PomRepository[] =>
  POM_REPOSITORIES.filter((one) => !(operator?.mirrors ?? []).some((mirror) => isMirrored(one, mirror)));

/** Every repository but Maven Central and the operator's: the settings', and those of the poms that still exist. */
function repositoriesToAsk(operator: OperatorSettings | undefined, config: StageContext["config"]): Repository[] {
  const { mirrors, repositories } = chooseRepositories(config, answeredByUs(operator), [], "");
  return [...repositories, ...mirrors.filter(({ url }) => url !== "")];
}

/** Where the operator's settings.xml has artifacts come from: his mirrors of OSC's repositories, and his repositories. */
function placesOf(operator: OperatorSettings | undefined): Repository[] {
  if (operator === undefined) return [];
  const mirrors = operator.mirrors.filter((mirror) => POM_REPOSITORIES.some((one) => isMirrored(one, mirror)));
  return [...mirrors, ...operator.repositories].filter(({ url }) => /^(https?|file):/.test(url));
}

interface RepositoryAnswer {
  readonly id: string;
  readonly url: string;
  /** 401 where it answered so, else the worst; undefined: nothing */
  readonly status: number | undefined;
  /** coordinates of what it has */
  readonly has: readonly string[];
}

async function askFor(
  wanted: readonly RareArtifact[],
  repository: Repository,
  context: RunContext,
): Promise<RepositoryAnswer> {
  const answers = await Promise.all(
    wanted.map(async (artifact): Promise<[string, Found]> => [
      coordinatesOf(artifact),
      await isAvailable(artifact, repository, context),
    ]),
  );
  const statuses = answers.map(([, { status }]) => status);
  return {
    id: repository.id,
    url: mask(repository.url),
    status: statuses.includes(401)
      ? 401
      : statuses.includes(undefined)
        ? undefined
        : Math.max(200, ...statuses.map(Number)),
    has: answers.filter(([, { isThere }]) => isThere).map(([coordinates]) => coordinates),
  };
}

/** What goes into Maven's settings.xml, with an empty repository in the place of those that are gone or silent. */
export async function repositoriesFor(
  { silent }: ArtifactsResult,
  operator: OperatorSettings | undefined,
  { config, paths }: StageContext,
): Promise<Repositories> {
  const empty = join(paths.mavenHome, "empty-repository");
  await fsExtra.ensureDir(empty);
  return chooseRepositories(config, answeredByUs(operator), silent, pathToFileURL(empty).href);
}
