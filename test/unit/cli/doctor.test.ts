// SPDX-License-Identifier: Apache-2.0
import { readdir } from "node:fs/promises";
import { expect } from "chai";
import type { Report } from "../../../src/cli/findings.ts";
import { runCommand } from "../../support/unit-command.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";

describe("the command doctor", () => {
  const folder = temporaryFolder();
  const NOWHERE = ["kolla.command=./no-kolla", "engine.endpoint=unix:///not/there"];
  const argv = ["doctor", ...NOWHERE.flatMap((setting) => ["--set", setting])];

  it("names everything that is missing, ends with 3, and touches nothing", async () => {
    const { exitCode, stdout, stderr } = await runCommand(argv, { cwd: folder() });
    expect([exitCode, stderr]).to.deep.equal([3, ""]);
    for (const what of ["git", "Maven and JDK", "kolla", "container engine"]) {
      expect(stdout).to.match(new RegExp(`^✖ bad      ${what} +\\S`, "m"));
    }
    expect(stdout).to.match(/^! warning {2}home folder +HOME is not set/m);
    expect(stdout).to.match(/\n\n\d+ good, \d+ warning, 4 bad: .*\n$/);
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it("asks what the settings name only when it is told to, and says what each answers", async () => {
    const PLACES = [
      "source.url=/not/there",
      "libraries=[]",
      "maven.mirror=file:///not/there",
      "kolla.registry=127.0.0.1:1",
    ];
    const places = PLACES.flatMap((setting) => ["--set", setting]);
    // git is asked, so it must be found
    const env = { PATH: String(process.env["PATH"]) };
    const asked = async (...more: string[]) => {
      const { stdout } = await runCommand([...argv, ...places, "--json", ...more], { cwd: folder(), env });
      const { checks } = JSON.parse(stdout) as Report;
      return checks.filter(({ id }) => id.startsWith("network-"));
    };
    expect(await asked()).to.deep.equal([]);
    const seen = await asked("--network");
    expect(seen.map(({ id, level }) => `${id} ${level}`)).to.deep.equal([
      "network-source bad",
      "network-maven-osc-kolla-mirror bad",
      "network-registry warning",
    ]);
    expect(seen[0]?.found).to.include("'/not/there' does not appear to be a git repository");
    expect(seen[2]?.found).to.match(/^127\.0\.0\.1:1: .*ECONNREFUSED/);
  });
});
