// SPDX-License-Identifier: Apache-2.0
/**
 * The main job with a real podman, in a tree of Debian 13. See scripts/test-podman.sh for what it needs. kolla's SDK talks to
 * podman's socket, which the tree and this machine share; the client is a script that goes into the tree.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import type { Report } from "../../src/cli/findings.ts";
import type { Result } from "../../src/cli/result.ts";
import { Bench, type Ended, eventually, must, ROOT, run } from "../support/e2e.ts";
import { noteRan } from "../support/matrix.ts";

const PLACE = join(ROOT, ".osc-kolla/test-podman");
const STATUS = "https://127.0.0.1:8090/api/server/v1/serverManagement/status";

/** How podman gets along in a tree: without systemd, and within the limits of whoever started it. */
async function configuration(folder: string): Promise<string> {
  const limits = (
    await must("bash", ["-c", "echo nofile=$(ulimit -Hn):$(ulimit -Hn) nproc=$(ulimit -Hu):$(ulimit -Hu)"])
  )
    .trim()
    .split(" ");
  const file = join(folder, "containers.conf");
  const engine = ['cgroup_manager = "cgroupfs"', 'events_logger = "file"', 'runtime = "runc"'];
  await writeFile(
    file,
    ["[containers]", `default_ulimits = ${JSON.stringify(limits)}`, "[engine]", ...engine, ""].join("\n"),
  );
  return file;
}

describe("podman, Debian 13's", () => {
  let bench: Bench;
  /** of the socket, the client and the configuration; a socket's path is short */
  let shared: string;
  let service: ChildProcess;
  let result: Result;
  const address = () => `unix://${join(shared, "podman.sock")}`;
  const podman = (...args: string[]): Promise<Ended> =>
    run(join(shared, "podman"), args, { CONTAINER_HOST: address() });
  const env = () => ({ PATH: [shared, process.env["PATH"] ?? ""].join(delimiter), DOCKER_HOST: undefined });
  const image = () => result.results.images?.images.at(-1)?.name ?? "";

  before("with the image that kolla's base stands on", async () => {
    bench = await Bench.make("podman", join(PLACE, "venv/bin/kolla-build"));
    shared = await mkdtemp("/run/osc-kolla-podman-");
    const variables = [`CONTAINERS_CONF=${await configuration(shared)}`, "BUILDAH_ISOLATION=chroot"];
    const enter = [join(ROOT, "scripts/debian-tree.sh"), "run", join(PLACE, "tree"), "/", "/sys", shared];
    const line = [...enter, "--", "env", ...variables, "PODMAN_IGNORE_CGROUPSV1_WARNING=1"];
    const quoted = line.map((one) => `'${one}'`).join(" ");
    const host = '${CONTAINER_HOST:+"CONTAINER_HOST=$CONTAINER_HOST"}';
    await writeFile(join(shared, "podman"), `#!/bin/sh\nexec ${quoted} ${host} podman "$@"\n`);
    await chmod(join(shared, "podman"), 0o755);
    service = spawn(join(shared, "podman"), ["system", "service", "--time=0", address()], { stdio: "ignore" });
    const up = await eventually(
      30,
      () => podman("version"),
      ({ code }) => code === 0,
    );
    expect(up.code, up.stderr).to.equal(0);
    const base = join(shared, "base.tar");
    await bench.docker("save", "--output", base, "debian:trixie");
    const loaded = await podman("load", "--input", base);
    expect(loaded.code, loaded.stderr).to.equal(0);
  });
  after(async () => {
    const ended = once(service, "exit");
    service.kill("SIGTERM");
    await ended;
    await podman("system", "reset", "--force");
    await rm(shared, { recursive: true, force: true });
    await bench.remove();
  });

  it("is what kolla-build has osc-base and osc made by", async () => {
    const settings = ["--engine", "podman", "--set", `engine.endpoint=${address()}`];
    result = await bench.result("image", settings, env());
    expect(result.results.images).to.deep.include({ engine: "podman", buildkit: false });
    const names = (await podman("images", "--format", "{{.Repository}}")).stdout;
    for (const name of ["kolla/osc-base", "kolla/osc"]) expect(names).to.include(name);
    await noteRan({ kolla: result.results.images?.kolla ?? "", base: "debian", engine: "podman", outcome: "built" });
  });

  it("is not taken for docker, whose client it answers", async () => {
    const { code, stdout } = await bench.osc("doctor", ["--set", `engine.endpoint=${address()}`], env());
    const bad = (JSON.parse(stdout) as Report).checks.filter(({ level }) => level === "bad");
    const found = bad.map((one) => [one.id, one.found]);
    expect([code, ...found]).to.deep.equal([3, ["engine", "podman answers there, and kolla.engine is docker"]]);
  });

  it("starts an image that answers, is healthy by the check that it is given, and stops with 0", async () => {
    const name = `${bench.tag}-running`;
    // docker lets everybody listen below 1024 on a network of the container's own, podman does not
    const options = ["--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE", "--tmpfs", "/tmp", "--network", "none"];
    const check = ["--health-cmd", "osc_healthcheck"];
    const started = await podman("run", "--detach", "--name", name, ...options, ...check, image());
    expect(started.code, started.stderr).to.equal(0);
    try {
      const ask = () => podman("exec", name, "curl", "--disable", "--silent", "--insecure", "--fail", STATUS);
      const answer = await eventually(120, ask, ({ code }) => code === 0);
      const { stdout, stderr } = await podman("logs", name);
      expect(answer.code, answer.stderr + stdout + stderr).to.equal(0);
      expect(JSON.parse(answer.stdout)).to.have.property("version");
      const healthy = await eventually(
        60,
        () => podman("healthcheck", "run", name),
        ({ code }) => code === 0,
      );
      expect(healthy.code, healthy.stdout).to.equal(0);
      await podman("stop", "--time", "20", name);
      expect((await podman("inspect", "--format", "{{.State.ExitCode}}", name)).stdout.trim()).to.equal("0");
    } finally {
      await podman("rm", "--force", name);
    }
  });

  it("gives both images in one file, which podman loads, and docker too", async () => {
    const file = join(shared, "images.tar");
    const settings = ["--engine", "podman", "--set", `engine.endpoint=${address()}`, "--save", file];
    const saved = await bench.result("image", settings, env());
    expect(saved.results.save?.file).to.equal(file);
    const images = saved.results.images?.images ?? [];
    const names = images.map(({ name }) => name);
    expect(names).to.have.length(2);

    for (const name of names.toReversed()) expect((await podman("image", "rm", name)).code, name).to.equal(0);
    const loaded = await podman("load", "--input", file);
    expect(loaded.code, loaded.stderr).to.equal(0);
    for (const { name, id } of images) {
      const { stdout } = await podman("image", "inspect", "--format", "{{.Id}}", name);
      expect(`sha256:${stdout.trim()}`).to.equal(id.replace(/^(?!sha256:)/, "sha256:"));
    }
    await bench.docker("load", "--input", file);
    // podman knows names without a registry as localhost's
    for (const name of names) await bench.docker("image", "rm", `localhost/${name}`);
  });
});
