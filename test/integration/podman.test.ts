// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { configureFakes, expectDone, kollaBuilds, useSandbox } from "../support/integration-fakes.ts";
import type { Sandbox } from "../support/sandbox.ts";

/** A podman that answers as the fake docker does, but for what it says of its storage; `words` go through a filter. */
const fakePodman = (box: Sandbox, filter: string): string =>
  box.fake("podman", {
    "'info --format {{.Store.GraphDriverName}} {{.Store.GraphRoot}}'": "echo 'overlay /nowhere'",
    "'image inspect '*": `said=$('${box.bin}/docker' "$@") || exit 1\necho "$said" | ${filter}`,
    version: "echo 'Version: 5.4.2'",
  });

describe("with podman", () => {
  const box = useSandbox("podman");
  before(() => configureFakes(box, { kolla: { engine: "podman" } }));

  it("warns that an image lost its health check, and says with which option it has one", async () => {
    fakePodman(box, "cat");
    const run = await box.run(["image"]);
    expectDone(run);
    expect(run.stderr).to.match(/Warning: podman has left out the health check of kolla\/osc:1: .*--health-cmd 'curl /);
    expect(run.stdout).to.match(/^ {2}podman --url unix:\/\/\S+ run --rm .* kolla\/osc:1$/m);
    expect(kollaBuilds(box).at(-1)).to.include.members(["--engine", "podman", "--podman_base_url", "--nobuildkit"]);
  });

  it("warns of nothing where the image kept it, as podman inspects it", async () => {
    fakePodman(box, `sed 's/"Size":1000/"Size":1000,"Healthcheck":{"Test":["CMD","true"]}/'`);
    const run = await box.run(["image", "--force"]);
    expectDone(run);
    expect(run.stderr).to.not.include("health check");
  });
});
