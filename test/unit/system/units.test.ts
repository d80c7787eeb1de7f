// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { bytesOf } from "../../../src/system/units.ts";

describe("how many bytes there are so far", () => {
  it("is told in the unit of all, in which that is no 0.0", () => {
    expect(bytesOf(1_260_000, 51_800_000)).to.equal("1.3 of 51.8 MB");
    expect(bytesOf(0, 900_000)).to.equal("0.0 of 0.9 MB");
    expect(bytesOf(512, 40_960)).to.equal("0.5 of 41.0 kB");
    expect(bytesOf(12_300_000, undefined)).to.equal("12.3 MB");
  });

  it("is never more than all", () => {
    expect(bytesOf(70_000, 60_000)).to.equal("60.0 of 60.0 kB");
  });
});
