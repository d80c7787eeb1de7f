// SPDX-License-Identifier: Apache-2.0
// A company's proxy that opens TLS with an authority of its own: git and our own requests go through it.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join, normalize } from "node:path";
import { configureFakes, expectDone, expectFailure, useSandbox } from "../support/integration-fakes.ts";
import { git, sample } from "../support/integration-sample.ts";

/** Nobody's name: only the proxy can know where it is. */
const HOST = "git.company.invalid";
const PASSWORD = "quagga@pass";

describe("a company's proxy with an authority of its own", () => {
  const box = useSandbox("company-proxy");
  const servers: Server[] = [];
  const asked: string[] = [];
  let proxy = "";
  let authority = "";

  before(async () => {
    authority = makeAuthority(box.write("authority/README", ""));
    const tls = createTlsServer(
      { key: readFileSync(join(authority, "../host.key")), cert: readFileSync(join(authority, "../host.pem")) },
      serve(servedSample(join(box.root, "served"))),
    );
    const inside = await listen(tls);
    const outside = createServer().on("connect", (request, client) => {
      asked.push(`${String(request.url)} ${String(request.headers["proxy-authorization"])}`);
      const wanted = `Basic ${Buffer.from(`me:${PASSWORD}`).toString("base64")}`;
      if (request.headers["proxy-authorization"] !== wanted) {
        client.end(
          'HTTP/1.1 407 Who are you?\r\nProxy-Authenticate: Basic realm="company"\r\nProxy-Connection: close\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
        );
        return;
      }
      const server = connect(inside, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connected\r\n\r\n");
        server.pipe(client).pipe(server);
      });
      for (const end of [server, client]) end.on("error", () => undefined);
    });
    proxy = `127.0.0.1:${String(await listen(outside))}`;
    servers.push(tls, outside);
    const sha256 = createHash("sha256").update("far").digest("hex");
    configureFakes(box, {
      source: { url: `https://${HOST}/osc-core.git` },
      plugins: [{ url: `https://${HOST}/far.bar`, sha256 }],
    });
  });
  after(() => servers.forEach((server) => server.close()));

  const environment = (extra: Readonly<Record<string, string | undefined>> = {}) => ({
    // nothing of this machine's own
    ...Object.fromEntries(["GIT_SSL_CAINFO", "CURL_CA_BUNDLE", "SSL_CERT_DIR"].map((name) => [name, undefined])),
    SSL_CERT_FILE: authority,
    https_proxy: `http://me:${encodeURIComponent(PASSWORD)}@${proxy}`,
    HTTPS_PROXY: undefined,
    ...extra,
  });

  it("is gone through with what SSL_CERT_FILE and https_proxy say alone; Maven is told of it", async () => {
    const run = await box.run(["tarball", "--json"], { env: environment() });
    expectDone(run);
    expect(run.stdout).to.include("far.bar");
    expect(asked.filter((line) => line.startsWith(`${HOST}:443`)).length).to.be.greaterThan(1);
    const settings = readFileSync(join(box.work, "maven/settings.xml"), "utf8");
    expect(settings)
      .to.include(`<port>${proxy.replace(/.*:/, "")}</port>`)
      .and.not.include("quagga");
    expect(box.environmentOf("mvn")).to.include({ OSC_KOLLA_HTTPS_PROXY_PASSWORD: PASSWORD });
  });

  it("that is named without a scheme is the same", async () => {
    const https_proxy = `me:${encodeURIComponent(PASSWORD)}@${proxy}`;
    expectDone(await box.run(["tarball", "--force"], { env: environment({ https_proxy }) }));
  });

  it("is not believed where its authority is not named, and the message says what is wrong", async () => {
    const env = environment({ SSL_CERT_FILE: undefined, NODE_EXTRA_CA_CERTS: undefined });
    expectFailure(await box.run(["tarball", "--force"], { env }), 4, HOST, "certificate");
  });

  it("that wants another password is named, the password is not", async () => {
    const env = environment({ https_proxy: `http://me:quagga-wrong@${proxy}` });
    const run = await box.run(["tarball", "--force"], { env });
    expectFailure(run, 4, "407");
    expect(run.stderr).to.not.include("quagga");
  });
});

/** Makes an authority and a host's certificate by it, beside a file; the authority's absolute path. */
function makeAuthority(beside: string): string {
  const folder = join(beside, "..");
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`];
  openssl("req", "-x509", ...key("authority"), "-out", "authority.pem", "-subj", "/CN=Company", "-days", "2");
  openssl("req", ...key("host"), "-out", "host.csr", "-subj", `/CN=${HOST}`, "-addext", `subjectAltName=DNS:${HOST}`);
  const by = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-copy_extensions", "copy"];
  openssl("x509", "-req", "-in", "host.csr", ...by, "-out", "host.pem", "-days", "2");
  return join(folder, "authority.pem");
}

/** Copies of the sample's repositories, as git's dumb protocol wants them. */
function servedSample(folder: string): string {
  cpSync(sample().folder, folder, { recursive: true });
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(".git")))
    git(join(folder, name), "update-server-info");
  return folder;
}

const serve =
  (folder: string): RequestListener =>
  (request, response) => {
    const { pathname } = new URL(request.url ?? "/", `https://${HOST}`);
    const file = join(folder, normalize(pathname));
    if (pathname === "/far.bar") response.end("far");
    else if (existsSync(file) && statSync(file).isFile()) response.end(readFileSync(file));
    else response.writeHead(404).end();
  };

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
