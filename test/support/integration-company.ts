// SPDX-License-Identifier: Apache-2.0
/** A company's proxy on loopback that opens TLS with an authority of its own, and what can be had through it alone. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join, normalize } from "node:path";
import { git, sample } from "./integration-sample.ts";
import { jarWith } from "./integration-zip.ts";
import type { Sandbox } from "./sandbox.ts";

/** Nobody's name: only the proxy can know where it is. */
export const HOST = "git.company.invalid";

export interface Company {
  /** "127.0.0.1:4711" */
  readonly proxy: string;
  /** absolute path of the authority's PEM file */
  readonly authority: string;
  /** "git.company.invalid:443 Basic …" of every connection so far */
  readonly asked: string[];
  /** "/maven/org/…" of every request that was answered so far */
  readonly served: string[];
  readonly close: () => void;
}

/**
 * Opens a company.
 *
 * @param login "user:password" that the proxy wants
 * @param folders what HOST serves, by the first part of a request's path; /far.bar is there in any case
 */
export async function openCompany(
  box: Sandbox,
  login: string,
  folders: Readonly<Record<string, string>>,
): Promise<Company> {
  const authority = makeAuthority(box.write("authority/README", ""));
  const asked: string[] = [];
  const served: string[] = [];
  const tls = createTlsServer(
    { key: readFileSync(join(authority, "../host.key")), cert: readFileSync(join(authority, "../host.pem")) },
    serve(folders, served),
  );
  const inside = await listen(tls);
  const outside = proxyTo(inside, login, asked);
  const proxy = `127.0.0.1:${String(await listen(outside))}`;
  return { proxy, authority, asked, served, close: () => [tls, outside].forEach(end) };
}

function end(server: Server): void {
  server.closeAllConnections();
  server.close();
}

function proxyTo(port: number, login: string, asked: string[]): Server {
  const wanted = `Basic ${Buffer.from(login).toString("base64")}`;
  return createServer().on("connect", (request, client) => {
    asked.push(`${String(request.url)} ${String(request.headers["proxy-authorization"])}`);
    if (request.headers["proxy-authorization"] !== wanted) {
      client.end(
        'HTTP/1.1 407 Who are you?\r\nProxy-Authenticate: Basic realm="company"\r\nProxy-Connection: close\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    const server = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connected\r\n\r\n");
      server.pipe(client).pipe(server);
    });
    for (const side of [server, client]) side.on("error", () => undefined);
  });
}

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
export function servedSample(folder: string): string {
  cpSync(sample().folder, folder, { recursive: true });
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(".git")))
    git(join(folder, name), "update-server-info");
  return folder;
}

const serve =
  (folders: Readonly<Record<string, string>>, served: string[]): RequestListener =>
  (request, response) => {
    const { pathname } = new URL(request.url ?? "/", `https://${HOST}`);
    const [, first = "", ...rest] = normalize(decodeURIComponent(pathname)).split("/");
    const folder = folders[first];
    const file = folder === undefined ? undefined : join(folder, ...rest);
    if (pathname === "/far.bar") response.end(jarWith("far"));
    else if (file !== undefined && existsSync(file) && statSync(file).isFile()) {
      served.push(pathname);
      response.end(readFileSync(file));
    } else response.writeHead(404).end();
  };

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
