// SPDX-License-Identifier: Apache-2.0
/** Asking web servers and downloading: through the environment's proxies, trusting this machine's authorities. */
import { createWriteStream, readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { rootCertificates } from "node:tls";
import { EnvHttpProxyAgent, interceptors, request } from "undici";
import { trustedFiles } from "./authorities.ts";
import type { Environment } from "./environment.ts";
import { messageOf } from "./errors.ts";
import { proxyFor } from "./proxies.ts";
import { decoded } from "./secrets.ts";

/** How long a server may take before it counts as silent, in milliseconds. */
const PATIENCE = 10_000;

export type Answer = { readonly status: number } | { readonly silent: string };

export interface Login {
  readonly username: string;
  readonly password: string;
}

/**
 * Asks for the head of a resource.
 *
 * @returns the status, or why there was no answer within ten seconds
 */
export async function head(url: string, env: Environment, signal: AbortSignal, login?: Login): Promise<Answer> {
  // AbortSignal.any and AbortSignal.timeout may be garbage before they fire; then nobody stops waiting
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error(`no answer within ${String(PATIENCE)} ms`)), PATIENCE);
  const giveUp = () => patience.abort(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    signal.throwIfAborted();
    const { statusCode, body } = await request(withoutLogin(url), {
      method: "HEAD",
      dispatcher: agentFor(env),
      signal: patience.signal,
      headers: authorization(login ?? loginIn(url)),
    });
    await body.dump();
    return { status: statusCode };
  } catch (thrown) {
    signal.throwIfAborted();
    return { silent: messageOf(thrown) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}

/**
 * Downloads a resource into a new file; credentials in the URL are used, redirects are followed.
 *
 * @param onBytes is told how many bytes there were so far, and how many there will be where the server says it
 * @throws Error with what the server answered, or why it did not
 */
export async function download(
  url: string,
  file: string,
  env: Environment,
  signal: AbortSignal,
  onBytes: (bytes: number, total: number | undefined) => void,
): Promise<void> {
  const { statusCode, headers, body } = await request(withoutLogin(url), {
    dispatcher: agentFor(env).compose(interceptors.redirect({ maxRedirections: 5 })),
    signal,
    headers: authorization(loginIn(url)),
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
  });
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`the server answers ${String(statusCode)}`);
  }
  const total = Number(headers["content-length"] ?? NaN);
  let count = 0;
  body.on("data", (chunk: Buffer) => onBytes((count += chunk.length), Number.isNaN(total) ? undefined : total));
  await pipeline(body, createWriteStream(file, { flags: "wx" }), { signal });
}

function authorization(login: Login | undefined): Record<string, string> {
  if (login === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}` };
}

/** The credentials that stand in a URL, which no request may carry there. */
function loginIn(url: string): Login | undefined {
  const { username, password } = new URL(url);
  if (username === "") return undefined;
  return { username: decoded(username), password: decoded(password) };
}

function withoutLogin(url: string): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}

function agentFor(env: Environment): EnvHttpProxyAgent {
  const ca = [...rootCertificates, ...trustedFiles(env).map((file) => readFileSync(file, "utf8"))];
  return new EnvHttpProxyAgent({
    connect: { ca },
    requestTls: { ca },
    proxyTls: { ca },
    httpProxy: proxyFor("http", env)?.href ?? "",
    httpsProxy: proxyFor("https", env)?.href ?? "",
    noProxy: env["no_proxy"] ?? env["NO_PROXY"] ?? "",
  });
}
