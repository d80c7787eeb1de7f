// SPDX-License-Identifier: Apache-2.0
/** deploy/compose.yaml, started with docker compose on the host's network. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { type Bench, eventually, must, ROOT, run } from "./e2e.ts";

/** High ports, so that nothing of the host is in the way. */
const PARAMETERS = [
  ["OSC_API_PORT=19090", "OSC_UI_PORT=19443", "OSC_REDIRECT_PORT=19080"],
  ["OSC_TLS_KEYSTORE=/run/osc/key.p12", "OSC_TLS_KEYSTORE_PASSWORD_FILE=/run/osc/password"],
].flat();

/** Starts it with keys in the bench's folder `given`, asks it, and takes it down; what it said. */
export async function composed(bench: Bench, image: string): Promise<string> {
  const parameters = bench.path("osc.env");
  await writeFile(parameters, `${PARAMETERS.join("\n")}\n`);
  const variables = { OSC_IMAGE: image, OSC_PARAMETERS: parameters, OSC_SECRETS: bench.path("given") };
  const env = { DOCKER_HOST: bench.endpoint, ...variables };
  const file = ["compose", "--file", join(ROOT, "deploy/compose.yaml"), "--project-name", bench.tag];
  const compose = (...args: string[]) => must("docker", [...file, ...args], env);
  await compose("up", "--detach");
  try {
    const status = "https://127.0.0.1:19090/api/server/v1/serverManagement/status";
    const ask = async () => (await run("curl", ["--disable", "--silent", "--insecure", "--fail", status])).stdout;
    expect(await eventually(90, ask, (answer) => answer !== ""), await compose("logs")).to.include('"version"');
    const health = () => compose("ps", "--format", "{{.Health}}");
    expect((await eventually(60, health, (now) => !now.includes("starting"))).trim()).to.equal("healthy");
    await compose("stop");
    expect((await compose("ps", "--all", "--format", "{{.ExitCode}}")).trim()).to.equal("0");
    return await compose("logs");
  } finally {
    await compose("down", "--volumes");
  }
}
