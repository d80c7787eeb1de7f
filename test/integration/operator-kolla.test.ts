// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  expectFailure,
  fakeDocker,
  fakeKolla,
  forgetImages,
  kollaBuilds,
  kollaSucceeds,
  mavenBuilds,
  names,
  useSandbox,
} from "../support/integration-fakes.ts";
import { hasNamespaces, withoutRecord } from "../support/integration-doctor.ts";

describe("the operator's own kolla-build.conf", () => {
  const box = useSandbox("kolla-operator");
  const ours = () => join(box.out, "kolla", "kolla-build.conf");
  const called = async (...args: string[]): Promise<string[]> => {
    forgetImages(box);
    expectDone(await box.run(["image", ...args]));
    return kollaBuilds(box).at(-1) ?? [];
  };

  before(() => {
    configureFakes(box);
    box.write("home/.kolla/kolla-build.conf", "[DEFAULT]\nnamespace = acme\n");
    box.write("home/.kolla/kolla-build.conf.d/a.conf", "[DEFAULT]\nbase = ubuntu\n");
  });

  it("given with --kolla-config takes the place of the default file, as for kolla, and comes before ours", async () => {
    const [first, second] = ["1.conf", "2.conf"].map((name) => box.write(`cwd/${name}`, "[DEFAULT]\ntag = 1\n"));
    const args = await called("--kolla-config", "1.conf", "--kolla-config", "2.conf");
    expect(args.slice(0, 8)).to.deep.equal([
      ...["--config-file", first, "--config-file", second, "--config-file", ours(), "--profile", "osc"],
    ]);
    expect(args, "kolla-build reads his drop-ins by itself, and they name a base").not.to.include.members(["--base"]);
    expect(args).not.to.include("--config-dir");
  });

  it("that is not there is named, before anything is built", async () => {
    const before = mavenBuilds(box);
    const run = await box.run(["image", "--kolla-config", "nowhere.conf", "--force"]);
    expectFailure(run, 2, "kolla.config: ", join(box.cwd, "nowhere.conf"));
    expect(mavenBuilds(box)).to.equal(before);
  });

  it("may hold ours already, which is then not given twice", async () => {
    const his = box.write("cwd/his.conf", "[DEFAULT]\nbase = debian\n");
    expectDone(await box.run(["context", "--drop-in", join(box.home, ".kolla/kolla-build.conf.d")]));
    const args = await called("--kolla-config", "his.conf");
    expect(args.slice(0, 4)).to.deep.equal(["--config-file", his, "--profile", "osc"]);
  });

  it("must not hold the context of another output folder, whose payload would be a second one", async () => {
    const run = await box.run(["image", "--output-dir", join(box.root, "other"), "--force"]);
    expectFailure(run, 2, join(box.home, ".kolla/kolla-build.conf.d/osc-kolla.conf"), join(box.out, "kolla"));
  });
});

describe("the line for kolla-build", () => {
  const box = useSandbox("kolla-line");
  const line = async (...args: string[]): Promise<string> => {
    const run = await box.run(["context", ...args], withoutRecord(box));
    expectDone(run);
    return /^Next:\n {2}(.*)$/m.exec(run.stdout)?.[1] ?? "";
  };
  const inUse = (name: string, host: string) => {
    const context = [{ Name: name, Endpoints: { docker: { Host: host } } }];
    fakeDocker(box, { "'context inspect'": `echo '${JSON.stringify(context)}'` });
  };
  before(function () {
    if (!hasNamespaces("-rm")) this.skip();
    configureFakes(box, { engine: { endpoint: undefined } });
  });

  it("leads it where the docker context in use leads docker, which kolla does not know", async () => {
    inUse("builder", "tcp://builder:2375");
    expect(await line()).to.match(/^env DOCKER_HOST=tcp:\/\/builder:2375 \S+\/kolla-build --config-file /);
    inUse("default", "unix:///var/run/docker.sock");
    expect(await line()).to.match(/^\S+\/kolla-build --config-file /);
  });

  it("leads it to podman by an option of kolla's", async () => {
    const podman = ["--engine", "podman", "--set", "engine.endpoint=unix:///run/podman.sock"];
    expect(await line(...podman)).to.match(/^\S+\/kolla-build .* --podman_base_url unix:\/\/\/run\/podman\.sock$/);
  });
});

describe("osc-kolla context --drop-in", () => {
  const box = useSandbox("kolla-drop-in");
  before(() => configureFakes(box));

  it("writes the conf into the output folder, and says where it belongs and how kolla-build is called then", async () => {
    const run = await box.run(["context", "--drop-in"]);
    expectDone(run);
    const file = join(box.out, "kolla-build.conf.d/osc-kolla.conf");
    const conf = readFileSync(join(box.out, "kolla/kolla-build.conf"), "utf8");
    expect(readFileSync(file, "utf8").split("\n").slice(1)).to.deep.equal(conf.split("\n").slice(1));
    expect(run.stdout).to.include(`install -D -m 644 ${file} ${box.home}/.kolla/kolla-build.conf.d/osc-kolla.conf\n`);
    expect(run.stdout).to.match(/kolla-build --profile osc --base debian /);
    expect(existsSync(join(box.home, ".kolla"))).to.equal(false);
  });

  it("writes it where it is told, and warns when that takes a folder of his out of force", async () => {
    box.write("home/kolla-build.conf.d/his.conf", "[DEFAULT]\ntag = 1\n");
    const run = await box.run(["context", "--drop-in", "../home/.kolla/kolla-build.conf.d"]);
    expectDone(run);
    expect(existsSync(join(box.home, ".kolla/kolla-build.conf.d/osc-kolla.conf"))).to.equal(true);
    expect(run.stderr).to.include(`and no longer ${box.home}/kolla-build.conf.d`);
    expect(run.stdout).not.to.include("install -D");
  });

  it("replaces nobody else's file", async () => {
    const his = box.write("theirs/osc-kolla.conf", "[DEFAULT]\n");
    expectFailure(await box.run(["context", "--drop-in", join(box.root, "theirs")]), 2, his, "--drop-in");
    expect(readFileSync(his, "utf8")).to.equal("[DEFAULT]\n");
  });

  it("cannot name a context that may be moved", async () => {
    expectFailure(await box.run(["context", "--drop-in", "--set", "kolla.relocatable=true"]), 2, "kolla.relocatable");
  });

  it("is removed by clean --all with the rest", async () => {
    expectDone(await box.run(["clean", "--all"]));
    expect(existsSync(join(box.out, "kolla-build.conf.d/osc-kolla.conf"))).to.equal(false);
  });
});

describe("with --skip-existing in force", () => {
  const box = useSandbox("kolla-skips");
  /** A kolla-build that leaves an image that is there. */
  const skipping = () =>
    [
      `if [ -e '${box.root}/images/osc' ]; then was=1; cp -r '${box.root}/images' '${box.root}/kept'; fi`,
      kollaSucceeds(box),
      `if [ -n "$was" ]; then rm -r '${box.root}/images'; mv '${box.root}/kept' '${box.root}/images'`,
      `echo '${JSON.stringify({ built: [], skipped: names("base", "osc-base", "osc") })}' >"$summary"; fi`,
    ].join("\n");
  const removes = () =>
    Object.fromEntries(
      ["osc", "osc-base"].map((name) => [`'image rm kolla/${name}:1'`, `rm '${box.root}/images/${name}'`]),
    );
  const payloads = () =>
    ["osc-base", "osc"].map(
      (name) => /payload":"(\w+)"/.exec(readFileSync(join(box.root, "images", name), "utf8"))?.[1],
    );

  before(() => {
    configureFakes(box);
    fakeKolla(box, skipping());
    fakeDocker(box, removes());
  });

  it("an image of another build is never kept: it loses its name, and is built", async () => {
    expectDone(await box.run(["image"]));
    const stale = "0".repeat(64);
    for (const name of ["osc-base", "osc"]) {
      const file = join(box.root, "images", name);
      box.write(`images/${name}`, readFileSync(file, "utf8").replace(/payload":"\w+/, `payload":"${stale}`));
    }
    const run = await box.run(["image", "--force"]);
    expectDone(run);
    expect(run.stderr).to.include("kolla/osc-base:1 was there of another build");
    expect(payloads()).not.to.include(stale);
  });

  it("an image of this build is kept", async () => {
    box.forgetCalls();
    expectDone(await box.run(["image", "--force"]));
    expect(kollaBuilds(box)).to.have.length(1);
  });

  it("is no excuse for a builder that makes the old image again", async () => {
    fakeKolla(box, `${kollaSucceeds(box)}\nsed -i 's/revision":"[0-9a-f]*/revision":"old/' '${box.root}/images/osc'`);
    expectFailure(await box.run(["image", "--force"]), 7, "org.opensecuritycontroller.revision is old");
  });
});
