// SPDX-License-Identifier: Apache-2.0
/** The settings.xml that our Maven runs are given. */
import Builder from "fast-xml-builder";
import type { Proxy } from "./proxies.ts";

/** A repository that artifacts are taken from. */
export interface Repository {
  readonly id: string;
  readonly url: string;
  /** as it stands in a settings.xml: may be `${env.NAME}` */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** A repository that answers in the place of others. */
export interface Mirror extends Repository {
  /** ids of repositories, or a pattern, as settings.xml has it */
  readonly of: string;
}

export interface MavenSettings {
  /** absolute path */
  readonly localRepository: string;
  readonly proxies: readonly Proxy[];
  readonly mirrors: readonly Mirror[];
  /** asked beside those that the poms name */
  readonly repositories: readonly Repository[];
}

/** The content of a settings.xml. */
export function settingsXml({ localRepository, proxies, mirrors, repositories }: MavenSettings): string {
  const servers = [...mirrors, ...repositories].filter(({ username }) => username !== undefined);
  const asked = repositories.map(({ id, url }) => ({ id, url, snapshots: { enabled: true } }));
  const builder = new Builder({ format: true, ignoreAttributes: false });
  return builder.build({
    "?xml": { "@_version": "1.0", "@_encoding": "UTF-8" },
    settings: {
      "@_xmlns": "http://maven.apache.org/SETTINGS/1.2.0",
      localRepository,
      interactiveMode: false,
      proxies: { proxy: proxies.map((proxy) => ({ ...proxy, active: true })) },
      servers: { server: servers.map(({ id, username, password }) => ({ id, username, password })) },
      mirrors: { mirror: mirrors.map(({ id, url, of }) => ({ id, url, mirrorOf: of })) },
      profiles: {
        profile: {
          id: PROFILE,
          repositories: { repository: asked },
          pluginRepositories: { pluginRepository: asked },
        },
      },
      activeProfiles: { activeProfile: PROFILE },
    },
  });
}

const PROFILE = "osc-kolla";
