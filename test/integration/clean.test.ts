// SPDX-License-Identifier: Apache-2.0
// `osc-kolla clean`: what these settings no longer need, everything, images; never what it does not know.
import { expect } from "chai";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  fakeDocker,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { sample } from "../support/integration-sample.ts";

interface Answer {
  readonly removed: readonly { readonly what: string; readonly name: string; readonly bytes: number }[];
  readonly bytes: number;
}

const DANGLING = "image ls --quiet --no-trunc --filter dangling=true --filter label=org.opensecuritycontroller.payload";

describe("osc-kolla clean", () => {
  const box = useSandbox("clean");

  beforeEach("all is built", async () => {
    configureFakes(box);
    fakeDocker(box, {
      [`'${DANGLING}'`]: "echo sha256:old",
      "'image inspect sha256:old'": `echo '[{"Id":"sha256:old","Size":500}]'`,
      "'image rm '*": `echo "$3" >>'${box.root}/removed-images'`,
    });
    expectDone(await box.run(["image"]));
    expectDone(await box.run(["tarball"]));
    box.forgetCalls();
  });

  const clean = async (...args: string[]): Promise<Answer> => {
    const run = await box.run(["clean", "--json", ...args]);
    expectDone(run);
    return JSON.parse(run.stdout) as Answer;
  };
  const names = ({ removed }: Answer) => removed.map(({ name }) => name);
  const removedImages = () =>
    box
      .calls("docker")
      .filter(([, command]) => command === "rm")
      .map((call) => call[2]);

  it("removes the work trees of the libraries and another repository's clone; nothing is built again after it", async () => {
    box.write("work/.osc-kolla/clones/osc-0123456789ab.git/HEAD", "ref: refs/heads/master\n");
    const answer = await clean();
    const { work } = box;
    expect(names(answer)).to.have.members([
      join(work, "clones/osc-0123456789ab.git"),
      ...["sdn-controller-api", "security-mgr-api"].map((name) => join(work, "trees", name)),
    ]);
    expect(answer.bytes)
      .to.be.above(0)
      .and.equal(answer.removed.reduce((sum, { bytes }) => sum + bytes, 0));
    for (const name of names(answer)) expect(existsSync(name), name).to.equal(false);
    expectDone(await box.run(["image"]));
    expect(mavenBuilds(box)).to.equal(0);
    expect(names(await clean())).to.deep.equal([]);
  });

  it("says only what it would remove in a dry run", async () => {
    const told = names(await clean("--all", "--dry-run"));
    expect(told).to.include.members([join(box.work, "maven"), join(box.out, "kolla"), join(box.out, "result.json")]);
    for (const name of told) expect(existsSync(name), name).to.equal(true);
  });

  it("with --all removes everything that it made, and nothing else that lies there", async () => {
    const mine = [
      box.write("work/.osc-kolla/mine", "x"),
      box.write("out/mine", "x"),
      box.write("out/tarballs/mine.tar", "x"),
    ];
    await clean("--all");
    for (const file of mine) expect(existsSync(file), file).to.equal(true);
    expect(readdirSync(box.work)).to.deep.equal(["mine"]);
    expect(readdirSync(box.out).sort()).to.deep.equal(["mine", "tarballs"]);
    expect(removedImages()).to.deep.equal([]);
    expectDone(await box.run(["image"]));
  });

  it("with --images removes those that it made while they are still those, and what newer ones took the name of", async () => {
    await clean("--images");
    expect(removedImages()).to.deep.equal(["kolla/osc:1", "kolla/osc-base:1", "sha256:old"]);
    box.forgetCalls();
    box.write("images/osc", "sha256:somebody-elses {}\n");
    await clean("--images");
    expect(removedImages()).to.deep.equal(["kolla/osc-base:1", "sha256:old"]);
  });

  it("says which image the engine does not remove, and why", async () => {
    fakeDocker(box, { [`'${DANGLING}'`]: ":", "'image rm '*": "echo 'container abc is using it' >&2; exit 1" });
    expectFailure(await box.run(["clean", "--images"]), 7, "kolla/osc:1", "container abc is using it");
  });

  it("of a folder that is not a work folder removes nothing and makes nothing", async () => {
    const other = box.write("other/clones/precious.git/HEAD", "x");
    const run = await box.run(["clean", "--all", "--work-dir", join(box.root, "other")]);
    expectDone(run);
    expect(run.stdout).to.include("nothing to remove");
    expect(readdirSync(join(box.root, "other"))).to.deep.equal(["clones"]);
    expect(existsSync(other)).to.equal(true);
    expect(existsSync(box.out)).to.equal(true);
  });

  it("needs neither kolla, Maven nor an engine, unless images are to be removed", async () => {
    for (const name of ["docker", "mvn", "kolla-build"]) rmSync(join(box.bin, name));
    const env = { PATH: box.pathWithout("docker", "mvn", "kolla-build") };
    expectDone(await box.run(["clean", "--source-url", sample().library("sdn-controller-api")], { env }));
    expectFailure(await box.run(["clean", "--images"], { env }), 3, "no program docker");
  });
});
