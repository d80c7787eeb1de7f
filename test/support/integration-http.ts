// SPDX-License-Identifier: Apache-2.0
/** A web server on loopback that serves git repositories to those who know the password. */
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { git } from "./integration-sample.ts";
import { newFolder } from "./sandbox.ts";

export interface PrivateServer {
  /** "127.0.0.1:4711" */
  readonly address: string;
  readonly close: () => Promise<void>;
  /** from now on nobody gets in */
  readonly lockOut: (locked: boolean) => void;
}

/** Serves copies of the bare repositories in `folder`. */
export async function servePrivately(folder: string, user: string, password: string): Promise<PrivateServer> {
  const root = servable(folder);
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  let locked = false;
  const server = createServer((request, response) => {
    if (locked || request.headers.authorization !== wanted) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="private"' }).end("no\n");
      return;
    }
    const file = fileAt(root, request.url);
    if (file !== undefined) response.writeHead(200).end(readFileSync(file));
    else response.writeHead(404).end("not here\n");
  });
  return {
    address: `127.0.0.1:${String(await listen(server))}`,
    close: () => closed(server),
    lockOut: (value) => {
      locked = value;
    },
  };
}

export interface CuttingServer {
  /** "http://127.0.0.1:4711" */
  readonly url: string;
  /** how many files it has sent so far */
  readonly sent: () => number;
  /** from now on the file with this number, counted from 0, is cut off in its middle; undefined: none */
  readonly cut: (at: number | undefined) => void;
  readonly close: () => Promise<void>;
}

/** Serves copies of the bare repositories in `folder`, and `files`, and can break off in the middle of one. */
export async function serveCutting(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<CuttingServer> {
  const root = servable(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  let sent = 0;
  let victim: number | undefined;
  const server = createServer((request, response) => {
    const file = fileAt(root, request.url);
    if (file === undefined) return void response.writeHead(404).end("not here\n");
    const content = readFileSync(file);
    response.writeHead(200, { "Content-Length": content.length });
    if (sent++ !== victim) return void response.end(content);
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  });
  const url = `http://127.0.0.1:${String(await listen(server))}`;
  const cut = (at: number | undefined) => {
    sent = 0;
    victim = at;
  };
  return { url, sent: () => sent, cut, close: () => closed(server) };
}

/** A copy of bare repositories that git's dumb protocol can read, which needs files alone. */
function servable(folder: string): string {
  const root = newFolder("served");
  cpSync(folder, root, { recursive: true });
  for (const name of readdirSync(root).filter((entry) => entry.endsWith(".git"))) {
    git(join(root, name), "update-server-info");
  }
  return root;
}

/** The file that a request asks for; undefined where there is none. */
function fileAt(root: string, url = "/"): string | undefined {
  const { pathname } = new URL(url, "http://localhost");
  const file = join(root, normalize(decodeURIComponent(pathname)));
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await closed(server);
  return port;
}

export interface FileServer {
  /** "http://127.0.0.1:4711" */
  readonly url: string;
  /** "METHOD /path" of every request so far */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

/** Serves contents by path; what is not there is 404, and with a login everything else is 401. */
export async function serveFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  login?: string,
): Promise<FileServer> {
  const asked: string[] = [];
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    asked.push(`${String(request.method)} ${pathname}`);
    const content = files[decodeURIComponent(pathname)];
    const status = request.headers.authorization === wanted ? (content === undefined ? 404 : 200) : 401;
    response.writeHead(status).end(status === 200 ? content : undefined);
  });
  return { url: `http://127.0.0.1:${String(await listen(server))}`, asked, close: () => closed(server) };
}

export interface RepositoryServer {
  readonly url: string;
  /** "HEAD /maven/org/…" of every request so far */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Gives the status of the answer, or none, ever. */
export type Answers = (path: string, authorization: string | undefined) => number | "silence";

/** A Maven repository on loopback. */
export async function serveRepository(answers: Answers): Promise<RepositoryServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push(`${method} ${url}`);
    const status = answers(url, headers.authorization);
    if (status !== "silence") response.writeHead(status).end();
  });
  return {
    url: `http://127.0.0.1:${String(await listen(server))}/maven`,
    requests,
    close: () => closed(server),
  };
}

/** Has a server listen on a free port of loopback. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
