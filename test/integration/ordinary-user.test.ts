// SPDX-License-Identifier: Apache-2.0
// Users who are not root, in a checkout that is root's: the real Maven, and what doctor tells them of the engine.
import { expect } from "chai";
import { chmodSync, chownSync, existsSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { delimiter, join } from "node:path";
import { report } from "../support/integration-doctor.ts";
import {
  configureFakes,
  endpointOf,
  expectDone,
  expectFailure,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { countMaven, fillRepository, QUICK } from "../support/integration-maven.ts";
import {
  asUser,
  configureForUser,
  ENGINE_GROUP,
  giveAway,
  leftBehind,
  NAME,
  notHis,
} from "../support/integration-user.ts";
import { fullListing } from "../support/sandbox.ts";

const isRoot = process.getuid?.() === 0;

describe("an ordinary user, in a checkout that is root's", () => {
  const box = useSandbox("user");
  const outside = () => ["home", "cwd", "bin", "repositories"].flatMap((name) => fullListing(join(box.root, name)));
  let untouched: string[] = [];

  before("can be made here", async function () {
    if (!isRoot) this.skip();
    configureForUser(box);
    countMaven(box);
    await fillRepository(box.work);
    giveAway(box);
    untouched = outside();
  });

  it("builds the sample with the real Maven; all that is written is his, in the work and output folders", async () => {
    expectDone(await box.run(["context"], { ...asUser(box), env: QUICK }));
    expectDone(await box.run(["tarball"], { ...asUser(box), env: QUICK }));
    expect(mavenBuilds(box)).to.equal(3);
    expect(existsSync(join(box.out, "kolla/kolla-build.conf"))).to.equal(true);
    expect(notHis(box.work, box.out)).to.deep.equal([]);
    expect(outside(), "beside them").to.deep.equal(untouched);
    expect(leftBehind()).to.deep.equal([]);
  });

  it("whom passwd does not know, without HOME, builds it all again", async () => {
    box.forgetCalls();
    giveAway(box);
    untouched = outside();
    const stranger = asUser(box, { known: false });
    expectDone(await box.run(["tarball", "--force"], { ...stranger, env: { ...QUICK, HOME: undefined } }));
    expect(mavenBuilds(box)).to.equal(3);
    expect(notHis(box.work, box.out)).to.deep.equal([]);
    expect(outside(), "beside them").to.deep.equal(untouched);
    expect(leftBehind()).to.deep.equal([]);
  });

  it("is told that a work folder of somebody else's is not writable, and for which option", async () => {
    const args = ["tarball", "--work-dir", "/osc-kolla-work"];
    const run = await box.run(args, asUser(box));
    expectFailure(run, 3, "looking at the folder /osc-kolla-work", "you may not write to /\n", "with --work-dir");
  });
});

describe("make setup, for an ordinary user", () => {
  const box = useSandbox("setup");

  before("in a checkout that is root's", function () {
    if (!isRoot) this.skip();
    box.write("home/.keep", "");
    giveAway(box);
  });

  it("says beforehand for what root is needed", async () => {
    const run = await box.run(["--dry-run"], asUser(box, { script: "scripts/setup.sh" }));
    expect(run.code, run.stderr).to.equal(0);
    expect(run.stderr).to.include("root is needed to start one, or to put you into its group; for all else it is not");
  });

  it("says that it needs a checkout that he may write to, where it would begin", async () => {
    const run = await box.run([], asUser(box, { script: "scripts/setup.sh" }));
    expectFailure(run, 3, `cannot write to ${box.root}/checkout/.osc-kolla`, "use a checkout that you may write to");
  });
});

describe("an ordinary user who may not use the engine", () => {
  const box = useSandbox("no-access");
  const socket = () => endpointOf(box).replace("unix://", "");
  let engine: Server;

  before("there is a socket that does not let him in", async function () {
    if (!isRoot) this.skip();
    configureFakes(box);
    configureForUser(box);
    giveAway(box);
    engine = createServer((client) => client.destroy());
    await new Promise<void>((resolve) => engine.listen(socket(), resolve));
    useClient();
  });
  after(() => engine.close());

  /** The real client where there is one; else a fake that says the same. */
  function useClient(): void {
    const real = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "docker"));
    const words = `permission denied while trying to connect to the Docker daemon socket at ${endpointOf(box)}`;
    box.fake("docker", { version: `echo '${words}' >&2; exit 1` });
    const found = real.find(existsSync);
    if (found === undefined) return;
    rmSync(join(box.bin, "docker"));
    symlinkSync(found, join(box.bin, "docker"));
  }

  const ownedBy = (group: number) => {
    chownSync(socket(), 0, group);
    chmodSync(socket(), 0o660);
  };

  it("is told by doctor, in the client's words, with the command that lets him in, and for what root is needed", async () => {
    ownedBy(ENGINE_GROUP);
    const { bad, of } = await report(box, [], asUser(box));
    expect(bad).to.deep.equal(["engine"]);
    expect(of("engine").found).to.match(/permission denied/i);
    expect(of("engine").mend).to.equal(
      `Your user may not use it: root is needed once, for usermod -aG engine ${NAME}; then log in anew.`,
    );
  });

  it("so does the run, before anything is begun", async () => {
    const run = await box.run(["image"], asUser(box));
    expectFailure(run, 3, `at ${endpointOf(box)}`, `usermod -aG engine ${NAME}`, "ENGINE_MISSING.md");
    expect(existsSync(join(box.work, "clones"))).to.equal(false);
  });

  it("who has no name is told the group's number, as containers are given it", async () => {
    const { of } = await report(box, [], { ...asUser(box, { known: false }), env: { HOME: undefined } });
    expect(of("engine").mend).to.include(`--group-add ${String(ENGINE_GROUP)}`);
  });

  it("is told that there is no group yet that may use it", async () => {
    ownedBy(0);
    const { of } = await report(box, [], asUser(box));
    expect(of("engine").mend).to.include("groupadd docker").and.include(`usermod -aG docker ${NAME}`);
  });

  it("may use it once he is in the group: the client gets as far as the engine", async () => {
    ownedBy(ENGINE_GROUP);
    const { of } = await report(box, [], asUser(box, { groups: [ENGINE_GROUP] }));
    expect(of("engine").found).to.not.match(/permission denied/i);
  });
});
