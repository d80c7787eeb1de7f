// SPDX-License-Identifier: Apache-2.0
/** The machine's proxies, which Maven does not take from the environment. */
import type { Environment } from "../system/environment.ts";
import { proxyUrl } from "../system/proxies.ts";

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
  const found = (["http", "https"] as const).flatMap((protocol) => {
    const text = read(env, `${protocol}_proxy`) ?? read(env, "all_proxy");
    const url = text === undefined ? undefined : parse(text);
    return url === undefined ? [] : [proxyOf(protocol, url, nonProxyHosts(read(env, "no_proxy") ?? ""))];
  });
  return {
    proxies: found.map(({ proxy }) => proxy),
    env: Object.assign({}, ...found.map((one) => one.env)) as Proxies["env"],
  };
}

function read(env: Environment, name: string): string | undefined {
  const value = env[name] ?? env[name.toUpperCase()];
  return value === "" ? undefined : value;
}

/** Maven speaks to no SOCKS proxy. */
function parse(text: string): URL | undefined {
  const full = proxyUrl(text);
  return /^https?:/.test(full) && URL.canParse(full) ? new URL(full) : undefined;
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
    env: { [user]: decodeURIComponent(url.username), [password]: decodeURIComponent(url.password) },
  };
}

/** "localhost,.example.org" is "localhost|*.example.org|example.org"; networks as in 10.0.0.0/8 Maven does not know. */
function nonProxyHosts(list: string): string {
  const names = list.split(/[\s,]+/).filter((name) => name !== "" && !name.includes("/"));
  return names.flatMap((name) => (name.startsWith(".") ? [`*${name}`, name.slice(1)] : [name])).join("|");
}
