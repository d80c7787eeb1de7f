// SPDX-License-Identifier: Apache-2.0
import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { expect } from "chai";
import * as fc from "fast-check";
import { type Bill, bomJson } from "../../../src/sbom/bom.ts";
import type { Part } from "../../../src/sbom/part.ts";
import { thirdParty } from "../../../src/sbom/third-party.ts";

const TOOL = { name: "osc-kolla", version: "0.1.0" };
const TIME = Date.UTC(2018, 6, 9, 11, 54, 56) / 1000;
const DIGESTS = { sha1: "1".repeat(40), sha256: "2".repeat(64) };

const library = (path: string, name: string, more: Partial<Part> = {}): Part => ({
  path,
  type: "library",
  group: "g",
  name,
  version: "1",
  purl: `pkg:maven/g/${name}@1`,
  digests: DIGESTS,
  licences: [],
  facts: { coordinates: "pom.properties" },
  parts: [],
  ...more,
});

const billOf = (...parts: readonly Part[]): Bill => ({
  whole: {
    path: "opt/vmidc",
    type: "library",
    name: "osc",
    version: "1.0.0-SNAPSHOT-38-g4441c96",
    licences: [],
    facts: {},
    parts,
  },
  time: TIME,
  tool: TOOL,
});

const SOME = [
  library("bin/own.jar", "own", {
    facts: { coordinates: "pom.properties", commit: "4441c96" },
    parts: [
      library("bin/own.jar!/META-INF/lib/b.jar", "b"),
      library("bin/own.jar!/META-INF/maven/g/c/pom.properties", "c"),
    ],
  }),
  library("bin/b.jar", "b", {
    licences: [
      { name: "apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
      { name: "The Apache Software License, Version 2.0" },
      { name: "https://e.org/a b", url: "https://e.org/a b" },
    ],
  }),
  { ...library("bin/x.jar", "x.jar"), type: "file", facts: { coordinates: "unknown" } } as const,
  { path: "jre", type: "platform", name: "jre", version: "1.8.0_442", licences: [], facts: {}, parts: [] } as const,
];

interface Told {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string };
  readonly components: readonly { readonly licenses?: readonly unknown[]; readonly "bom-ref": string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}
const told = (bill: Bill) => JSON.parse(bomJson(bill)) as Told;

const valid = async (json: string): Promise<void> => {
  expect(await new JsonStrictValidator(Version.v1dot6).validate(json)).to.equal(null);
};

const word = fc.stringMatching(/^[\w. +:/-]{1,12}$/);
const partWith = (parts: fc.Arbitrary<Part[]>): fc.Arbitrary<Part> =>
  fc.record({
    path: fc.uuid(),
    type: fc.constantFrom("library" as const, "file" as const),
    name: fc.string({ minLength: 1 }),
    version: word,
    licences: fc.array(fc.record({ name: fc.string({ minLength: 1 }) }), { maxLength: 2 }),
    facts: fc.record({ coordinates: fc.constantFrom("unknown", "repository") }),
    parts,
  });
const anyPart = partWith(fc.array(partWith(fc.constant([])), { maxLength: 2 }));

describe("a bill of materials", () => {
  it("is what CycloneDX's schema wants", () => valid(bomJson(billOf(...SOME))));

  it("is so whatever jars say of themselves", () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyPart, { minLength: 20, maxLength: 60 }), (parts) =>
        valid(bomJson(billOf(...parts))),
      ),
      // shrinking takes minutes, as each look at the schema compiles it
      {
        numRuns: 2,
        endOnFailure: true,
        examples: [[[library("bin/c.jar", "c", { licences: [{ name: "constructor" }] })]]],
      },
    ));

  it("is the same of the same, with one time and number; of anything else the number is another", () => {
    const again = JSON.parse(JSON.stringify(SOME)) as Part[];
    expect(bomJson(billOf(...again))).to.equal(bomJson(billOf(...SOME)));
    const { serialNumber, metadata } = told(billOf(...SOME));
    expect(metadata.timestamp).to.equal("2018-07-09T11:54:56.000Z");
    expect(told(billOf(...SOME.slice(1))).serialNumber).to.not.equal(serialNumber);
    expect(told({ ...billOf(...SOME), time: TIME + 1 }).serialNumber).to.not.equal(serialNumber);
  });

  it("says of what each is a part", () => {
    const { dependencies } = told(billOf(...SOME));
    expect(dependencies.find(({ ref }) => ref === "opt/vmidc")?.dependsOn).to.deep.equal(SOME.map(({ path }) => path));
    expect(dependencies.find(({ ref }) => ref === "bin/own.jar")?.dependsOn).to.deep.equal(
      SOME[0]?.parts.map(({ path }) => path),
    );
  });

  it("takes a licence for one of SPDX's where it is called so, and tells others as they stand", () => {
    const { components } = told(billOf(...SOME));
    expect(components[1]?.licenses).to.deep.equal([
      { license: { id: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" } },
      { license: { name: "The Apache Software License, Version 2.0" } },
      { license: { name: "https://e.org/a b", url: "https://e.org/a%20b" } },
    ]);
  });
});

describe("the text about the software of others", () => {
  it("names each once, with its licences and every place; nothing of OSC's own; what is unknown by its path", () => {
    const text = thirdParty(bomJson(billOf(...SOME)));
    const [head, ...entries] = text
      .trimEnd()
      .split("\n\n")
      .filter((part) => !part.startsWith("Made from"));
    expect(head).to.equal("Software of others in osc 1.0.0-SNAPSHOT-38-g4441c96");
    expect(entries).to.deep.equal([
      "bin/x.jar\n  licence: it says none",
      [
        "g:b 1",
        "  licence: Apache-2.0 (https://www.apache.org/licenses/LICENSE-2.0)",
        "  licence: The Apache Software License, Version 2.0",
        "  licence: https://e.org/a b (https://e.org/a%20b)",
        "  in: bin/own.jar!/META-INF/lib/b.jar",
        "  in: bin/b.jar",
      ].join("\n"),
      "g:c 1\n  licence: it says none\n  in: bin/own.jar, unpacked into it",
      "jre 1.8.0_442\n  licence: it says none\n  in: jre",
    ]);
  });
});
