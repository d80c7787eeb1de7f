// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { pushedAs } from "../../../src/engine/images.ts";

describe("the digest under which a registry has an image", () => {
  const DIGEST = `sha256:${"a".repeat(64)}`;
  const of = (name: string, ...repositories: string[]) =>
    pushedAs({ name, digests: repositories.map((one) => `${one}@${DIGEST}`) });

  it("is that of the registry and the repository in its name, whichever others there are", () => {
    const name = "127.0.0.1:5000/team/osc";
    expect(of(`${name}:1.0`, "127.0.0.1:5001/team/osc", `${name}-base`, name)).to.equal(`${name}@${DIGEST}`);
    expect(of("kolla/osc:1", "docker.io/kolla/osc")).to.equal(`docker.io/kolla/osc@${DIGEST}`);
    expect(of("docker.io/kolla/osc:1", "kolla/osc")).to.equal(`kolla/osc@${DIGEST}`);
  });

  it("is unknown where it was not pushed there", () => {
    expect(of("127.0.0.1:5000/team/osc:1")).to.equal(undefined);
    expect(of("127.0.0.1:5000/team/osc:1", "127.0.0.1:5001/team/osc", "team/osc")).to.equal(undefined);
  });
});
