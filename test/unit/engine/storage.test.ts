// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import { type Engine, isHere, requireEngine } from "../../../src/engine/endpoint.ts";
import { findStorage } from "../../../src/engine/storage.ts";
import { failureOf } from "../../support/unit-failure.ts";
import { putProgram, temporaryFolder } from "../../support/unit-folder.ts";

describe("what the engine says of itself", () => {
  const folder = temporaryFolder();

  /** An engine whose client does this. */
  async function engineThat(body: string, given: Partial<Engine> = {}): Promise<Engine> {
    const file = await putProgram(join(folder(), "client"), body);
    const { signal } = new AbortController();
    const env = { PATH: String(process.env["PATH"]) };
    return { file, kind: "docker", endpoint: "unix:///x", tls: {}, env, cwd: folder(), signal, ...given };
  }
  const says = (lines: readonly string[]) => `cat <<'END'\n${lines.join("\n")}\nEND`;

  it("is the version of docker's server, not of its client", async () => {
    const lines = ["Client:", " Version:           20.10.1", "", "Server:", " Engine:", "  Version:          28.5.2"];
    expect(await requireEngine(await engineThat(says(lines)))).to.equal("28.5.2");
  });

  it("is the version of a podman on this machine", async () => {
    const lines = ["Client:       Podman Engine", "Version:      5.4.2", "API Version:  5.4.2"];
    expect(await requireEngine(await engineThat(says(lines), { kind: "podman" }))).to.equal("5.4.2");
  });

  it("is that it is podman, where docker's client finds podman's service: kolla would drive it as docker", async () => {
    const lines = ["Client:", " Version:           28.2.2", "", "Server: linux/amd64/debian-13", " Podman Engine:"];
    const error = await failureOf(async () => requireEngine(await engineThat(says([...lines, "  Version:  5.4.2"]))));
    expect([error.code, error.reason]).to.deep.equal([
      "ENGINE_MISSING",
      "podman answers there, and kolla.engine is docker",
    ]);
    expect(error.hint).to.include("--engine podman");
  });

  it("is its own words when it does not answer, and what to do where this user may not ask", async () => {
    const refused = "permission denied while trying to connect to the docker API at unix:///x";
    const error = await failureOf(async () => requireEngine(await engineThat(`echo '${refused}' >&2; exit 1`)));
    expect([error.code, error.reason]).to.deep.equal(["ENGINE_MISSING", refused]);
    expect(error.hint).to.include("usermod -aG docker");
    const silent = await failureOf(async () => requireEngine(await engineThat("exit 3")));
    expect(silent.reason).to.equal("it ended with 3, without a word");
    expect(silent.hint).to.include("Start the engine");
  });

  it("is its storage driver, and the room where its data lies as far as that is visible", async () => {
    const docker = `overlay2 ${folder()}`;
    const here = await findStorage(await engineThat(says([docker])));
    expect(here).to.include({ driver: "overlay2", folder: folder() });
    expect(here?.free).to.be.greaterThan(0);
    const podman = "vfs /not/there";
    const elsewhere = await findStorage(await engineThat(says([podman]), { kind: "podman" }));
    expect(elsewhere).to.deep.equal({ driver: "vfs", folder: "/not/there", free: undefined });
    // a folder of that name may be here as well, and is another one
    const remote = await findStorage(await engineThat(says([docker]), { endpoint: "tcp://builder:2375" }));
    expect(remote?.free).to.equal(undefined);
  });

  it("is nothing where it does not answer, or otherwise than is known", async () => {
    for (const body of ["echo nothing known", "exit 1", "echo ' '"]) {
      expect(await findStorage(await engineThat(body))).to.equal(undefined);
    }
  });

  it("comes from this machine or from another one, by its address", () => {
    for (const endpoint of [undefined, "unix:///x", "tcp://localhost:2375", "tcp://[::1]:2375"]) {
      expect(isHere({ endpoint }), endpoint).to.equal(true);
    }
    for (const endpoint of ["tcp://localhost.example.org:1", "ssh://me@builder"]) {
      expect(isHere({ endpoint }), endpoint).to.equal(false);
    }
  });
});
