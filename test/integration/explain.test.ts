// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { createHash } from "node:crypto";
import { configureFakes, expectDone, expectFailure, fakeMaven, useSandbox } from "../support/integration-fakes.ts";
import { git, sample } from "../support/integration-sample.ts";
import { DISTRIBUTION, jarWith, zipOf } from "../support/integration-zip.ts";
import { SMALL_JRE, tarballOf } from "../support/tarballs.ts";

const BIN = "opt/vmidc/bin/";

describe("a file of the image or the archive that is to be explained", () => {
  const box = useSandbox("explain");
  const plugin = jarWith("a plugin");

  interface Told {
    readonly from: string;
    readonly settings: readonly string[];
    readonly layer: string;
    readonly archive: string;
    readonly sha256: string | null;
    readonly coordinates: string | null;
    readonly commit: { readonly url: string; readonly commit: string } | null;
    readonly normalised: { readonly was: string; readonly what: readonly string[] } | null;
  }

  async function told(path: string): Promise<Told> {
    const run = await box.run(["explain", "--json", path]);
    expectDone(run);
    return JSON.parse(run.stdout) as Told;
  }

  before("a context with a plugin and a JRE", async () => {
    configureFakes(box);
    expectFailure(await box.run(["explain", `${BIN}vmidc.sh`]), 3, "nothing has been built", "MISSING");
    const files = [box.write("mine.bar", plugin), box.write("jre.tar.gz", tarballOf(SMALL_JRE))];
    const [bar, jre] = files;
    configureFakes(box, { plugins: [bar], image: { java: { jre } } });
    const pom = "META-INF/maven/org.osc.api/sdn-controller-api/pom.properties";
    const lines = "groupId=org.osc.api\nartifactId=sdn-controller-api\nversion=2.0.0\n";
    const library = { path: `${BIN}jar/sdn-controller-api-2.0.0.jar`, content: zipOf([{ path: pom, content: lines }]) };
    fakeMaven(box, { bundle: zipOf([...DISTRIBUTION, library]) });
    expectDone(await box.run(["context"]));
  });

  it("has its layer, commit, settings, and what was put right in it", async () => {
    const osc = await told(`/${BIN}jar/osc-server.jar`);
    expect(osc.from).to.equal("OSC's build");
    expect(osc.commit?.commit).to.equal(git(sample().core, "rev-parse", "master"));
    expect(osc.settings).to.deep.equal(["source.url", "source.ref"]);
    expect(osc.layer).to.equal("service");
    expect(osc.archive).to.match(/^osc-service-[0-9a-f]{32}\.tar$/);
    expect(osc.normalised?.was)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(osc.sha256);

    const library = await told(`osc-1.0/${BIN}jar/sdn-controller-api-2.0.0.jar`);
    expect(library.settings).to.deep.equal(["libraries"]);
    expect(library.commit?.url).to.equal(sample().library("sdn-controller-api"));
    expect(library.coordinates).to.equal("org.osc.api:sdn-controller-api:2.0.0");
  });

  it("of others says so, with the setting that brought it", async () => {
    const gson = await told(`${BIN}jar/gson-2.5.jar`);
    expect([gson.layer, gson.normalised, gson.coordinates]).to.deep.equal(["third-party", null, null]);
    expect(gson.from).to.include("another project");
    const mine = await told(`${BIN}default-data/plugins/mine.bar`);
    expect([mine.settings, mine.commit]).to.deep.equal([["plugins"], null]);
    expect(mine.sha256).to.equal(createHash("sha256").update(plugin).digest("hex"));
    const java = await told("/opt/vmidc/jre/bin/java");
    expect([java.layer, java.settings]).to.deep.equal(["jre", ["image.java.jre"]]);
    expect((await told("/usr/local/bin/osc_start")).settings).to.include("image.user");
    expect((await told("/opt/vmidc/payload.sha256")).from).to.include("sha256");
    expect((await told("/usr/share/osc/sbom.cdx.json")).from).to.include("what is inside");
  });

  it("is told to people in lines", async () => {
    const run = await box.run(["explain", `${BIN}vmidc.sh`]);
    expectDone(run);
    expect(run.stdout).to.match(/^\/opt\/vmidc\/bin\/vmidc\.sh\n {2}from {8}OSC's build\n {2}commit {6}[0-9a-f]{40} /);
    expect(run.stdout)
      .to.match(/\n {2}mode {8}0755\n/)
      .and.not.match(/\n {2}jar /);
    const jar = async (name: string) => (await box.run(["explain", `${BIN}jar/${name}.jar`])).stdout;
    expect(await jar("sdn-controller-api-2.0.0")).to.include("\n  jar         org.osc.api:sdn-controller-api:2.0.0\n");
    expect(await jar("gson-2.5")).to.include("\n  jar         of unknown coordinates\n");
  });

  it("that is not there is answered with the nearest names", async () => {
    const run = await box.run(["explain", `/${BIN}jar/osc-servre.jar`]);
    expectFailure(run, 2, `explaining ${BIN}jar/osc-servre.jar`, `${BIN}jar/osc-server.jar`, "UNKNOWN_PATH");
    expectFailure(await box.run(["explain", "osc-control.jar"]), 2, `${BIN}osc-control.jar`);
  });
});
