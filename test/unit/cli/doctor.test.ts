// SPDX-License-Identifier: Apache-2.0
import { readdir } from "node:fs/promises";
import { expect } from "chai";
import { runCommand } from "../../support/unit-command.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";

describe("the command doctor", () => {
  const folder = temporaryFolder();
  const run = (...argv: string[]) => runCommand(argv, { cwd: folder() });
  const NOWHERE = { kolla: "kolla.command=./no-kolla", engine: "engine.endpoint=unix:///not/there" };
  const argv = ["doctor", ...Object.values(NOWHERE).flatMap((setting) => ["--set", setting])];

  it("names everything that is missing, ends with 3, and touches nothing", async () => {
    const { exitCode, stdout, stderr } = await run(...argv);
    expect([exitCode, stderr]).to.deep.equal([3, ""]);
    for (const what of ["git", "Maven and JDK", "kolla", "container engine"]) {
      expect(stdout).to.match(new RegExp(`^✖ bad      ${what} +\\S`, "m"));
    }
    expect(stdout).to.match(/^! warning {2}home folder +HOME is not set/m);
    expect(stdout).to.match(/\n\n\d+ good, \d+ warning, 4 bad: .*\n$/);
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it("asks what the settings name only when it is told to", async () => {
    const places = {
      "source.url": "/not/there",
      "maven.mirror": "file:///not/there",
      "kolla.registry": "127.0.0.1:1",
    };
    const settings = Object.entries(places).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    const quiet = await run(...argv, ...settings, "--set", "libraries=[]", "--json");
    expect(quiet.stdout).to.not.include("network-");
    const asking = await run(...argv, ...settings, "--set", "libraries=[]", "--json", "--network");
    const { checks } = JSON.parse(asking.stdout) as { checks: { id: string; level: string; found: string }[] };
    const asked = checks.filter(({ id }) => id.startsWith("network-")).map(({ id, level }) => `${id} ${level}`);
    expect(asked).to.deep.equal([
      "network-source bad",
      "network-maven-osc-kolla-mirror bad",
      "network-registry warning",
    ]);
  });
});
