// SPDX-License-Identifier: Apache-2.0
/** What the environment says of proxies. */
import type { Environment } from "./environment.ts";
import { mask } from "./secrets.ts";

/** Those that name a proxy; each is in use in capitals too. */
const PROXIES = ["http_proxy", "https_proxy", "all_proxy"] as const;

/** "proxy:3128" is http://proxy:3128, as for curl. */
export const proxyUrl = (text: string): string => (text.includes("://") ? text : `http://${text}`);

export interface ProxyFacts {
  /** "http_proxy=http://***@proxy:3128" for each that is set; credentials are masked */
  readonly set: readonly string[];
  /** what cannot be used at all */
  readonly wrong: readonly string[];
  /** what programs may understand in different ways */
  readonly doubtful: readonly string[];
}

/** Looks at the variables, in both spellings. */
export function proxyFacts(env: Environment): ProxyFacts {
  const valuesOf = (name: string): [string, string][] =>
    [name, name.toUpperCase()].flatMap((one) => (env[one] === undefined || env[one] === "" ? [] : [[one, env[one]]]));
  const proxies = PROXIES.flatMap(valuesOf);
  const exceptions = valuesOf("no_proxy");
  const shown = ([name, value]: [string, string]) =>
    `${name}=${exceptions.some(([one]) => one === name) ? value : mask(proxyUrl(value))}`;
  const different = [...PROXIES, "no_proxy"].map(valuesOf).filter(([one, other]) => other && one?.[1] !== other[1]);
  const wrong = proxies.filter(([, value]) => !/^(https?|socks\w*):\/\/[^/]/.test(url(value)?.href ?? ""));
  const socks = proxies.filter(([, value]) => url(value)?.protocol.startsWith("socks") === true);
  const isOff = proxies.length > 0 && exceptions.some(([, value]) => value.trim() === "*");
  return {
    set: [...proxies, ...exceptions].map(shown),
    wrong: wrong.map((pair) => `${shown(pair)} is no address of a proxy`),
    doubtful: [
      ...different.map((pairs) => `${pairs.map(shown).join(" and ")} contradict each other`),
      ...socks.map((pair) => `${shown(pair)} is a SOCKS proxy, to which Maven does not speak`),
      ...(isOff ? ["no_proxy=* switches the proxies off"] : []),
    ],
  };
}

function url(value: string): URL | undefined {
  const full = proxyUrl(value);
  return URL.canParse(full) ? new URL(full) : undefined;
}

/**
 * The proxy for requests of a protocol, as curl reads http_proxy, https_proxy and all_proxy (either spelling).
 *
 * @returns undefined where there is none, or one of another kind (SOCKS), which neither Maven nor we speak to
 */
export function proxyFor(protocol: "http" | "https", env: Environment): URL | undefined {
  const read = (name: string) =>
    [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== "");
  const url = proxyUrl(read(`${protocol}_proxy`) ?? read("all_proxy") ?? "");
  return /^https?:/.test(url) && URL.canParse(url) ? new URL(url) : undefined;
}
