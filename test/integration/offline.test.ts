// SPDX-License-Identifier: Apache-2.0
// --offline: what is here is enough, what is not here is named, and no other machine is asked.
import { expect } from "chai";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import { configure, configureFakes, expectDone, expectFailure, useSandbox } from "../support/integration-fakes.ts";
import { type PrivateServer, servePrivately } from "../support/integration-http.ts";
import { countMaven, QUICK } from "../support/integration-maven.ts";
import { sample } from "../support/integration-sample.ts";
import type { Run } from "../support/sandbox.ts";

const LIBRARIES = ["sdn-controller-api", "security-mgr-api"];

describe("--offline", () => {
  const box = useSandbox("offline");
  let server: PrivateServer;
  const url = (name: string) => `http://me:canary@${server.address}/${name}.git`;
  const settings = () => ({
    source: { url: url("osc-core"), ref: "master" },
    libraries: LIBRARIES.map((name) => ({ name, url: url(name) })),
  });
  const resultOf = (run: Run): Result => {
    expectDone(run);
    return JSON.parse(run.stdout) as Result;
  };
  const offline = (...args: string[]) => box.run(["tarball", "--json", "--offline", ...args], { env: QUICK });

  before("built once, then the network is gone", async () => {
    server = await servePrivately(dirname(sample().core), "me", "canary");
    configure(box, settings());
    countMaven(box);
    resultOf(await box.run(["tarball", "--json"], { env: QUICK }));
    await server.close();
  });

  it("has nothing to do when all was done before", async () => {
    const { stages } = resultOf(await offline());
    expect(stages.map(({ status }) => status)).to.deep.equal(stages.map(() => "up-to-date"));
  });

  it("without it the same command says that nobody answers", async () => {
    expectFailure(await box.run(["tarball"], { env: QUICK }), 4, server.address);
  });

  it("builds everything again from what is here, with the real Maven", async () => {
    const { stages } = resultOf(await offline("--force"));
    expect(stages.map(({ status }) => status)).to.deep.equal(stages.map(() => "done"));
  });

  it("builds another tag that the clone has", async () => {
    expect(resultOf(await offline("--ref", "v0.8.0")).version).to.match(/^0\.8\.0-0-g/);
  });

  it("names a branch that the clone has not", async () => {
    const run = await offline("--ref", "none");
    expect(run.code).to.equal(4);
    expect(run.stderr).to.include('"none"').and.include("master");
  });

  it("names what Maven has not got, in Maven's own words", async () => {
    rmSync(join(box.work, "maven/.m2/repository/org/apache/maven/plugins/maven-clean-plugin"), { recursive: true });
    const run = await offline("--force");
    expect(run.code, run.stderr).to.equal(3);
    expect(run.stderr).to.include("not here yet").and.include("maven-clean-plugin").and.include("without --offline");
  });

  it("names the repository of which there is no clone, and the plugin that was never downloaded", async () => {
    const fresh = ["--work-dir", join(box.root, "fresh")];
    const run = await offline(...fresh);
    expect(run.code, run.stderr).to.equal(3);
    expect(run.stderr).to.include(`not here yet: http://***@${server.address}/osc-core.git`).and.not.include("canary");
    configureFakes(box);
    const plugins = JSON.stringify([{ url: "https://h.invalid/far.bar", sha256: "0".repeat(64) }]);
    const plugin = await box.run(["tarball", "--offline", "--set", `plugins=${plugins}`]);
    expectFailure(plugin, 3, "not here yet: far.bar of https://h.invalid/far.bar", "NOT_HERE.md");
  });
});
