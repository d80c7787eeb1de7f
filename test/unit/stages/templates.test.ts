// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { copyTemplates, profileConf, templatesDigest } from "../../../src/stages/templates.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";

describe("the templates that kolla-build is given", () => {
  const folder = temporaryFolder();

  it("are those of the wanted images alone, with what they import", async () => {
    await copyTemplates(["osc-build"], folder());
    const there = ["osc-build/Dockerfile.j2", "osc-build/osc_build_maven.sh", "osc-java.j2", "osc-base"];
    expect(there.map((name) => existsSync(join(folder(), name)))).to.deep.equal([true, true, true, false]);
  });

  it("have a digest for each choice of images", async () => {
    expect(await templatesDigest(["osc"]))
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(await templatesDigest(["osc-base"]));
  });

  it("lie below kolla's $locals_base in a conf that can be moved", () => {
    const conf = profileConf({ profile: "p", images: ["a"] }, undefined, "ours", "o.j2");
    expect(conf).to.include("docker_dir = $locals_base/docker\ntemplate_override = $locals_base/o.j2\n");
  });

  it("are selected by a profile, under names that are whole", () => {
    const conf = profileConf({ profile: "p", images: ["a", "b"] }, "/f", "ours");
    expect(conf).to.include("docker_dir = /f/docker\n").and.include("p = ^a$,^b$\n").and.not.include("override");
    expect(profileConf({ profile: "p", images: ["a"] }, "/f", "ours", "o.j2")).to.include(
      "template_override = /f/o.j2",
    );
  });
});
