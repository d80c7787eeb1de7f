// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sentence } from "../../../src/engine/access.ts";

const GROUPS = "root:x:0:\ndocker:x:105:olga\n";

describe("what lets a user use the engine", () => {
  it("is the group that the socket belongs to, by its name", () => {
    expect(sentence("olga", 105, GROUPS)).to.include("root is needed once, for usermod -aG docker olga;");
  });

  it("is a group that is not in /etc/group by its number", () => {
    expect(sentence("olga", 999, GROUPS)).to.include("usermod -aG 999 olga;");
  });

  it("is that number for a user without a name, as in a container", () => {
    expect(sentence(undefined, 105, GROUPS))
      .to.include("docker run --group-add 105")
      .and.not.include("usermod");
  });

  it("is first of all a group of its own, where the socket is root's or cannot be seen", () => {
    for (const gid of [0, undefined]) {
      expect(sentence("olga", gid, GROUPS)).to.match(/groupadd docker.*then for usermod -aG docker olga;/);
    }
    expect(sentence(undefined, 0, GROUPS)).to.include("usermod -aG docker USER;");
  });
});
