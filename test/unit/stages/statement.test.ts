// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Made, readStatement, statementOf, statementText } from "../../../src/stages/statement.ts";
import { configWith } from "../../support/unit-config.ts";

const made = (changes: Partial<Made> = {}): Made => ({
  command: "tarball",
  config: configWith(),
  subjects: [{ name: "osc-1.tar.gz", digest: { sha256: "ab".repeat(32) } }],
  dependencies: [{ name: "osc-core", uri: "git+https://h/osc-core", digest: { gitCommit: "cd".repeat(20) } }],
  byproducts: [],
  programs: { maven: "3.8.7" },
  ...changes,
});

describe("a provenance", () => {
  it("is an in-toto statement of SLSA's kind", () => {
    const statement = JSON.parse(statementText(statementOf(made()))) as Record<string, unknown>;
    expect(statement).to.include({
      _type: "https://in-toto.io/Statement/v1",
      predicateType: "https://slsa.dev/provenance/v1",
    });
    expect(Object.keys(statement)).to.deep.equal(["_type", "subject", "predicateType", "predicate"]);
  });

  it("is read back as it was written", () => {
    const statement = statementOf(made());
    expect(readStatement(statementText(statement))).to.deep.equal(statement);
  });

  it("is refused whichever of its bits was changed", () => {
    const right = Buffer.from(statementText(statementOf(made())));
    for (let at = 0; at < right.length; at++) {
      const wrong = Buffer.from(right);
      wrong.writeUInt8(wrong.readUInt8(at) ^ 1, at);
      expect(() => readStatement(wrong.toString()), `byte ${String(at)}`).to.throw();
    }
  });

  it("has the settings that decide on what comes out, and neither paths nor secrets", () => {
    const config = configWith({
      work_dir: "/home/me/work-canary",
      source: { url: "https://me:token-canary@git.example.org/osc-core", ref: "v0.8.0", patches: ["/p-canary"] },
      maven: {
        java_home: "/jdk-canary",
        repositories: { mine: { url: "https://m.example.org", username: "u-canary", password: "${env.CANARY}" } },
      },
      kolla: { base: "debian" },
    });
    const text = statementText(statementOf(made({ config })));
    expect(text.toLowerCase()).to.not.include("canary");
    const { settings } = statementOf(made({ config })).predicate.buildDefinition.externalParameters;
    expect(settings).to.include({
      "source.url": "https://***@git.example.org/osc-core",
      "source.ref": "v0.8.0",
      "kolla.base": "debian",
    });
  });

  it("differs where what was built from differs", () => {
    const other = made({ dependencies: [] });
    const idOf = (one: Made) => statementOf(one).predicate.runDetails.metadata.invocationId;
    expect(idOf(made())).to.equal(idOf(made())).and.not.equal(idOf(other));
  });
});
