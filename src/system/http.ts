// SPDX-License-Identifier: Apache-2.0
/** Asking web servers whether something is there: through the environment's proxies, trusting its authorities. */
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { EnvHttpProxyAgent, request } from "undici";
import type { Environment } from "./environment.ts";
import { messageOf } from "./errors.ts";

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
  signal.throwIfAborted();
  // AbortSignal.any and AbortSignal.timeout may be garbage before they fire; then nobody stops waiting
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error(`no answer within ${String(PATIENCE)} ms`)), PATIENCE);
  const giveUp = () => patience.abort(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  const basic = login === undefined ? undefined : Buffer.from(`${login.username}:${login.password}`).toString("base64");
  try {
    const { statusCode, body } = await request(url, {
      method: "HEAD",
      dispatcher: agentFor(env),
      signal: patience.signal,
      headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
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

function agentFor(env: Environment): EnvHttpProxyAgent {
  const file = env["SSL_CERT_FILE"] ?? env["CURL_CA_BUNDLE"];
  const ca = [...rootCertificates, ...(file === undefined ? [] : [readFileSync(file, "utf8")])];
  const value = (name: string) => env[name] ?? env[name.toUpperCase()] ?? "";
  return new EnvHttpProxyAgent({
    connect: { ca },
    requestTls: { ca },
    httpProxy: value("http_proxy"),
    httpsProxy: value("https_proxy"),
    noProxy: value("no_proxy"),
  });
}
