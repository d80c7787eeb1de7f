// SPDX-License-Identifier: Apache-2.0
/** `--push` to a real registry, with docker's own credentials; what comes out of it in an empty engine. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import type { Result } from "../../src/cli/result.ts";
import type { ImageInfo } from "../../src/engine/images.ts";
import { Bench, eventually, must, ROOT } from "../support/e2e.ts";
import { LOGIN, type Registry, startRegistry } from "../support/registry.ts";

/** Debian's docker-registry: the machine's, or that of scripts/tools.sh. */
function registryProgram(): string {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), join(ROOT, ".osc-kolla/tools/usr/bin")];
  const found = folders.map((folder) => join(folder, "docker-registry")).find((file) => existsSync(file));
  if (found === undefined) throw new Error("run scripts/tools.sh docker-registry=docker-registry");
  return found;
}

/** A dockerd of its own, without images, and without a network but the host's. */
class EmptyEngine {
  readonly endpoint: string;
  readonly #run: string;
  readonly #process: ChildProcess;

  private constructor(run: string, data: string) {
    // a socket's path is short: not below the bench's folder
    this.#run = run;
    this.endpoint = `unix://${run}/docker.sock`;
    const args = ["--config-file", join(run, "daemon.json"), "--data-root", data, "--exec-root", join(run, "exec")];
    const alone = ["--bridge=none", "--iptables=false", "--ip6tables=false"];
    const names = ["--containerd-namespace", "osc-kolla-empty", "--containerd-plugins-namespace", "osc-kolla-empty-p"];
    const where = ["-p", join(run, "docker.pid"), "-H", this.endpoint];
    this.#process = spawn("dockerd", [...args, ...where, ...alone, ...names], { stdio: "ignore" });
  }

  static async start(data: string): Promise<EmptyEngine> {
    const run = await mkdtemp("/run/osc-kolla-empty-");
    await writeFile(join(run, "daemon.json"), "{}\n");
    const engine = new EmptyEngine(run, data);
    const version = await eventually(
      60,
      () => engine.docker("version", "--format", "{{.Server.Version}}").catch(() => ""),
      (answer) => answer !== "",
    );
    expect(version, "the empty engine answers").to.not.equal("");
    return engine;
  }

  async docker(...args: string[]): Promise<string> {
    return (await must("docker", args, { DOCKER_HOST: this.endpoint })).trim();
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const closed = once(this.#process, "close");
      this.#process.kill("SIGTERM");
      await closed;
    }
    await rm(this.#run, { recursive: true, force: true });
  }
}

describe("osc-kolla image --push", () => {
  let bench: Bench;
  let registry: Registry;
  let pushed: Result;
  let images: readonly ImageInfo[] = [];
  const saved = () => bench.path("images.tar");
  const login = () => Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
  /** Runs it with a docker client that knows these logins. */
  const push = async (auths: object, ...args: string[]) => {
    const folder = bench.path("docker-client");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "config.json"), JSON.stringify({ auths }));
    return bench.osc("image", ["--push", "--namespace", "team/osc", ...args], { DOCKER_CONFIG: folder });
  };
  const failure = (stdout: string) =>
    (JSON.parse(stdout) as { error: { code: string; message: string; hint: string } }).error;

  before(async () => {
    bench = await Bench.make("push");
    await bench.takeDownloads();
    registry = await startRegistry(registryProgram(), bench.path("registry"), false);
  });
  after(async () => {
    await registry.stop();
    await bench.remove();
  });

  for (const builder of ["true", "false"]) {
    const buildkit = ["--set", `kolla.buildkit=${builder}`];
    const name = builder === "true" ? "BuildKit" : "the classic builder";

    it(`says with ${name} that the registry is not reached, and what to do`, async () => {
      const { code, stdout } = await push({}, "--registry", "127.0.0.1:1", ...buildkit);
      const { code: kind, message, hint } = failure(stdout);
      expect([code, kind]).to.deep.equal([7, "KOLLA_FAILED"]);
      expect(message).to.include("connection refused");
      expect(hint).to.include("does not reach the registry");
    });

    it(`says with ${name} that the registry lets nobody in without a login, and which one it takes`, async () => {
      const { code, stdout } = await push({}, "--registry", registry.address, ...buildkit);
      const { code: kind, hint } = failure(stdout);
      expect([code, kind]).to.deep.equal([7, "KOLLA_FAILED"]);
      expect(hint).to.include("docker login HOST");
    });
  }

  it("pushes with docker's own login, and says in result.json under which digests", async () => {
    const { code, stdout, stderr } = await push(
      { [registry.address]: { auth: login() } },
      "--registry",
      registry.address,
    );
    expect(code, stderr).to.equal(0);
    pushed = JSON.parse(stdout) as Result;
    expect(stdout + stderr).to.not.include(LOGIN.password);
    const digests = pushed.results.images?.pushed ?? [];
    expect(digests).to.have.length(2);
    for (const [index, image] of ["osc-base", "osc"].entries()) {
      const answer = await fetch(`http://${registry.address}/v2/team/osc/${image}/manifests/${bench.tag}`, {
        method: "HEAD",
        headers: {
          authorization: `Basic ${login()}`,
          accept: "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
        },
      });
      const digest = answer.headers.get("docker-content-digest") ?? "";
      expect(digests[index]).to.equal(`${registry.address}/team/osc/${image}@${digest}`);
    }
  });

  it("is built on a base that comes from the registry, under whatever name it has there", async () => {
    const base = `${registry.address}/mirror/kolla-9-base:of-theirs`;
    const client = (...args: string[]) => bench.docker("--config", bench.path("docker-client"), ...args);
    await client("tag", `${registry.address}/team/osc/base:${bench.tag}`, base);
    await client("push", "--quiet", base);
    await client("image", "rm", base);
    const own = [
      "--namespace",
      "elsewhere",
      "--set",
      `kolla.parent=${base}`,
      "--set",
      "kolla.pull=true",
      "--save",
      saved(),
      "--",
      "--nopush",
    ];
    const { code, stdout, stderr } = await push({ [registry.address]: { auth: login() } }, ...own);
    expect(code, stderr).to.equal(0);
    ({ images = [] } = (JSON.parse(stdout) as Result).results.images ?? {});
    expect(images.map(({ name }) => name)).to.deep.equal([
      `elsewhere/osc-base:${bench.tag}`,
      `elsewhere/osc:${bench.tag}`,
    ]);
    expect(await bench.inImage(images[1]?.name ?? "", "id", "-un", "osc")).to.equal("osc");
    expect(await bench.docker("image", "ls", "--quiet", `elsewhere/base:${bench.tag}`), "no base is built").to.equal(
      "",
    );
  });

  it("gives an empty engine both images from the file that they were saved into, and one that becomes healthy from the registry", async () => {
    const engine = await EmptyEngine.start(bench.path("empty-engine"));
    try {
      expect(await engine.docker("image", "ls", "--quiet")).to.equal("");
      await engine.docker("image", "load", "--quiet", "--input", saved());
      for (const { name, id } of images)
        expect(await engine.docker("image", "inspect", "--format", "{{.Id}}", name)).to.equal(id);
      await must(
        "docker",
        ["--config", bench.path("docker-client"), "pull", "--quiet", pushed.results.images?.pushed?.[1] ?? ""],
        {
          DOCKER_HOST: engine.endpoint,
        },
      );
      const image = pushed.results.images?.pushed?.[1] ?? "";
      const id = await engine.docker("run", "--detach", "--network", "none", "--tmpfs", "/tmp", image);
      const health = () => engine.docker("inspect", "--format", "{{.State.Health.Status}}", id);
      expect(await eventually(120, health, (answer) => answer === "healthy")).to.equal("healthy");
      await engine.docker("rm", "--force", id);
    } finally {
      await engine.stop();
    }
  });
});
