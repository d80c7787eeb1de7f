// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  configureFakes,
  expectDone,
  fakeKolla,
  fakeMaven,
  forgetImages,
  kollaBuilds,
  kollaSucceeds,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { DISTRIBUTION, jarWith, zipOf } from "../support/integration-zip.ts";
import { filesBelow, fullListing, type Sandbox } from "../support/sandbox.ts";
import { CONTEXT_STAGES, IMAGE_STAGES } from "../support/stage-ids.ts";

/** The stages of a run that were done, not up to date. */
async function doneBy(box: Sandbox, ...args: string[]): Promise<string[]> {
  const run = await box.run([...args, "--json"]);
  expectDone(run);
  const { stages } = JSON.parse(run.stdout) as { stages: { id: string; status: string }[] };
  return stages.filter(({ status }) => status === "done").map(({ id }) => id);
}

describe("running again", () => {
  const box = useSandbox("again");
  const osc = () => join(box.out, "kolla", "docker", "osc");

  before("once", async () => {
    configureFakes(box);
    expect(await doneBy(box, "image")).to.have.length(IMAGE_STAGES.length);
  });

  beforeEach(() => box.forgetCalls());

  it("with nothing changed starts neither Maven nor kolla-build, not even for their versions", async () => {
    expect(await doneBy(box, "image")).to.deep.equal([]);
    expect(box.calls("mvn")).to.deep.equal([]);
    expect(box.calls("kolla-build")).to.deep.equal([]);
    expect(box.calls("docker").filter(([first]) => first !== "image")).to.deep.equal([]);
  });

  it("with nothing changed writes nothing but result.json", async () => {
    const but = (path: string) =>
      !path.startsWith(join(box.out, "result.json")) && !/^\S+(\.osc-kolla|out) /.test(path);
    const before = [...fullListing(box.work), ...fullListing(box.out)].filter(but);
    expect(await doneBy(box, "image")).to.deep.equal([]);
    expect([...fullListing(box.work), ...fullListing(box.out)].filter(but)).to.deep.equal(before);
  });

  it("after an image was removed builds the images alone", async () => {
    forgetImages(box);
    expect(await doneBy(box, "image")).to.deep.equal(["images", "image-provenance"]);
    expect(mavenBuilds(box)).to.equal(0);
    expect(kollaBuilds(box)).to.have.length(1);
  });

  it("with another tag runs kolla-build alone, and says that the tag is why", async () => {
    const plan = await box.run(["image", "--dry-run", "--tag", "2"]);
    const line = plan.stdout.split("\n").find((one) => one.startsWith("images"));
    expect(line).to.match(/would run: arguments: "--tag" "2" new$/);
    expect(await doneBy(box, "image", "--tag", "2")).to.deep.equal(["images", "image-provenance"]);
    expect(mavenBuilds(box)).to.equal(0);
    expect(await doneBy(box, "image")).to.deep.equal(["images", "image-provenance"]);
  });

  it("after somebody built another image of that name builds the images", async () => {
    writeFileSync(join(box.root, "images", "osc"), "sha256:another {}\n");
    expect(await doneBy(box, "image")).to.deep.equal(["images", "image-provenance"]);
  });

  it("after a file of the context was changed writes the context again, as it was", async () => {
    const template = join(osc(), "Dockerfile.j2");
    const right = readFileSync(template, "utf8");
    writeFileSync(template, right.replace("EXPOSE", "EXPOSED"));
    expect(await doneBy(box, "context")).to.deep.equal(["context"]);
    expect(readFileSync(template, "utf8")).to.equal(right);
  });

  it("after something was added to the context takes it out again", async () => {
    const right = readdirSync(osc());
    writeFileSync(join(osc(), "more"), "more\n");
    expect(await doneBy(box, "context")).to.deep.equal(["context"]);
    expect(readdirSync(osc())).to.deep.equal(right);
  });

  it("after the output folder was removed makes all of it again, without Maven", async () => {
    rmSync(box.out, { recursive: true });
    expect(await doneBy(box, "context")).to.deep.equal(["context"]);
    expect(mavenBuilds(box)).to.equal(0);
  });

  it("after the bundle was removed builds OSC again, and then packs nothing, for it is the same", async () => {
    rmSync(join(box.work, "trees", "osc-core", "target", "serverUpgradeBundle.zip"));
    expect(await doneBy(box, "context")).to.deep.equal(["build"]);
    expect(mavenBuilds(box)).to.equal(1);
  });

  it("after a library was removed from the Maven home builds the libraries again", async () => {
    rmSync(join(box.work, "maven", ".m2", "repository", "org", "osc", "api"), { recursive: true });
    expect(await doneBy(box, "context")).to.deep.equal(["libraries"]);
    expect(mavenBuilds(box)).to.equal(2);
  });

  it("after the clones were removed fetches again", async () => {
    rmSync(join(box.work, "clones"), { recursive: true });
    expect(await doneBy(box, "context")).to.include("source");
  });

  it("after a record was cut short by a crash does that stage again", async () => {
    const record = join(box.work, "state", "stage-context.json");
    writeFileSync(record, readFileSync(record, "utf8").slice(0, 50));
    expect(await doneBy(box, "context")).to.deep.equal(["context"]);
  });

  it("after the work folder was removed does everything again", async () => {
    rmSync(box.work, { recursive: true });
    expect(await doneBy(box, "context")).to.deep.equal(CONTEXT_STAGES);
  });

  it("with --force does everything again", async () => {
    expect(await doneBy(box, "context", "--force")).to.deep.equal(CONTEXT_STAGES);
    expect(mavenBuilds(box)).to.equal(3);
  });

  it("with a stale temporary file of a killed run removes it", async () => {
    const dead = join(box.work, "state", ".stage-build.json.tmp-999999999-0123456789ab");
    writeFileSync(dead, "half");
    await doneBy(box, "context");
    expect(existsSync(dead)).to.equal(false);
  });
});

describe("running again after the distribution has changed", () => {
  const box = useSandbox("changed");
  const archives = () => filesBelow(join(box.out, "kolla")).filter((path) => path.endsWith(".tar"));
  const changed = (path: string, content: string | Buffer) =>
    zipOf(DISTRIBUTION.map((member) => (member.path.endsWith(path) ? { ...member, content } : member)));
  /** Maven leaves another bundle the next time. */
  const rebuild = (bundle: Buffer) => {
    fakeMaven(box, { bundle });
    rmSync(join(box.work, "trees", "osc-core", "target"), { recursive: true, force: true });
  };

  before("once", async () => {
    configureFakes(box);
    await doneBy(box, "image");
  });

  it("gives the changed layer another name, also at equal size, and keeps the names of the others", async () => {
    const before = archives();
    rebuild(changed("launcher.properties", "launch.main=org.osc.core.server.Mine\n"));
    expect(await doneBy(box, "image")).to.deep.equal([
      "build",
      "distribution",
      "sbom",
      "context",
      "images",
      "image-provenance",
    ]);
    const after = archives();
    expect(after).to.have.length(4);
    const fresh = after.filter((path) => !before.includes(path));
    expect(fresh.map((path) => basename(path).replace(/-[0-9a-f]+\.tar$/, ""))).to.deep.equal(["osc-service"]);
  });

  it("leaves the context as it was when kolla-build then fails, and succeeds when it is mended", async () => {
    fakeKolla(box, "exit 1");
    rebuild(changed("gson-2.5.jar", jarWith("nosg")));
    expect((await box.run(["image"])).code).to.equal(7);
    fakeKolla(box, kollaSucceeds(box));
    expect(await doneBy(box, "image")).to.deep.equal(["images", "image-provenance"]);
  });
});

describe("a dry run", () => {
  const box = useSandbox("dry-run");
  const plan = async (...args: string[]): Promise<string[]> => {
    const run = await box.run(["image", "--dry-run", ...args]);
    expectDone(run);
    const lines = run.stdout.trimEnd().split("\n");
    // the commands are another test's
    return lines.filter((line) => !line.startsWith(" "));
  };
  const everything = () => [box.work, box.out, box.home, box.cwd].flatMap(fullListing);

  before(() => configureFakes(box));

  it("makes no folder where nothing was built yet, and says what would run", async () => {
    const before = everything();
    const lines = await plan();
    expect(everything()).to.deep.equal(before);
    expect([box.work, box.out].filter(existsSync)).to.deep.equal([]);
    expect(lines.map((line) => line.split(" ")[0])).to.deep.equal(IMAGE_STAGES);
    for (const line of lines) expect(line).to.include("would run");
    expect(mavenBuilds(box)).to.equal(0);
    expect(kollaBuilds(box)).to.have.length(0);
  });

  it("touches nothing where all is there, and says that all is up to date", async () => {
    expectDone(await box.run(["image"]));
    const before = everything();
    const lines = await plan();
    expect(everything()).to.deep.equal(before);
    for (const line of lines) expect(line).to.include("is up to date");
  });

  it("touches nothing when there is something to do, and says why", async () => {
    rmSync(join(box.out, "kolla", "kolla-build.conf"));
    const before = everything();
    const lines = await plan();
    expect(everything()).to.deep.equal(before);
    expect(lines.filter((line) => line.includes("would run"))).to.have.length(3);
    expect(lines.find((line) => line.startsWith("context "))).to.include(
      `would run: ${box.out}/kolla/kolla-build.conf is gone`,
    );
  });

  it("is not stopped by a run that holds the work folder, and does not ask another machine", async () => {
    const before = everything();
    const lines = await plan("--source-url", "http://osc.invalid/osc-core.git");
    expect(lines.find((line) => line.startsWith("source "))).to.match(/^source +would run: /);
    expect(everything()).to.deep.equal(before);
  });
});
