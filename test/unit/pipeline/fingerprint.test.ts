// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { canonical, fingerprint } from "../../../src/pipeline/fingerprint.ts";
import type { Json, Parts } from "../../../src/pipeline/stage.ts";

const parts = (): fc.Arbitrary<Parts> =>
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 6 }) as fc.Arbitrary<Parts>;

/** The same value with the keys of every object the other way round. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map((one: Json) => reversed(one));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Readonly<Record<string, Json>>).reverse();
  return Object.fromEntries(entries.map(([key, one]) => [key, reversed(one)]));
}

describe("whether a stage depends on the same as last time", () => {
  it("does not depend on the order in which things are named", () => {
    fc.assert(
      fc.property(parts(), (some) => {
        expect(fingerprint("build", "1", reversed(some) as Parts)).to.equal(fingerprint("build", "1", some));
      }),
    );
  });

  it("depends on each part: another value, one more, one less", () => {
    fc.assert(
      fc.property(parts(), fc.string(), fc.jsonValue(), (some, name, value) => {
        const other = { ...some, [name]: value as Json };
        const same = canonical(other) === canonical(some);
        expect(fingerprint("build", "1", other) === fingerprint("build", "1", some)).to.equal(same);
      }),
    );
  });

  it("tells values apart that look alike", () => {
    const alike: readonly Json[] = [
      "1",
      1,
      "true",
      true,
      null,
      "null",
      [],
      {},
      [[]],
      [1, 2],
      [2, 1],
      "[1,2]",
      [1, [2]],
      "",
    ];
    const digests = alike.map((value) => fingerprint("build", "1", { value }));
    expect(new Set(digests).size).to.equal(alike.length);
    // the border between a name and its value
    expect(fingerprint("build", "1", { a: "b", c: "d" })).to.not.equal(fingerprint("build", "1", { 'a":"b","c': "d" }));
  });

  it("depends on the version of the tool and on the stage", () => {
    const some = { commit: "abc" };
    expect(fingerprint("build", "1", some)).to.not.equal(fingerprint("build", "2", some));
    expect(fingerprint("build", "1", some)).to.not.equal(fingerprint("context", "1", some));
    expect(fingerprint("build", "1", some)).to.match(/^[0-9a-f]{64}$/);
  });

  it("survives being written to a file and read back", () => {
    fc.assert(
      fc.property(parts(), (some) => {
        const back = JSON.parse(JSON.stringify(some)) as Parts;
        expect(fingerprint("build", "1", back)).to.equal(fingerprint("build", "1", some));
      }),
    );
  });
});
