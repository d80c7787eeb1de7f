// SPDX-License-Identifier: Apache-2.0
// What doctor finds in the files that the settings and the environment name.
import { expect } from "chai";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expectTold, hasNamespaces, report, within } from "../support/integration-doctor.ts";
import { configureFakes, expectFailure, mavenBuilds, useSandbox } from "../support/integration-fakes.ts";

describe("doctor, of what the settings name", () => {
  const box = useSandbox("doctor-settings");
  const set = (key: string, value: unknown) => ["--set", `${key}=${JSON.stringify(value)}`];

  beforeEach(() => configureFakes(box));

  it("names every plugin that cannot be read, as a run does before it builds anything", async () => {
    box.write("cwd/near.bar", "near");
    const good = await report(box, set("plugins", ["near.bar"]));
    expect([good.ok, good.of("plugins").found]).to.deep.equal([true, join(box.cwd, "near.bar")]);

    box.write("cwd/folder.bar/file", "");
    const wrong = set("plugins", ["near.bar", "none.bar", "folder.bar"]);
    const { of, bad } = await report(box, wrong);
    expect(bad).to.deep.equal(["plugins"]);
    expect(of("plugins").found).to.match(/none\.bar: .*no such file[^]*folder\.bar: it is no file/);
    expect(of("plugins").mend).to.include("plugins in the settings");
    const run = await box.run(["tarball", ...wrong]);
    expectFailure(run, 4, "none.bar", "folder.bar", "BAD_PLUGIN.md");
    expect(mavenBuilds(box)).to.equal(0);
  });

  it("names every patch that is not there", async () => {
    const { of, bad } = await report(box, set("source.patches", ["one.patch", "two.patch"]));
    expect(bad).to.deep.equal(["patches"]);
    expect(of("patches").found).to.include("one.patch").and.include("two.patch");
  });

  it("names every template override that is not there, or that you may not read", async function () {
    box.write("cwd/secret.j2", "", 0o000);
    const overrides = set("kolla.template_override", ["secret.j2", "none.j2"]);
    const stranger = "--map-user=4242 --map-group=4242";
    if (!hasNamespaces(...stranger.split(" "))) this.skip();
    const { of, bad } = await report(box, overrides, within(stranger, "true"));
    expect(bad).to.include("kolla-overrides");
    expect(of("kolla-overrides").found)
      .to.include(`you may not read ${join(box.cwd, "secret.j2")}`)
      .and.include(`there is no ${join(box.cwd, "none.j2")}`);
  });

  it("names files of certificate authorities that hold none", async () => {
    const file = box.write("authorities.pem", "no certificate\n");
    const { of, warnings } = await report(box, [], { env: { SSL_CERT_FILE: file } });
    expect(warnings).to.deep.equal(["authorities"]);
    expect(of("authorities").found).to.equal(`${file} cannot be read, or holds no certificate in PEM`);
  });

  it("without Maven and without a JDK that fits: names both, with what mends each", async () => {
    configureFakes(box, { maven: { command: "mvn", java_version: 99 }, build: { runner: "host" } });
    rmSync(join(box.bin, "mvn"));
    const env = { PATH: box.pathWithout("mvn"), JAVA_HOME: undefined };
    const told = [
      'there is no program "mvn"',
      "and no JDK 99 was found either",
      "apt-get install maven",
      "Install a JDK 99",
    ];
    expectTold(await box.run(["doctor"], { env }), 3, ...told);
    expectFailure(await box.run(["image"], { env }), 3, ...told);
  });
});
