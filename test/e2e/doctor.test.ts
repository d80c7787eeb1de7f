// SPDX-License-Identifier: Apache-2.0
/** doctor on this machine, with its real programs and engine. */
import { expect } from "chai";
import type { Report } from "../../src/cli/findings.ts";
import { Bench, pythonOf } from "../support/e2e.ts";

describe("doctor on this machine", () => {
  let bench: Bench;

  before(async () => {
    bench = await Bench.make("doctor");
  });
  after(() => bench.remove());

  it("finds nothing bad after make setup, and names versions, driver and room", async () => {
    const python = ["--set", `kolla.python=${await pythonOf(bench.kollaBuild)}`];
    const { code, stdout, stderr } = await bench.osc("doctor", ["--network", ...python]);
    const { ok, checks } = JSON.parse(stdout) as Report;
    expect([code, ok, stderr], stdout).to.deep.equal([0, true, ""]);
    const found = new Map(checks.map(({ id, found: what }) => [id, what]));
    expect(found.get("kolla")).to.match(/^kolla-build \d+\.\d+\.\d+ \(.+\), with the docker SDK \d+/);
    expect(found.get("builder")).to.match(/^Maven \d+\.\d+\.\d+ \(.+\) on Java \d+/);
    expect(found.get("engine")).to.match(
      /^docker \d+\.\d+\S* \(.+\) at .+, storage driver \w+, \d+(\.\d)? GB free in \//,
    );
    expect(found.get("network-source")).to.match(/osc-core\.git, master is [0-9a-f]{12}$/);
  });

  it("names the engine where it is gone, and the kolla-build, and nothing else", async () => {
    const gone = ["--set", "engine.endpoint=unix:///not/there.sock", "--set", "kolla.command=/not/there"];
    const { code, stdout } = await bench.osc("doctor", gone);
    const bad = (JSON.parse(stdout) as Report).checks.filter(({ level }) => level === "bad");
    expect([code, bad.map(({ id }) => id)]).to.deep.equal([3, ["kolla", "engine"]]);
  });
});
