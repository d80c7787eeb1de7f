// SPDX-License-Identifier: Apache-2.0
// `osc-kolla image --save`: both images in one file, by an engine that is faked.
import { expect } from "chai";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeDocker,
  kollaBuilds,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { withTools } from "../support/tools.ts";

const SAVED = ["image", "save", "kolla/osc-base:1", "kolla/osc:1"];

describe("the images, saved into a file", () => {
  const box = useSandbox("save");
  const file = () => join(box.root, "saved", "images.tar");
  const archive = () => join(box.root, "archive.tar");
  const saves = () => box.calls("docker").filter((words) => words[1] === "save");
  /** A docker that gives what the lines print. */
  const dockerSaves = (lines: string) => fakeDocker(box, { [`'${SAVED.join(" ")}'`]: lines });
  const save = (...args: string[]) => box.run(["image", "--save", "../saved/images.tar", ...args]);

  before(() => {
    configureFakes(box);
    box.write("files/manifest.json", `[{"RepoTags":["kolla/osc:1"]}]`);
    withTools('tar -cf "$1" manifest.json', join(box.root, "files"), archive());
    dockerSaves(`cat '${archive()}'`);
  });

  beforeEach(() => {
    box.forgetCalls();
  });

  it("are told by a dry run with the command, and nothing is written", async () => {
    const run = await save("--dry-run");
    expectDone(run);
    expect(run.stdout).to.match(/^save +would run: .*\n {2}\$ \S+\/docker image save '<osc-base>' '<osc>'$/m);
    expect(existsSync(join(file(), ".."))).to.equal(false);
  });

  it("are what the engine gives, and result.json tells size and digest", async () => {
    const run = await save("--json");
    expectDone(run);
    const bytes = readFileSync(archive());
    expect(readFileSync(file()).equals(bytes)).to.equal(true);
    const { results } = JSON.parse(run.stdout) as Result;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(results.save).to.deep.equal({ file: file(), size: bytes.length, sha256 });
    expect(readdirSync(join(file(), ".."))).to.deep.equal(["images.tar"]);
  });

  it("are not saved again while file and images are those", async () => {
    expectDone(await save());
    expect(saves()).to.deep.equal([]);
    // an image without --save is none of its business
    expectDone(await box.run(["image"]));
    expectDone(await save());
    expect(saves()).to.deep.equal([]);
  });

  it("are saved again where the file was touched, is gone, or shall be another, and where the images are others", async () => {
    utimesSync(file(), 0, 0);
    expectDone(await save());
    rmSync(file());
    expectDone(await save());
    expectDone(await box.run(["image", "--set", `image.save=${box.root}/saved/others.tar`]));
    expect(saves()).to.deep.equal([SAVED, SAVED, SAVED]);
    expectDone(await save("--from", "images"));
    expect(saves()).to.have.length(4);
    expect(mavenBuilds(box)).to.equal(0);
  });

  it("leaves nothing where the engine fails, or gives what is no image", async () => {
    rmSync(join(box.root, "saved"), { recursive: true });
    dockerSaves(`head -c 700 '${archive()}'\necho 'Error response from daemon: reference does not exist' >&2\nexit 1`);
    expectFailure(await save(), 7, "save kolla/osc-base:1 and kolla/osc:1", "reference does not exist", "docker.log");
    dockerSaves(":");
    expectFailure(await save(), 7, "holds no image", "SAVE_FAILED");
    dockerSaves("head -c 20000 /dev/zero");
    expectFailure(await save(), 7, "holds no image");
    expect(readdirSync(join(box.root, "saved"))).to.deep.equal([]);
    expectNothingHalfWritten(box);
    expect(kollaBuilds(box)).to.deep.equal([]);

    dockerSaves(`cat '${archive()}'`);
    expectDone(await save());
    expect(readFileSync(file()).equals(readFileSync(archive()))).to.equal(true);
  });

  it("leaves the file that was there as it was, where the disk is full", async () => {
    box.write("saved/images.tar", "theirs");
    dockerSaves(`cat '${archive()}'\nhead -c 3000000 /dev/zero`);
    const run = await box.run(["image", "--save", file()], { before: "ulimit -f 4000" });
    expectFailure(run, 6, `saving the images into ${file()}`, "EFBIG");
    expect(readFileSync(file(), "utf8")).to.equal("theirs");
    expect(readdirSync(join(box.root, "saved"))).to.deep.equal(["images.tar"]);
  });

  it("are refused a name that cannot be theirs, before anything is built", async () => {
    expectFailure(await box.run(["image", "--force", "--save", "images.zip"]), 2, "*.tar", "--save");
    mkdirSync(join(box.root, "folder.tar"));
    const folder = await box.run(["image", "--force", "--save", join(box.root, "folder.tar")]);
    expectFailure(folder, 2, "folder.tar", "a folder is never replaced");
    expectFailure(await box.run(["tarball", "--save", "x.tar"]), 2, "--save is an option of image");
    expect([mavenBuilds(box), kollaBuilds(box).length]).to.deep.equal([0, 0]);
  });
});

describe("the images, saved by podman", () => {
  const box = useSandbox("save-podman");

  it("are asked for as several", async () => {
    configureFakes(box, { kolla: { engine: "podman" } });
    box.fake("podman", { version: "echo 'Version: 5.4.2'" });
    const run = await box.run(["image", "--save", "images.tar", "--dry-run"]);
    expectDone(run);
    expect(run.stdout).to.match(/podman image save --multi-image-archive '<osc-base>' '<osc>'$/m);
  });
});
