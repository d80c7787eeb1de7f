// SPDX-License-Identifier: Apache-2.0
/** Where docker's client goes by itself: its context in use, and how that is reached by TLS. */
import { join } from "node:path";
import { childEnvironment, type Environment } from "../system/environment.ts";
import { engineMissing } from "../system/errors.ts";
import { runProcess } from "../system/process.ts";

const TLS = ["DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH"] as const;

/** Docker's variables for TLS, as far as they are set. */
export type Tls = Readonly<Partial<Record<(typeof TLS)[number], string>>>;

interface Address {
  /** as in DOCKER_HOST; undefined: docker's default */
  readonly endpoint: string | undefined;
  /** empty: without TLS */
  readonly tls: Tls;
}

/** What `docker context inspect` prints of a context. */
interface Inspected {
  readonly Name: string;
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
  /** the names of its files, by endpoint */
  readonly TLSMaterial?: { readonly docker?: readonly string[] };
  readonly Storage?: { readonly TLSPath?: string };
}

/** Where the context in use leads. */
export async function addressInUse(file: string, env: Environment, cwd: string, signal: AbortSignal): Promise<Address> {
  const request = { file, args: ["context", "inspect"], cwd, signal, timeout: 10_000 };
  const { exitCode, stdout } = await runProcess({
    ...request,
    env: childEnvironment(env, { DOCKER_CONTEXT: env["DOCKER_CONTEXT"] }),
  });
  const context = exitCode === 0 ? parse(stdout) : undefined;
  const endpoint = hostOf(context);
  // the default one is what docker makes of its variables
  const isVariables = context === undefined || context.Name === "default";
  return { endpoint, tls: isVariables ? tlsOfEnvironment(env, endpoint) : tlsOf(context) };
}

function parse(inspected: string): Inspected | undefined {
  try {
    return (JSON.parse(inspected) as readonly Inspected[])[0];
  } catch {
    return undefined;
  }
}

function hostOf(context: Inspected | undefined): string | undefined {
  const host = context?.Endpoints?.docker?.Host;
  return host === "" ? undefined : host;
}

/** What the folder of DOCKER_CERT_PATH must hold for kolla's SDK. */
const MATERIAL = ["ca.pem", "cert.pem", "key.pem"];

/**
 * A context keeps its certificates in a folder as DOCKER_CERT_PATH names one.
 *
 * @throws ENGINE_MISSING (exit 3) where it lacks one of them: only docker's own client can go without
 */
function tlsOf(context: Inspected): Tls {
  const { Name: name, TLSMaterial: material, Storage: storage } = context;
  const skips = context.Endpoints?.docker?.SkipTLSVerify === true;
  const files = material?.docker ?? [];
  if (files.length === 0 && !skips) return {};
  const absent = MATERIAL.filter((one) => !files.includes(one));
  if (absent.length > 0) {
    throw engineMissing(
      hostOf(context) ?? "its default address",
      `the docker context ${name} is one with TLS, and has no ${absent.join(", no ")}`,
      `kolla-build can be told of TLS by DOCKER_CERT_PATH alone, with all three of ${MATERIAL.join(", ")}: give them to the context (docker context update ${name} --docker host=…,ca=…,cert=…,key=…).`,
    );
  }
  const folder = { DOCKER_CERT_PATH: join(storage?.TLSPath ?? "", "docker") };
  return skips ? { DOCKER_TLS: "1", ...folder } : { DOCKER_TLS_VERIFY: "1", ...folder };
}

/**
 * What the caller's environment says of TLS for an address. Docker's client looks at DOCKER_CERT_PATH only beside one of the
 * other two, its SDK always; and where it is not set, the one looks into DOCKER_CONFIG, the other into ~/.docker.
 */
export function tlsOfEnvironment(env: Environment, endpoint: string | undefined): Tls {
  const { DOCKER_TLS_VERIFY: verify = "", DOCKER_TLS: tls = "", DOCKER_CERT_PATH: path = "" } = env;
  if ((verify === "" && tls === "") || !/^(tcp|https?):/.test(endpoint ?? "")) return {};
  const folder = path === "" ? env["DOCKER_CONFIG"] : path;
  return {
    ...(verify === "" ? { DOCKER_TLS: tls } : { DOCKER_TLS_VERIFY: verify }),
    ...(folder === undefined ? {} : { DOCKER_CERT_PATH: folder }),
  };
}

/**
 * The variables of TLS for a child. Where there is TLS, those for authorities of kolla's SDK are left out: Python's requests has
 * them count before the authority that it is given (seen with requests 2.34, docker 7.2), which is that of the engine.
 */
export function tlsVariables(tls: Tls): Environment {
  const isUsed = Object.keys(tls).length > 0;
  return {
    ...Object.fromEntries(TLS.map((name) => [name, tls[name]])),
    ...(isUsed ? { REQUESTS_CA_BUNDLE: undefined, CURL_CA_BUNDLE: undefined } : {}),
  };
}
