// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import { findEngine } from "../../../src/engine/endpoint.ts";
import { configWith } from "../../support/unit-config.ts";
import { failureOf } from "../../support/unit-failure.ts";
import { putProgram, temporaryFolder } from "../../support/unit-folder.ts";

/** What docker 28.2.2 prints of a context called builder. */
const inspected = (endpoint: object, material: readonly string[] = [], name = "builder"): string =>
  JSON.stringify([
    {
      Name: name,
      Metadata: {},
      Endpoints: { docker: { Host: "tcp://builder:2376", SkipTLSVerify: false, ...endpoint } },
      TLSMaterial: material.length === 0 ? {} : { docker: material },
      Storage: { MetadataPath: "/home/me/.docker/contexts/meta/5f1c", TLSPath: "/home/me/.docker/contexts/tls/5f1c" },
    },
  ]);

const ALL = ["ca.pem", "cert.pem", "key.pem"];
const CERTIFICATES = "/home/me/.docker/contexts/tls/5f1c/docker";
const AUTHORITIES = {
  REQUESTS_CA_BUNDLE: "/company.pem",
  CURL_CA_BUNDLE: "/company.pem",
  SSL_CERT_FILE: "/company.pem",
};

describe("the engine that docker's client and kolla's SDK are led to", () => {
  const folder = temporaryFolder();

  /** The engine, where docker prints this of its context in use. */
  async function engineOf(context: string, env: Record<string, string> = {}, endpoint?: string) {
    await putProgram(join(folder(), "docker"), `[ "$*" = "context inspect" ] || exit 9\ncat <<'END'\n${context}\nEND`);
    const { signal } = new AbortController();
    const all = { ...AUTHORITIES, ...env, PATH: `${folder()}:${String(process.env["PATH"])}` };
    const config = configWith({ engine: { endpoint } });
    return findEngine({ config, paths: { state: folder() }, env: all, cwd: folder(), signal });
  }

  /** Docker's variables in the environment of whatever is started. */
  const dockers = ({ env }: { readonly env: Readonly<Record<string, string>> }) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => /^DOCKER_(HOST|TLS|CERT)/.test(name)));

  it("is that of the context in use, by its address alone where it has no TLS, whatever the caller's own TLS is", async () => {
    const own = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/his" };
    const engine = await engineOf(inspected({ Host: "unix:///run/other.sock" }), own);
    expect(engine).to.deep.include({ endpoint: "unix:///run/other.sock", tls: {} });
    expect(dockers(engine)).to.deep.equal({ DOCKER_HOST: "unix:///run/other.sock" });
    expect(engine.env).to.include(AUTHORITIES);
  });

  it("is reached by the certificates of that context", async () => {
    const tls = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: CERTIFICATES };
    const engine = await engineOf(inspected({}, ALL), { DOCKER_CERT_PATH: "/his", DOCKER_TLS: "1" });
    expect(engine).to.deep.include({ endpoint: "tcp://builder:2376", tls });
    expect(dockers(engine)).to.deep.equal({ DOCKER_HOST: "tcp://builder:2376", ...tls });
  });

  it("is believed to be itself where the context says so", async () => {
    expect(dockers(await engineOf(inspected({ SkipTLSVerify: true }, ALL)))).to.deep.equal({
      ...{ DOCKER_HOST: "tcp://builder:2376", DOCKER_TLS: "1", DOCKER_CERT_PATH: CERTIFICATES },
    });
  });

  it("is known by its own authority: one for everything else would count before it", async () => {
    const { env } = await engineOf(inspected({}, ALL));
    expect(env)
      .to.include({ SSL_CERT_FILE: "/company.pem" })
      .and.not.have.any.keys("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE");
  });

  it("is none where the context lacks what the SDK needs, which is said", async () => {
    for (const [context, lacks] of [
      [inspected({}, ["ca.pem"]), "has no cert.pem, no key.pem"],
      [inspected({ SkipTLSVerify: true }, ["cert.pem", "key.pem"]), "has no ca.pem"],
      [inspected({ SkipTLSVerify: true }), "has no ca.pem, no cert.pem, no key.pem"],
    ] as const) {
      const error = await failureOf(() => engineOf(context));
      expect([error.code, error.exitCode]).to.deep.equal(["ENGINE_MISSING", 3]);
      expect(error.message)
        .to.include("tcp://builder:2376")
        .and.include(`context builder is one with TLS, and ${lacks}`);
      expect(error.hint).to.include("docker context update builder");
    }
  });

  it("is that of the caller's variables where no context is in use, or the settings name it", async () => {
    const host = "tcp://his:2376";
    const tls = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/his" };
    const byDefault = await engineOf(inspected({ Host: host }, [], "default"), tls);
    expect(dockers(byDefault)).to.deep.equal({ DOCKER_HOST: host, ...tls });
    expect(dockers(await engineOf("not asked", tls, host))).to.deep.equal({ DOCKER_HOST: host, ...tls });
    const skipped = { DOCKER_TLS: "1", DOCKER_CERT_PATH: "/his" };
    expect(dockers(await engineOf("not asked", skipped, host))).to.deep.equal({ DOCKER_HOST: host, ...skipped });
  });

  it("has its certificates where docker's client looks for them, and no TLS where that has none", async () => {
    const host = "tcp://his:2376";
    const client = { DOCKER_TLS_VERIFY: "1", DOCKER_CONFIG: "/his/client" };
    expect(dockers(await engineOf("not asked", client, host))).to.include({ DOCKER_CERT_PATH: "/his/client" });
    const folderAlone = { DOCKER_CERT_PATH: "/his", DOCKER_TLS_VERIFY: "" };
    expect(dockers(await engineOf("not asked", folderAlone, host))).to.deep.equal({ DOCKER_HOST: host });
    const ssh = "ssh://me@builder";
    expect(dockers(await engineOf("not asked", client, ssh))).to.deep.equal({ DOCKER_HOST: ssh });
  });

  it("is docker's default where docker knows no contexts", async () => {
    const engine = await engineOf("docker: 'context' is not a docker command.");
    expect([engine.endpoint, dockers(engine)]).to.deep.equal([undefined, {}]);
  });
});
