// SPDX-License-Identifier: Apache-2.0
/** Engines on other machines: docker's real client and kolla's real SDK, with TLS on loopback and a fake ssh. */
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { type AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { join } from "node:path";
import { expectTold, hasNamespaces, report, withoutRecord } from "../support/integration-doctor.ts";
import { configureFakes, useSandbox } from "../support/integration-fakes.ts";
import { CHECKOUT, type Sandbox } from "../support/sandbox.ts";

const DOCKER = execFileSync("sh", ["-c", "command -v docker"], { encoding: "utf8" }).trim();

/** The real docker and kolla, and no address in the settings. */
function useReal(box: Sandbox): void {
  const kolla = { command: join(CHECKOUT, ".osc-kolla/venv/bin/kolla-build"), python: undefined };
  configureFakes(box, { kolla, engine: { endpoint: undefined } });
  box.write("bin/docker", `#!/bin/sh\nexec '${DOCKER}' "$@"\n`, 0o755);
}

describe("an engine behind TLS", () => {
  const box = useSandbox("engine-tls");
  const certificates = () => join(box.root, "certificates");
  const pem = (name: string) => join(certificates(), `${name}.pem`);
  /** "Docker-Client as me" of every request so far */
  const seen = new Set<string>();
  let server: Server | undefined;
  let address = "";

  before("it, its authority and a certificate for me are made", async function () {
    if (!hasNamespaces("-rm")) this.skip();
    mkdirSync(certificates());
    const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: certificates(), stdio: "ignore" });
    const key = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-subj", `/CN=${name}`];
    for (const name of ["authority", "another"]) openssl("req", "-x509", ...key(name), "-out", `${name}.pem`);
    const by = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-copy_extensions", "copy"];
    for (const name of ["server", "me"]) {
      openssl("req", ...key(name), "-out", `${name}.csr`, "-addext", "subjectAltName=IP:127.0.0.1");
      openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`);
    }
    const listening = createServer(
      {
        ...{ key: readFileSync(join(certificates(), "server.key")), cert: readFileSync(pem("server")) },
        ...{ ca: readFileSync(pem("authority")), requestCert: true },
      },
      ({ url = "", headers, socket }, response) => {
        const client = String(headers["user-agent"]).split("/")[0] ?? "";
        if (socket instanceof TLSSocket) seen.add(`${client} as ${String(socket.getPeerCertificate().subject.CN)}`);
        const version = { Version: "28.0.0", ApiVersion: "1.48", MinAPIVersion: "1.24" };
        const info = { Driver: "overlay2", DockerRootDir: "/nowhere" };
        response.setHeader("Api-Version", version.ApiVersion).setHeader("Content-Type", "application/json");
        response.end(
          url.endsWith("/version") ? JSON.stringify(version) : url.endsWith("/info") ? JSON.stringify(info) : "",
        );
      },
    );
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    address = `tcp://127.0.0.1:${String((listening.address() as AddressInfo).port)}`;
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
  });

  beforeEach(() => {
    useReal(box);
    seen.clear();
  });

  /** The environment of somebody who has a docker context in use, and other authorities for everything else. */
  function withContext(name: string, options: readonly string[]): Record<string, string> {
    const env = { DOCKER_CONFIG: join(box.root, "client") };
    const args = ["context", "create", name, "--docker", [`host=${address}`, ...options].join(",")];
    execFileSync(DOCKER, args, { env: { ...env, HOME: box.home }, stdio: "ignore" });
    const another = { REQUESTS_CA_BUNDLE: pem("another"), CURL_CA_BUNDLE: pem("another") };
    return { ...env, ...another, DOCKER_CONTEXT: name };
  }
  const mine = () => [`cert=${pem("me")}`, `key=${join(certificates(), "me.key")}`];

  it("is reached with the certificates of the docker context in use, by docker and by kolla's SDK", async () => {
    const env = withContext("builder", [`ca=${pem("authority")}`, ...mine()]);
    const run = await box.run(["doctor"], { env, ...withoutRecord(box) });
    expectTold(run, 0, `docker 28.0.0 (${box.bin}/docker) at ${address}, storage driver overlay2`);
    expect([...seen].sort()).to.deep.equal(["Docker-Client as me", "docker-sdk-python as me"]);
  });

  it("is reached so where it is not asked who it is", async () => {
    const env = withContext("skipping", [`ca=${pem("another")}`, ...mine(), "skip-tls-verify=true"]);
    expectTold(await box.run(["doctor"], { env, ...withoutRecord(box) }), 0, `at ${address}`);
    expect([...seen].sort()).to.deep.equal(["Docker-Client as me", "docker-sdk-python as me"]);
  });

  it("is reached with the certificates of the caller's own variables", async () => {
    const folder = join(box.root, "own");
    const env = withContext("unused", [`ca=${pem("authority")}`, ...mine()]);
    const files = { "ca.pem": "authority.pem", "cert.pem": "me.pem", "key.pem": "me.key" };
    for (const [name, file] of Object.entries(files))
      box.write(`own/${name}`, readFileSync(join(certificates(), file)));
    const own = { DOCKER_HOST: address, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder };
    expectTold(await box.run(["doctor"], { env: { ...env, ...own } }), 0, `at ${address}`);
    expect([...seen].sort()).to.deep.equal(["Docker-Client as me", "docker-sdk-python as me"]);
  });

  it("is told to be out of reach: with another authority, and with a context that the SDK cannot take", async () => {
    const reportOf = (env: Record<string, string>) => report(box, [], { env, ...withoutRecord(box) });
    const other = await reportOf(withContext("other", [`ca=${pem("another")}`, ...mine()]));
    expect(other.bad).to.deep.equal(["engine"]);
    expect(other.of("engine").found).to.include("x509: certificate signed by unknown authority");
    const half = await reportOf(withContext("half", [`ca=${pem("authority")}`]));
    expect(half.bad).to.deep.equal(["engine"]);
    expect(half.of("engine").found).to.include(
      "the docker context half is one with TLS, and has no cert.pem, no key.pem",
    );
    expect([...seen]).to.deep.equal([]);
  });
});

describe("an engine behind ssh", () => {
  const box = useSandbox("engine-ssh");

  it("is looked for with the caller's agent, and its last words are told", async () => {
    useReal(box);
    const refuses = "echo 'me@builder: Permission denied (publickey).' >&2\nexit 255";
    box.fake("ssh", { "*' -l me -- builder docker system dial-stdio'": refuses });
    const { of, bad } = await report(box, [], {
      env: { DOCKER_HOST: "ssh://me@builder", SSH_AUTH_SOCK: "/run/agent" },
    });
    expect(bad).to.deep.equal(["engine"]);
    expect(of("engine").found).to.include("stderr=me@builder: Permission denied (publickey)");
    expect(of("engine").mend).to.include("try ssh ssh://me@builder docker version");
    expect(box.environmentOf("ssh")).to.include({ HOME: box.home, SSH_AUTH_SOCK: "/run/agent" });
  });
});
