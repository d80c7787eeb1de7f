// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { layerOf } from "../../../src/osc/layers.ts";

describe("the layers of the image", () => {
  const jar = (name: string) => layerOf(`opt/vmidc/bin/jar/${name}.jar`).name;

  it("keeps other people's jars apart, also those whose names look like OSC's", () => {
    expect(["hk2-api-2.5.0-b30", "javax.ws.rs-api-2.0.1", "gson-2.5"].map(jar)).to.deep.equal(
      Array(3).fill("third-party"),
    );
  });

  it("puts OSC's own jars and its libraries into the layer that changes most", () => {
    expect(["osc-server", "sdn-controller-api-2.0.0-SNAPSHOT", "security-mgr-api-2.0.0"].map(jar)).to.deep.equal(
      Array(3).fill("service"),
    );
  });
});
