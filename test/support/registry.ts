// SPDX-License-Identifier: Apache-2.0
/** A real registry on loopback: Debian's docker-registry. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

export interface Registry {
  /** host:port */
  readonly address: string;
  /** its storage */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** Who is let in, as a line of htpasswd: bcrypt is all that this registry takes. */
export const LOGIN = {
  user: "tester",
  password: "secret-of-tests",
  line: "tester:$2y$05$abcdefghijklmnopqrstuuw96Ltup7pGh2qN94fVvgzzZyRtkpRBq",
} as const;

/**
 * Starts a registry.
 *
 * @param file docker-registry
 * @param folder a new one
 * @param isOpen whether it lets everybody in, and not LOGIN alone
 * @throws Error with its own words when it does not answer within ten seconds
 */
export async function startRegistry(file: string, folder: string, isOpen = true): Promise<Registry> {
  await mkdir(folder, { recursive: true });
  const address = `127.0.0.1:${String(await freePort())}`;
  const conf = join(folder, "conf.yml");
  const users = join(folder, "htpasswd");
  await writeFile(users, `${LOGIN.line}\n`);
  // JSON is YAML
  const content = {
    ...{ version: 0.1, log: { level: "warn" } },
    ...{ storage: { filesystem: { rootdirectory: folder } }, http: { addr: address } },
    ...(isOpen ? {} : { auth: { htpasswd: { realm: "tests", path: users } } }),
  };
  await writeFile(conf, JSON.stringify(content));
  const child = spawn(file, ["serve", conf], { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => (words = `${words}${chunk.toString("utf8")}`.slice(-2000)));
  const stop = () => stopChild(child);
  for (let left = 100; left > 0; left--) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answer !== undefined && [200, 401].includes(answer.status)) return { address, folder, stop };
    await setTimeout(100);
  }
  await stop();
  throw new Error(`the registry does not answer: ${words}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  await closed;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("there is no free port");
  return address.port;
}
