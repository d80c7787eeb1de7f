// SPDX-License-Identifier: Apache-2.0
// The versions for people's own packages, compared by dpkg and rpm themselves.
import { expect } from "chai";
import fc from "fast-check";
import { packageVersion } from "../../src/osc/versions.ts";
import { withTools } from "../support/tools.ts";

/** What git describes, and what decides on its place. */
interface Described {
  readonly numbers: readonly number[];
  readonly isRelease: boolean;
  readonly distance: number;
  readonly patches: number;
}

const described: fc.Arbitrary<Described> = fc.record({
  numbers: fc.array(fc.oneof(fc.nat(2), fc.constant(10)), { minLength: 2, maxLength: 4 }),
  isRelease: fc.boolean(),
  distance: fc.oneof(fc.constantFrom(0, 1, 9, 10, 38), fc.nat(2000)),
  patches: fc.constantFrom(0, 0, 1, 12),
});

/** As osc-kolla calls it. */
const versionOf = ({ numbers, isRelease, distance, patches }: Described): string =>
  `${numbers.join(".")}${isRelease ? "" : "-SNAPSHOT"}-${String(distance)}-g4441c96${patches === 0 ? "" : `+p${String(patches)}`}`;

/** Less than 0 where the first comes before the second. */
function inTime(a: Described, b: Described): number {
  const key = ({ isRelease, distance, patches }: Described) => [isRelease ? 1 : 0, distance, patches];
  const [one, other] = [key(a), key(b)];
  for (let at = 0; at < Math.max(a.numbers.length, b.numbers.length); at++) {
    const difference = (a.numbers[at] ?? -1) - (b.numbers[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return one.map((part, at) => part - (other[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

type Pair = readonly [string, string];

const SIGNS = new Map([
  [-1, "lt"],
  [0, "eq"],
  [1, "gt"],
]);

/** Which of each pair is newer: lt, eq or gt. */
const ASKED: Readonly<Record<"debian" | "rpm", (pairs: readonly Pair[]) => string[]>> = {
  debian: (pairs) => {
    const script = `for word; do for sign in lt eq gt; do
      dpkg --compare-versions "\${word%%/*}" $sign "\${word##*/}" 2>&1 && echo $sign
    done; done; exit 0`;
    return withTools(script, "/", ...pairs.map((pair) => pair.join("/")))
      .trim()
      .split("\n");
  },
  rpm: (pairs) => {
    const lines = pairs.map(([a, b]) => `print(rpm.vercmp('${a}', '${b}'))`);
    const told = withTools('rpmlua -e "$1"', "/", lines.join("\n")).trim().split("\n");
    return told.map((sign) => SIGNS.get(Number(sign)) ?? sign);
  },
};

for (const manager of ["debian", "rpm"] as const) {
  describe(`a version as ${manager} writes it`, () => {
    const compare = (pairs: readonly Pair[]): string[] =>
      ASKED[manager](pairs.map(([a, b]) => [packageVersion(a)[manager], packageVersion(b)[manager]] as const));

    it("is in its place by the program itself: a snapshot, what came after it, the release, what came after that", () => {
      const inOrder = [
        "0.8.0-0-gabcdef0",
        "1.0.0-SNAPSHOT-0-gabcdef0",
        "1.0.0-SNAPSHOT-0-gabcdef0+p1",
        "1.0.0-SNAPSHOT-2-gabcdef0",
        "1.0.0-SNAPSHOT-38-g4441c96",
        "1.0.0-SNAPSHOT-38-g4441c96+p2",
        "1.0.0-rc1-0-gabcdef0",
        "1.0.0-0-gabcdef0",
        "1.0.0-1-gabcdef0",
        "1.0.0.1-0-gabcdef0",
        "release/1.0.1-0-gabcdef0",
        "1.0.10-0-gabcdef0",
      ];
      const pairs = inOrder.flatMap((a, at) => inOrder.slice(at + 1).map((b) => [a, b] as const));
      expect(new Set(compare(pairs))).to.deep.equal(new Set(["lt"]));
    });

    it("is in its place whatever git describes", () => {
      const several = fc.array(fc.tuple(described, described), { minLength: 60, maxLength: 60 });
      fc.assert(
        fc.property(several, (pairs) => {
          const told = compare(pairs.map(([a, b]) => [versionOf(a), versionOf(b)] as const));
          expect(told).to.deep.equal(pairs.map(([a, b]) => SIGNS.get(Math.sign(inTime(a, b)))));
        }),
        { numRuns: 4 },
      );
    });
  });
}
