// SPDX-License-Identifier: Apache-2.0
// The operator's own ~/.m2/settings.xml counts, and is neither copied nor changed.
import { expect } from "chai";
import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { configureFakes, expectDone, expectFailure, mavenBuilds, useSandbox } from "../support/integration-fakes.ts";
import { type FileServer, serveFiles } from "../support/integration-http.ts";
import { commit, git, sample } from "../support/integration-sample.ts";
import { filesBelow } from "../support/sandbox.ts";

const STEPPER = "/org/vaadin/addons/stepper/2.3.0/stepper-2.3.0.jar";

describe("the operator's settings.xml", () => {
  const box = useSandbox("operator-settings");
  let nexus: FileServer;

  before(async () => {
    // an OSC that names an artifact which Maven Central lacks
    const tree = join(box.root, "osc-core");
    git("/", "clone", "--quiet", sample().core, tree);
    const pom = readFileSync(join(tree, "osc-ui/pom.xml"), "utf8");
    commit(tree, {
      "osc-ui/pom.xml": pom.replace("</project>", "<!-- <artifactId>stepper</artifactId> -->\n</project>"),
    });
    configureFakes(box, { source: { url: tree } });
    nexus = await serveFiles({ [STEPPER]: "jar" }, "me:canary");
  });
  after(() => nexus.close());

  beforeEach(() => {
    rmSync(box.work, { recursive: true, force: true });
    box.forgetCalls();
  });

  const settings = (password: string, of = "*") =>
    box.write(
      "home/.m2/settings.xml",
      [
        "<settings>",
        `<servers><server><id>nexus</id><username>me</username><password>${password}</password></server></servers>`,
        `<mirrors><mirror><id>nexus</id><url>${nexus.url}</url><mirrorOf>${of}</mirrorOf></mirror></mirrors>`,
        "</settings>",
      ].join("\n"),
    );

  const ours = () => readFileSync(join(box.work, "maven/settings.xml"), "utf8");

  it("is given to Maven by its path, before ours; his ~/.m2 gets nothing new", async () => {
    const file = settings("${env.NEXUS_PASSWORD}");
    expectDone(await box.run(["tarball"], { env: { NEXUS_PASSWORD: "canary" } }));
    const [call = []] = box.calls("mvn").filter(([first]) => first !== "--version");
    expect(call.slice(call.indexOf("-gs"), call.indexOf("-gs") + 2)).to.deep.equal(["-gs", file]);
    expect(box.environmentOf("mvn")).to.include({ NEXUS_PASSWORD: "canary" });
    expect(filesBelow(join(box.home, ".m2"))).to.have.length(1);
  });

  it("has mirrors that answer for OSC's repositories: ours step back, and the artifact is found there", async () => {
    settings("${env.NEXUS_PASSWORD}");
    expectDone(await box.run(["tarball"], { env: { NEXUS_PASSWORD: "canary" } }));
    expect(nexus.asked).to.include(`HEAD ${STEPPER}`);
    expect(ours()).to.not.include("<mirrorOf>");
  });

  it("that mirrors one of them leaves the others to us", async () => {
    settings("${env.NEXUS_PASSWORD}", "vaadin-addons");
    expectDone(await box.run(["tarball"], { env: { NEXUS_PASSWORD: "canary" } }));
    expect(ours()).to.include("<mirrorOf>jboss</mirrorOf>").and.not.include("<mirrorOf>vaadin-addons</mirrorOf>");
  });

  it("with an encrypted password, which only Maven can read: it is left to Maven, and said so", async () => {
    settings("{COQLCE6DU6GtcS5P=}");
    const run = await box.run(["tarball"]);
    expectDone(run);
    expect(run.stderr).to.include("left to Maven").and.include("stepper:2.3.0").and.include("nexus");
  });

  it("can be another file, whose password is in no file and no output of ours", async () => {
    rmSync(join(box.home, ".m2"), { recursive: true });
    const file = settings("canary");
    const other = box.write("other/settings.xml", readFileSync(file, "utf8"));
    rmSync(join(box.home, ".m2"), { recursive: true });
    const run = await box.run(["tarball", "--set", `maven.settings=${other}`]);
    expectDone(run);
    expect(box.calls("mvn").at(-1)).to.include.members(["-gs", other]);
    const texts = filesBelow(box.work)
      .filter((path) => lstatSync(path).isFile())
      .map((path) => readFileSync(path, "latin1"));
    expect([run.stdout, run.stderr, ...texts].filter((text) => text.includes("canary"))).to.deep.equal([]);
  });

  it("that is given and is not there is a fault before anything is built", async () => {
    const run = await box.run(["tarball", "--set", "maven.settings=none.xml"]);
    expectFailure(run, 2, "maven.settings", "none.xml");
    expect(mavenBuilds(box)).to.equal(0);
    expect(existsSync(join(box.work, "clones"))).to.equal(false);
  });
});
