// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileBytes } from "../../../src/archive/contents.ts";
import { readImage } from "../../../src/archive/image.ts";
import { type Resource, statementOf, statementText } from "../../../src/stages/statement.ts";
import { savedImage } from "../../support/saved-image.ts";
import type { TarMember } from "../../support/tarballs.ts";
import { runCommand } from "../../support/unit-command.ts";
import { configWith } from "../../support/unit-config.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const SCRIPT = "opt/vmidc/bin/vmidc.sh";
const BILL = "usr/share/osc/sbom.cdx.json";

describe("an image that is verified", () => {
  const folder = temporaryFolder();

  /** What an image of OSC holds, with a list that fits unless it is told otherwise. */
  function payload(script: string, listed = script, more: readonly TarMember[] = []): TarMember[] {
    const list = `${sha256("{}")}  ${BILL}\n${sha256(listed)}  ${SCRIPT}\n`;
    return [
      { path: SCRIPT, content: script },
      { path: BILL, content: "{}" },
      { path: "opt/vmidc/payload.sha256", content: list },
      ...more,
    ];
  }

  /** Puts an image, and the provenance of it or of what it shall be, into the folder. */
  async function published(image: Buffer, meant = image, bill = "{}"): Promise<void> {
    const file = await put(join(folder(), "meant.tar"), meant);
    const { id, layers } = await readImage(fileBytes(file));
    const subject: Resource = {
      name: "kolla/osc:1",
      digest: { sha256: id.replace("sha256:", "") },
      annotations: { layers },
    };
    const statement = statementOf({
      command: "image",
      config: configWith(),
      subjects: [subject],
      dependencies: [],
      byproducts: [{ name: "sbom.cdx.json", digest: { sha256: sha256(bill) } }],
      programs: {},
    });
    await put(join(folder(), "image.intoto.json"), statementText(statement));
    await put(join(folder(), "image.tar"), image);
  }
  const verify = () => runCommand(["verify", "--image", "image.tar", "."], { cwd: folder() });

  async function expectFaults(...faults: readonly string[]): Promise<void> {
    const ran = await verify();
    expect([ran.exitCode, ran.stdout], ran.stderr).to.deep.equal([6, ""]);
    for (const fault of faults) expect(ran.stderr).to.include(`  image.tar: ${fault}\n`);
  }

  it("is found to fit its provenance and its own list", async () => {
    await published(savedImage([[{ path: "etc/os-release", content: "x" }], payload("#!/bin/sh\n")]));
    const ran = await verify();
    expect(ran.stderr).to.equal("");
    expect(ran.stdout.split("\n")).to.deep.equal([
      "✔ image.intoto.json is as it was written",
      "✔ image.tar and its 2 layers against image.intoto.json",
      "✔ 2 files in image.tar against the list in it",
      "",
    ]);
  });

  it("is told by its layer, and by the file in it that is another one", async () => {
    const base = [{ path: "etc/os-release", content: "x" }];
    const evil = payload("#!/bin/evil\n", "#!/bin/sh\n", [{ path: "opt/vmidc/bin/more.jar", content: "x" }]);
    await published(savedImage([base, evil]), savedImage([base, payload("#!/bin/sh\n")]));
    await expectFaults(
      "is not one of the images that image.intoto.json names",
      "layer 2 is not the one that image.intoto.json names",
      `/${SCRIPT} is not the one that was built`,
      "/opt/vmidc/bin/more.jar was not built: its own list lacks it",
    );
  });

  it("is told where only its configuration is another one", async () => {
    const layers = [payload("#!/bin/sh\n")];
    await published(savedImage(layers, { Env: ["LD_PRELOAD=/x"] }), savedImage(layers));
    await expectFaults("is not one of the images that image.intoto.json names");
  });

  it("is told where its bill is another one, and where it is no image of OSC", async () => {
    await published(savedImage([payload("#!/bin/sh\n")]), undefined, "other");
    await expectFaults(`its /${BILL} is not the one that image.intoto.json names`);
    await published(savedImage([[{ path: "a", content: "a" }]]));
    await expectFaults("has no /opt/vmidc/payload.sha256: it is no image of OSC");
  });

  it("is told where the provenance was changed by one byte", async () => {
    await published(savedImage([payload("#!/bin/sh\n")]));
    const file = join(folder(), "image.intoto.json");
    const { readFile } = await import("node:fs/promises");
    await put(file, (await readFile(file, "utf8")).replace('"image"', '"imagE"'));
    const ran = await verify();
    expect(ran.exitCode).to.equal(6);
    expect(ran.stderr).to.include("image.intoto.json: it is not as it was written");
  });
});
