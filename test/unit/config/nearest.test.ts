// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nearest, unknownSetting } from "../../../src/config/nearest.ts";
import { namesIn, SETTINGS } from "../../../src/config/settings.ts";

const TOP = namesIn("").join(", ");

describe("a misspelt name", () => {
  it("is answered with the nearest one that there is", () => {
    const known = ["docker", "podman"];
    for (const near of ["docer", "dokcer", "Docker", "docker1"]) expect(nearest(near, known)).to.equal("docker");
    for (const far of ["lxc", "", "containerd", "d"]) expect(nearest(far, known), far).to.equal(undefined);
  });

  it("is found for every setting from which a letter fell out, or two changed places", () => {
    for (const { key } of SETTINGS) {
      const at = key.length - 2;
      const swapped = key.slice(0, at) + (key[at + 1] ?? "") + (key[at] ?? "");
      for (const wrong of [key.slice(0, -1), swapped, key.replaceAll("_", "-")].filter((one) => one !== key)) {
        expect(unknownSetting(wrong)).to.include(key);
      }
    }
  });

  const MEANT: Readonly<Record<string, string>> = {
    "sorce.ref": 'there is no setting "sorce.ref"; did you mean source.ref?',
    "sorce.rev": 'there is no setting "sorce.rev"; did you mean source?',
    "maven.repositorys.mine": 'there is no setting "maven.repositorys.mine"; did you mean maven.repositories.mine?',
    outputdir: 'there is no setting "outputdir"; did you mean output_dir?',
    "kolla.base-tag": 'there is no setting "kolla.base-tag"; did you mean kolla.base_tag?',
    // without its section, or in another
    tag: 'there is no setting "tag"; did you mean kolla.tag?',
    command: 'there is no setting "command"; did you mean maven.command or kolla.command?',
    "image.namespace": 'there is no setting "image.namespace"; did you mean kolla.namespace?',
    // nothing is near: all that there is
    "engine.colour": 'there is no setting "engine.colour"; engine has endpoint',
    zzzzzzzzzz: `there is no setting "zzzzzzzzzz"; at the top there is ${TOP}`,
    // names that cannot be used so
    source: "source holds settings of its own: url, ref, patches",
    "libraries[0].url": 'there is no setting "libraries[0].url"; libraries is given as a whole',
    "source.ref.x": 'there is no setting "source.ref.x"; source.ref is given as a whole',
    "a\u001bb.\u009b": String.raw`there is no setting "a\u001bb.\u009b"; at the top there is ${TOP}`,
  };
  for (const [key, words] of Object.entries(MEANT)) {
    it(`is told for ${JSON.stringify(key)}`, () => expect(unknownSetting(key)).to.equal(words));
  }
});
