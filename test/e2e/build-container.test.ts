// SPDX-License-Identifier: Apache-2.0
/** A host without JDK 8: OSC is built in a container, with the same result. */
import { readFile, stat } from "node:fs/promises";
import { expect } from "chai";
import type { PayloadFile } from "../../src/archive/payload.ts";
import type { Result } from "../../src/cli/result.ts";
import { layerOf } from "../../src/osc/layers.ts";
import { Bench } from "../support/e2e.ts";

describe("the build container", () => {
  let bench: Bench;
  let host: Result;
  let container: Result;

  const build = (name: string, ...settings: string[]): Promise<Result> =>
    bench.result("tarball", [
      ...["--work-dir", bench.path(name), "--output-dir", bench.path(`${name}-out`)],
      ...settings.flatMap((setting) => ["--set", setting]),
    ]);

  before(async () => {
    bench = await Bench.make("container");
    host = await build("host", "build.runner=host");
    container = await build("container", "build.runner=container", "maven.java_version=8");
  });
  after(() => bench.remove());

  const filesOf = async ({ results }: Result): Promise<readonly PayloadFile[]> =>
    JSON.parse(await readFile(results.distribution.inventory, "utf8")) as PayloadFile[];

  it("has JDK 8 and a Maven of its own; this machine's Maven is not started", async () => {
    expect(container.results.builder).to.deep.include({ runner: "container" });
    expect(container.results.builder.java).to.match(/^1\.8\./);
    // by the host's build: for its version, two libraries and OSC
    expect((await bench.started()).filter((name) => name === "mvn").length).to.be.at.most(5);
  });

  it("builds a distribution of the same files, with third-party jars of the same bytes", async () => {
    const [here, there] = [await filesOf(host), await filesOf(container)];
    expect(there.map(({ path, mode }) => [path, mode])).to.deep.equal(here.map(({ path, mode }) => [path, mode]));
    const thirdParty = (files: readonly PayloadFile[]) =>
      files.filter(({ path }) => layerOf(path).name === "third-party").map(({ path, sha256 }) => `${path} ${sha256}`);
    expect(thirdParty(there)).to.deep.equal(thirdParty(here)).and.not.deep.equal([]);
  });

  it("leaves files that belong to whoever started the run, and no container", async () => {
    const { uid } = await stat(bench.path("container"));
    expect((await stat(container.results.build.bundle)).uid).to.equal(uid);
    expect(await bench.docker("ps", "--all", "--quiet", "--filter", "name=osc-kolla-build-")).to.equal("");
  });

  it("is not made again, and nothing is built, when nothing has changed", async () => {
    const again = await build("container", "build.runner=container", "maven.java_version=8");
    expect(again.stages.map(({ status }) => status)).to.deep.equal(again.stages.map(() => "up-to-date"));
  });
});
