// SPDX-License-Identifier: Apache-2.0
/** Containers of an image of OSC: started on no network, asked from inside, removed in the end. */
import { expect } from "chai";
import { type Bench, type Ended, eventually, run } from "./e2e.ts";

/** What a start needs of the machine and no more: see docs/runtime.md. */
export const LEAST = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];

export const DATA = "/opt/vmidc/bin/data";

/** The path of the API's answers. */
export const API = "api/server/v1";

export class Containers {
  readonly #bench: Bench;
  readonly #ids: string[] = [];
  readonly #volumes: string[] = [];

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** The engine's client, whatever it ends with. */
  docker(...args: string[]): Promise<Ended> {
    return run("docker", args, { DOCKER_HOST: this.#bench.endpoint });
  }

  /** A new volume; the options for a container that has its data there. */
  async volume(name: string): Promise<string[]> {
    const volume = `${this.#bench.tag}-${name}`;
    await this.#bench.docker("volume", "create", volume);
    this.#volumes.push(volume);
    return ["--volume", `${volume}:${DATA}`];
  }

  /** Starts a container by an image's CMD, or by a command. */
  async start(image: string, options: readonly string[], ...command: string[]): Promise<Container> {
    const network = options.includes("--network") ? [] : ["--network", "none"];
    const id = await this.#bench.docker("run", "--detach", ...network, ...options, image, ...command);
    this.#ids.push(id);
    return new Container(this, id);
  }

  /** Starts a container that is to end by itself; what it said, and its exit code. */
  async ended(image: string, options: readonly string[], ...command: string[]): Promise<Ended> {
    const container = await this.start(image, options, ...command);
    return container.end();
  }

  async remove(): Promise<void> {
    if (this.#ids.length > 0) await this.docker("rm", "--force", "--volumes", ...this.#ids);
    if (this.#volumes.length > 0) await this.docker("volume", "rm", "--force", ...this.#volumes);
  }
}

export class Container {
  readonly id: string;
  readonly #all: Containers;

  constructor(all: Containers, id: string) {
    this.#all = all;
    this.id = id;
  }

  /** Runs a command inside. */
  exec(...command: string[]): Promise<Ended> {
    return this.#all.docker("exec", this.id, ...command);
  }

  /** What curl is answered inside; "" where nothing answers. */
  async curl(...args: string[]): Promise<string> {
    return (await this.exec("curl", "--disable", "--silent", "--insecure", "--max-time", "5", ...args)).stdout;
  }

  /** The status code of an answer. */
  code(...args: string[]): Promise<string> {
    return this.curl("--output", "/dev/null", "--write-out", "%{http_code}", ...args);
  }

  /** Where an answer sends a browser. */
  redirect(url: string): Promise<string> {
    return this.curl("--output", "/dev/null", "--write-out", "%{redirect_url}", url);
  }

  /** Waits until OSC is ready; what its status says. */
  async ready(port = 8090, seconds = 300): Promise<Record<string, unknown>> {
    const ask = () => this.curl("--fail", `https://127.0.0.1:${String(port)}/${API}/serverManagement/status`);
    const over = async () => (await this.#state("Running")) !== "true";
    let dead = false;
    const answer = await eventually(
      seconds,
      async () => {
        dead = await over();
        return ask();
      },
      (said) => said !== "" || dead,
    );
    if (answer === "") throw new Error(`it does not answer on ${String(port)}:\n${await this.logs()}`);
    return JSON.parse(answer) as Record<string, unknown>;
  }

  /** What its health check says now, and whether it is content. */
  health(): Promise<Ended> {
    return this.exec("osc_healthcheck");
  }

  /** What the engine knows of its state, by the name that the engine has for it. */
  #state(name: string): Promise<string> {
    return this.#inspect(`{{.State.${name}}}`);
  }

  async #inspect(format: string): Promise<string> {
    return (await this.#all.docker("inspect", "--format", format, this.id)).stdout.trim();
  }

  /** Waits until the engine's own health check has come to one of these. */
  becomes(...wanted: string[]): Promise<string> {
    const ask = () => this.#state("Health.Status");
    return eventually(150, ask, (now) => wanted.includes(now));
  }

  /** All that it has said. */
  async logs(): Promise<string> {
    const { stdout, stderr } = await this.#all.docker("logs", this.id);
    return `${stdout}${stderr}`;
  }

  /** Waits for its end. */
  async end(): Promise<Ended> {
    const code = Number((await this.#all.docker("wait", this.id)).stdout.trim());
    return { code, ...(await this.said()) };
  }

  private async said(): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const { stdout, stderr } = await this.#all.docker("logs", this.id);
    return { stdout, stderr };
  }

  /** Stops it by SIGTERM; its exit code, and after how many seconds. */
  async stop(): Promise<{ readonly code: number; readonly seconds: number }> {
    const before = Date.now();
    await this.#all.docker("stop", "--time", "20", this.id);
    const seconds = (Date.now() - before) / 1000;
    return { code: Number(await this.#state("ExitCode")), seconds };
  }

  async kill(): Promise<void> {
    await this.#all.docker("kill", this.id);
    await this.#all.docker("wait", this.id);
  }
}

/** Fills the data folder of a container that is well, and makes room again; its health check must notice both. */
export async function expectFullVolumeNoticed(running: Container): Promise<void> {
  expect((await running.health()).stdout).to.equal("");
  await running.exec("sh", "-c", `head -c 80M /dev/zero >${DATA}/filling`);
  const { code, stdout } = await running.health();
  expect([code, stdout.trim()]).to.deep.equal([1, `nothing can be written in ${DATA}`]);
  await running.exec("rm", `${DATA}/filling`);
  expect((await running.health()).stdout).to.equal("");
}
