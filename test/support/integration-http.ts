// SPDX-License-Identifier: Apache-2.0
/** A web server on loopback that serves git repositories to those who know the password. */
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
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

/** Serves copies of the bare repositories in `folder` by git's dumb protocol, which needs files alone. */
export async function servePrivately(folder: string, user: string, password: string): Promise<PrivateServer> {
  const root = newFolder("served");
  cpSync(folder, root, { recursive: true });
  for (const name of readdirSync(root).filter((entry) => entry.endsWith(".git"))) {
    git(join(root, name), "update-server-info");
  }
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  let locked = false;
  const server = createServer((request, response) => {
    if (locked || request.headers.authorization !== wanted) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="private"' }).end("no\n");
      return;
    }
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = join(root, normalize(decodeURIComponent(pathname)));
    if (existsSync(file) && statSync(file).isFile()) response.writeHead(200).end(readFileSync(file));
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
export async function serveFiles(files: Readonly<Record<string, string>>, login?: string): Promise<FileServer> {
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
