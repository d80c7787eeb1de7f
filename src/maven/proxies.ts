// SPDX-License-Identifier: Apache-2.0
/** The machine's proxies, which Maven does not take from the environment. */
import type { Environment } from "../system/environment.ts";
import { proxyFor } from "../system/proxies.ts";
import { decoded } from "../system/secrets.ts";

/** A proxy as a settings.xml names it. */
export interface Proxy {
  readonly id: string;
  /** of the requests that go through it */
  readonly protocol: "http" | "https";
  readonly host: string;
  readonly port: string;
  /** as `${env.NAME}`: no credential stands in a file */
  readonly username?: string;
  readonly password?: string;
  /** "localhost|*.example.org" */
  readonly nonProxyHosts: string;
}

export interface Proxies {
  readonly proxies: readonly Proxy[];
  /** the variables that credentials are taken from */
  readonly env: Readonly<Record<string, string>>;
}

/** What http_proxy, https_proxy and no_proxy say (either spelling), as curl reads them. */
export function proxiesOf(env: Environment): Proxies {
  const hosts = nonProxyHosts(env["no_proxy"] ?? env["NO_PROXY"] ?? "");
  const found = (["http", "https"] as const).flatMap((protocol) => {
    const url = proxyFor(protocol, env);
    return url === undefined ? [] : [proxyOf(protocol, url, hosts)];
  });
  return {
    proxies: found.map(({ proxy }) => proxy),
    env: Object.assign({}, ...found.map((one) => one.env)) as Proxies["env"],
  };
}

function proxyOf(protocol: Proxy["protocol"], url: URL, hosts: string): { proxy: Proxy; env: Proxies["env"] } {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const proxy = { id: `osc-kolla-${protocol}`, protocol, host: url.hostname, port, nonProxyHosts: hosts };
  if (url.username === "") return { proxy, env: {} };
  const [user, password] = ["USER", "PASSWORD"].map((part) => `OSC_KOLLA_${protocol.toUpperCase()}_PROXY_${part}`) as [
    string,
    string,
  ];
  return {
    proxy: { ...proxy, username: `\${env.${user}}`, password: `\${env.${password}}` },
    env: { [user]: decoded(url.username), [password]: decoded(url.password) },
  };
}

/** "localhost,.example.org" is "localhost|*.example.org|example.org"; networks as in 10.0.0.0/8 Maven does not know. */
function nonProxyHosts(list: string): string {
  const names = list.split(/[\s,]+/).filter((name) => name !== "" && !name.includes("/"));
  return names.flatMap((name) => (name.startsWith(".") ? [`*${name}`, name.slice(1)] : [name])).join("|");
}
