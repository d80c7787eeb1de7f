// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { join } from "node:path";
import { blobsOf, layersOf, tellApart } from "../../../bench/registry.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

const NAMES = ["third-party", "web", "service"];

const layer = (digest: string, step: string) => ({ digest, step });

/** As BuildKit and the classic builder call the steps. */
const BUILDERS = {
  BuildKit: (name: string) => `ADD osc-${name}.tar / # buildkit`,
  "the classic builder": (name: string) => `/bin/sh -c #(nop) ADD file:${name} in / `,
};

describe("what a push has brought", () => {
  const folder = temporaryFolder();

  for (const [builder, add] of Object.entries(BUILDERS)) {
    it(`is told apart by the layers of the payload, of an image made by ${builder}`, () => {
      const layers = [
        layer("base", "/bin/sh -c #(nop) ADD file:rootfs in / "),
        layer("java", "RUN /bin/sh -c apt-get install"),
        ...NAMES.map((name) => layer(name, add(name))),
        layer("user", "RUN /bin/sh -c usermod # no ADD of ours"),
      ];
      const before = new Map([
        ["base", 1],
        ["third-party", 20],
        ["web", 30],
      ]);
      const after = new Map([...before, ["java", 100], ["service", 40], ["user", 2], ["config", 5]]);
      expect(tellApart(before, after, layers, NAMES)).to.deep.equal({
        payload: [
          { name: "third-party", bytes: 0 },
          { name: "web", bytes: 0 },
          { name: "service", bytes: 40 },
        ],
        rest: 107,
      });
    });
  }

  it("is not guessed where the image lacks a layer of the payload", () => {
    const layers = [layer("web", BUILDERS.BuildKit("web"))];
    expect(() => tellApart(new Map(), new Map(), layers, NAMES)).to.throw("1 layers of the payload");
  });

  it("is read from the registry's storage", async () => {
    const blob = (hex: string, content: string) =>
      put(join(folder(), "docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data"), content);
    const history = [{ created_by: "ADD a" }, { created_by: "LABEL", empty_layer: true }, { created_by: "RUN b" }];
    await blob(
      "aa11",
      JSON.stringify({
        config: { digest: "sha256:bb22" },
        layers: [{ digest: "sha256:cc33" }, { digest: "sha256:dd44" }],
      }),
    );
    await blob("bb22", JSON.stringify({ history }));
    await blob("cc33", "12345");
    await put(join(folder(), "docker/registry/v2/repositories/ns/osc/_manifests/tags/t/current/link"), "sha256:aa11");
    expect(await layersOf(folder(), "ns/osc", "t")).to.deep.equal([layer("cc33", "ADD a"), layer("dd44", "RUN b")]);
    expect((await blobsOf(folder())).get("cc33")).to.equal(5);
    expect([...(await blobsOf(join(folder(), "absent")))]).to.deep.equal([]);
  });
});
