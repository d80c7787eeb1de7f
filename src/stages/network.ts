// SPDX-License-Identifier: Apache-2.0
/** Whether the other machines that the settings name answer: `osc-kolla doctor --network`. */
import type { Config } from "../config/schema.ts";
import { mayHaveLogin } from "../engine/logins.ts";
import { remoteRefs } from "../git/clone.ts";
import { checkRef, findRef } from "../git/refs.ts";
import { askRepository } from "../maven/availability.ts";
import { findOperatorSettings } from "../maven/operator.ts";
import { configuredRepositories, MIRROR_OF_ALL } from "../maven/repositories.ts";
import type { Repository } from "../maven/settings.ts";
import { type Check, defineCheck, type Warning } from "../pipeline/check.ts";
import { missing, repositoryRefuses } from "../system/errors.ts";
import { head } from "../system/http.ts";
import { mask } from "../system/secrets.ts";
import { untilToldElsewhere } from "./checks.ts";
import { lookingGit, requireGit } from "./git-context.ts";

/** How long a git server may take, in milliseconds; web servers have as long (see head). */
const PATIENCE = 10_000;

/** A check for each git repository, Maven repository, address of a file and registry that the settings name. */
export function networkChecks({ source, libraries, plugins, maven, image, kolla }: Config): readonly Check[] {
  return [
    gitCheck("source", "source.url", source.url, source.ref),
    ...libraries.map(({ name, url, ref }) => gitCheck(`library-${name}`, name, url, ref)),
    ...configuredRepositories({ maven }).map(mavenCheck),
    settingsCheck,
    ...plugins.flatMap((plugin) => (typeof plugin === "string" ? [] : [fileCheck("plugin", plugin.url, "plugins")])),
    ...(typeof image.java.jre === "object" ? [fileCheck("JRE", image.java.jre.url, "image.java.jre")] : []),
    ...(kolla.registry === undefined ? [] : [registryCheck(kolla)]),
  ];
}

const gitCheck = (id: string, title: string, url: string, ref: string | undefined): Check =>
  defineCheck(`network-${id}`, title, async (context) => {
    await requireGit(context);
    const refs = await remoteRefs(url, lookingGit(context), PATIENCE);
    const shown = mask(url);
    if (ref === undefined) return `${shown}, ${String(refs.size)} branches and tags`;
    const commit = findRef(refs, checkRef(ref), shown);
    return `${shown}, ${ref}${commit === undefined ? "" : ` is ${commit.slice(0, 12)}`}`;
  });

const mavenCheck = (repository: Repository): Check =>
  defineCheck(`network-maven-${repository.id}`, `Maven: ${repository.id}`, async (context) => {
    const url = mask(repository.url);
    const answer = await askRepository(repository, context);
    if (!("silent" in answer)) {
      if (answer.status === 401) throw repositoryRefuses(repository.id, url, 401);
      return `${url} answers ${String(answer.status)}`;
    }
    const found = `${url}: ${answer.silent}`;
    const mend = "Check its address in the settings (maven.repositories, maven.mirror), the network and the proxies.";
    if (repository.id === MIRROR_OF_ALL) throw missing("asking the Maven mirror", found, mend);
    return { level: "warning", found: `${found}; a build goes on without it`, mend };
  });

/** Where the operator's settings.xml has artifacts come from; Maven may reach it where we do not, by its own proxy settings. */
const settingsCheck = defineCheck("network-maven-settings", "Maven: settings", async (context) => {
  const operator = await untilToldElsewhere(findOperatorSettings(context.config.maven.settings, context.env));
  const places = [...(operator?.mirrors ?? []), ...(operator?.repositories ?? [])].filter(({ url }) =>
    /^(https?|file):/.test(url),
  );
  if (operator === undefined || places.length === 0) return undefined;
  const asked = await Promise.all(
    places.map(async (one) => ({ url: mask(one.url), answer: await askRepository(one, context) })),
  );
  const told = asked.map(({ url, answer }) =>
    "silent" in answer ? `${url}: ${answer.silent}` : `${url} answers ${String(answer.status)}`,
  );
  if (asked.every(({ answer }) => !("silent" in answer))) return told.join("\n");
  const mend = `Check mirrors and repositories in ${operator.file}, the network and the proxies.`;
  return { level: "warning", found: told.join("\n"), mend };
});

const fileCheck = (what: string, url: string, setting: string): Check =>
  defineCheck(`network-${what.toLowerCase()}-${url.slice(url.lastIndexOf("/") + 1)}`, what, async ({ env, signal }) => {
    const answer = await head(url, env, signal);
    const said = "silent" in answer ? answer.silent : `answers ${String(answer.status)}`;
    const found = `${mask(url)} ${said}`;
    // some servers know no HEAD, and a download follows redirects
    if (!("silent" in answer) && (answer.status < 400 || answer.status === 405)) return found;
    throw missing(`asking for a ${what}`, found, `Check its url (${setting}), the network and the proxies.`);
  });

/** It is the engine that talks to it, and may reach it in other ways: only a push is sure to fail. */
const registryCheck = ({ registry = "", push, engine }: Config["kolla"]): Check =>
  defineCheck("network-registry", "registry", async ({ env, signal }): Promise<string | Warning> => {
    const host = String(registry.split("/")[0]);
    const [secure, plain] = await Promise.all(
      ["https", "http"].map((scheme) => head(`${scheme}://${host}/v2/`, env, signal)),
    );
    const answer = secure !== undefined && "silent" in secure && plain !== undefined ? plain : secure;
    // https://distribution.github.io/distribution/spec/api/: 200, or 401 with where to log in
    if (answer !== undefined && "status" in answer && [200, 401].includes(answer.status)) {
      const found = `${host} answers ${String(answer.status)}${answer === plain ? " over http: the engine must count it among its insecure registries" : ""}`;
      if (!push || answer.status !== 401 || mayHaveLogin(host, env)) return found;
      const mend = `Log in as the user who runs osc-kolla: ${engine} login ${host}`;
      return { level: "warning", found: `${found}: it wants a login, and none is known for the push`, mend };
    }
    const silent = secure !== undefined && "silent" in secure ? secure.silent : "what answers is no registry";
    const found = `${host}: ${silent}`;
    const mend = "Check kolla.registry, the network and the proxies.";
    if (push) throw missing("asking the registry", found, mend);
    return { level: "warning", found, mend };
  });
