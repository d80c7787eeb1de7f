// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { tarBytes } from "../../../src/archive/tar.ts";
import { schema } from "../../../src/config/schema.ts";
import { refuseSettings, runtimeDigest, runtimeEntries } from "../../../src/stages/runtime.ts";
import { OscKollaError } from "../../../src/system/errors.ts";

describe("what runs in the image", () => {
  it("has a program for the start, one for the health check, and one where OSC looks for reboot", async () => {
    const programs = (await runtimeEntries()).filter(({ mode, content }) => content !== undefined && mode === 0o755);
    expect(programs.map(({ path }) => path)).to.deep.equal([
      "usr/local/bin/osc_healthcheck",
      "usr/local/bin/osc_start",
      "usr/sbin/reboot",
    ]);
  });

  it("has no folder that lies outside its archive, so that no time of a build enters the layer", async () => {
    const entries = await runtimeEntries();
    const folders = entries.filter(({ content }) => content === undefined).map(({ path }) => path);
    for (const { path } of entries) {
      const above = path.split("/").slice(0, -1).join("/");
      if (above !== "") expect(folders, path).to.include(above);
    }
    expect([...tarBytes(entries, 0)].length).to.be.above(0);
  });

  it("has one digest", async () => {
    expect(await runtimeDigest())
      .to.match(/^[0-9a-f]{64}$/)
      .and.equal(await runtimeDigest());
  });
});

describe("settings of the image, where OSC starts without our script", () => {
  const image = (values: object) => schema.shape.image.parse({ java: {}, ports: {}, ...values });

  it("are as they are", () => {
    expect(() => {
      refuseSettings(image({ java_version: "any" }), "v0.8.0");
    }).to.not.throw();
  });

  it("are refused by name when they ask for something else", () => {
    const ask = () => {
      refuseSettings(image({ user: "osc", ports: { ui: 8443 } }), "v0.8.0");
    };
    expect(ask).to.throw(OscKollaError).with.property("code", "BAD_CONFIGURATION");
    expect(ask).to.throw(/image\.user cannot be met: .*\nimage\.ports\.ui cannot be met/);
  });
});
