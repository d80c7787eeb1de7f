// SPDX-License-Identifier: Apache-2.0
/** The main job as an ordinary user, in the group that may use the engine: real Maven, kolla-build and engine. */
import { statSync } from "node:fs";
import { expect } from "chai";
import type { Report } from "../../src/cli/findings.ts";
import type { Result } from "../../src/cli/result.ts";
import { Bench } from "../support/e2e.ts";
import { expectDone } from "../support/integration-fakes.ts";
import { QUICK } from "../support/integration-maven.ts";
import { asUser, configureForUser, giveAway, leftBehind, NAME, notHis } from "../support/integration-user.ts";
import { type RunOptions, Sandbox } from "../support/sandbox.ts";

describe("an ordinary user in the engine's group", () => {
  const box = new Sandbox("e2e-user");
  let bench: Bench;
  let member: RunOptions;
  let stranger: RunOptions;
  let result: Result;

  before("makes the images", async () => {
    bench = await Bench.make("user");
    const env = { ...QUICK, DOCKER_HOST: bench.endpoint };
    const socket = (bench.endpoint ?? "unix:///var/run/docker.sock").replace("unix://", "");
    member = { ...asUser(box, { groups: [statSync(socket).gid] }), env };
    stranger = { ...asUser(box), env };
    // programs and engine are those that make setup recorded
    configureForUser(box, {
      maven: { command: undefined },
      kolla: { command: undefined, python: undefined, pull: undefined, template_override: undefined, tag: bench.tag },
      engine: { endpoint: undefined },
    });
    giveAway(box);
    const run = await box.run(["image", "--json"], member);
    expectDone(run);
    result = JSON.parse(run.stdout) as Result;
  });
  after(() => bench.remove());

  it("has them in the engine", async () => {
    const images = result.results.images?.images ?? [];
    expect(images.map(({ name }) => name)).to.deep.equal([`kolla/osc-base:${bench.tag}`, `kolla/osc:${bench.tag}`]);
    for (const { name, id } of images) {
      expect(await bench.docker("image", "inspect", "--format", "{{.Id}}", name)).to.equal(id);
    }
    expect(await bench.inImage(`kolla/osc:${bench.tag}`, "stat", "-c", "%U %a", "vmidc.sh")).to.equal("root 755");
  });

  it("owns all that was written, and nothing was written beside the work and output folders", () => {
    expect(notHis(box.work, box.out, box.home)).to.deep.equal([]);
    expect(leftBehind()).to.deep.equal([]);
  });

  it("has nothing to do the second time", async () => {
    const again = await box.run(["image", "--json"], member);
    expectDone(again);
    const { stages } = JSON.parse(again.stdout) as Result;
    expect(stages.map(({ status }) => status)).to.deep.equal(stages.map(() => "up-to-date"));
  });

  it("is told by doctor that all is well, and one who is not in the group, what lets him in", async () => {
    const ask = async (options: RunOptions) =>
      JSON.parse((await box.run(["doctor", "--json"], options)).stdout) as Report;
    const good = await ask(member);
    expect(good.ok, JSON.stringify(good.checks)).to.equal(true);
    const bad = (await ask(stranger)).checks.filter(({ level }) => level === "bad");
    expect(bad.map(({ id }) => id)).to.deep.equal(["engine"]);
    expect(bad[0]?.found).to.match(/permission denied/i);
    expect(bad[0]?.mend).to.match(new RegExp(`usermod -aG \\S+ ${NAME}`));
  });
});
