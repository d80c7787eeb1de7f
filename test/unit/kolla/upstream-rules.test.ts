// SPDX-License-Identifier: Apache-2.0
/** What kolla asks of a new image folder: its tools/validate-*.sh and doc/source/contributor/adding-a-new-image.rst, told as rules. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { TEMPLATES } from "../../../src/system/package.ts";

const IMAGES = ["osc-base", "osc", "osc-build"] as const;
const read = (path: string): string => readFileSync(join(TEMPLATES, path), "utf8");
const blocksOf = (template: string): string[] =>
  [...template.matchAll(/{%-? *block +(\w+)/g)].map(([, name = ""]) => name);

describe("the template of an image, as kolla wants them,", () => {
  for (const image of IMAGES) {
    const template = read(join(image, "Dockerfile.j2"));

    it(`names the maintainer as kolla's own do: ${image}`, () => {
      expect(template).to.include('LABEL maintainer="{{ maintainer }}"');
    });

    it(`has no indented instruction and no indented call of install_packages: ${image}`, () => {
      const indented = template.split("\n").filter((line) => /^\s+([A-Z]+\s|{{ macros\.install_packages)/.test(line));
      expect(indented).to.deep.equal([]);
    });

    it(`has its package managers say yes by themselves: ${image}`, () => {
      expect(template).to.not.match(/(apt-get|dnf) install/);
    });

    it(`has a footer where nothing stands on it, and none where something does: ${image}`, () => {
      expect(blocksOf(template).includes("footer")).to.equal(!image.endsWith("-base"));
    });

    it(`has blocks of its own name alone, beside the two that all images have: ${image}`, () => {
      const prefix = image.replaceAll("-", "_");
      const own = blocksOf(template).filter((name) => name !== "labels" && name !== "footer");
      expect(own).to.include.members([`${prefix}_header`, `${prefix}_footer`]);
      for (const name of own) expect(name.startsWith(`${prefix}_`), name).to.equal(true);
      expect(new Set(own).size, "each block once").to.equal(own.length);
    });
  }

  it("and every file beside it ends with a newline", () => {
    const files = readdirSync(TEMPLATES, { recursive: true, encoding: "utf8" }).filter((path) => /\.\w+$/.test(path));
    expect(files).to.include.members(["osc-java.j2", "osc/Dockerfile.j2"]);
    for (const path of files) expect(read(path).endsWith("\n"), path).to.equal(true);
  });
});
