// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Container, ownerOf, runInContainer } from "../../../src/engine/container.ts";
import type { Engine } from "../../../src/engine/endpoint.ts";
import { putProgram, temporaryFolder } from "../../support/unit-folder.ts";

describe("a program that runs in a container", () => {
  const folder = temporaryFolder();

  /** A docker that notes its calls, a line each, and does what `body` says. */
  async function engineThat(body: string): Promise<Engine> {
    const file = await putProgram(
      join(folder(), "docker"),
      `printf '%s|' "$@" >>"${folder()}/calls"; echo >>"${folder()}/calls"\n${body}`,
    );
    const env = { PATH: String(process.env["PATH"]), HOME: "/home/me", https_proxy: "http://me:secret@proxy" };
    const { signal } = new AbortController();
    return { file, kind: "docker", endpoint: undefined, tls: {}, env, cwd: folder(), signal };
  }

  const calls = async () => (await readFile(join(folder(), "calls"), "utf8")).trimEnd().split("\n");

  const containerOf = (engine: Engine): Container => ({
    engine,
    image: "sha256:1",
    name: "build",
    user: ["--user", "1000:1000"],
    mounts: [
      { path: "/srv, of mine", readOnly: false },
      { path: "/etc/ca.pem", at: "/ca.pem", readOnly: true },
    ],
  });

  const request = { file: "mvn", args: ["package"], cwd: "/srv/tree", env: { HOME: "/srv/tree/home" } };

  it("sees what is mounted, as the given user, without a privilege", async () => {
    await runInContainer(containerOf(await engineThat("")), request);
    const [, run] = await calls();
    expect(run).to.include('|--mount|"type=bind","source=/srv, of mine"'.replace('"type=bind"', "type=bind"));
    expect(run).to.include('"target=/srv, of mine"|');
    expect(run).to.include("|--mount|type=bind,source=/etc/ca.pem,target=/ca.pem,readonly|");
    expect(run).to.include("|--user|1000:1000|").and.include("|--cap-drop|ALL|");
    expect(run).to.match(/\|--workdir\|\/srv\/tree\|sha256:1\|mvn\|package\|$/);
  });

  it("gets its variables; a value that may be secret stands on no command line", async () => {
    const env = { ...request.env, https_proxy: "http://me:secret@proxy", TOKEN: "secret" };
    const engine = await engineThat('[ "$1" = run ] && printf "%s %s" "$TOKEN" "$https_proxy"');
    const { stdout } = await runInContainer(containerOf(engine), { ...request, env });
    expect(stdout).to.equal("secret http://***@proxy");
    const [, run] = await calls();
    expect(run).to.include("|--env|HOME=/srv/tree/home|--env|https_proxy|--env|TOKEN|").and.not.include("secret");
  });

  it("is removed before, should a killed run have left it, and after an abort", async () => {
    const engine = await engineThat('[ "$1" = run ] && exec sleep 60');
    const controller = new AbortController();
    const running = runInContainer(containerOf(engine), { ...request, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("stopped")), 200);
    expect(await running.catch((error: unknown) => String(error))).to.equal("Error: stopped");
    const called = await calls();
    expect(called.map((call) => call.split("|")[0])).to.deep.equal(["rm", "run", "rm"]);
    expect(called[2]).to.equal("rm|--force|build|");
  });

  it("ends as the program ends", async () => {
    const engine = await engineThat('[ "$1" = run ] && exit 137');
    expect((await runInContainer(containerOf(engine), request)).exitCode).to.equal(137);
  });

  it("runs as the owner of the folder that it writes to; as root where the engine itself is an ordinary user's", async () => {
    const me = `${String(process.getuid?.())}:${String(process.getgid?.())}`;
    expect(await ownerOf(folder(), await engineThat("echo '[name=seccomp]'"))).to.deep.equal(["--user", me]);
    expect(await ownerOf(folder(), await engineThat("echo '[name=rootless]'"))).to.deep.equal(["--user", "0:0"]);
    const remapped = await ownerOf(folder(), await engineThat("echo '[name=userns]'"));
    expect(remapped).to.deep.equal(["--user", me, "--userns", "host"]);
    const podman: Engine = { ...(await engineThat("echo true")), kind: "podman" };
    expect(await ownerOf(folder(), podman)).to.deep.equal(["--user", me, "--userns", "keep-id"]);
  });
});
