// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { distributionFaults, isPayload } from "../../../src/osc/check.ts";
import { layerOf, LAYERS, MANIFEST } from "../../../src/osc/layers.ts";
import { modeOf, SHAPES } from "../../../src/osc/layout.ts";
import { DISTRIBUTION } from "../../support/unit-distribution.ts";

/** What is started by its name. */
const isProgram = (path: string) => /(\.sh|\/vmidcShell\.py|\/osc_pbkdf2_key\.py)$/.test(path);

const inLayer = (name: string) => DISTRIBUTION.filter(({ path }) => layerOf(path).name === name);
const megabytes = (files: readonly { readonly size: number }[]) => files.reduce((sum, { size }) => sum + size, 0) / 1e6;

describe("a real distribution of OSC", () => {
  it("is one that can be packed", () => {
    expect(DISTRIBUTION).to.have.lengthOf(331);
    expect(
      distributionFaults(
        DISTRIBUTION.map((file) => ({ ...file, type: "file" })),
        [],
      ),
    ).to.deep.equal([]);
    expect(DISTRIBUTION.every(({ path }) => isPayload(path))).to.equal(true);
  });

  describe("split into layers", () => {
    it("has other people's jars, and no jar of OSC's, in the layer that never changes", () => {
      const OWN = [
        ...["common", "domain", "installer-1.0.0-SNAPSHOT", "installer-simple-1.0.0-SNAPSHOT"],
        ...["resolver-1.0.0-SNAPSHOT", "rest-server", "server", "service-api", "ui", "ui-widgetset"],
        ...["uber", "uber-kubernetes-1.0.0-SNAPSHOT", "uber-openstack4j-1.0.0-SNAPSHOT"],
      ];
      const own = [
        ...OWN.map((name) => `osc-${name}`),
        ...["sdn-controller-api-2.0.0-SNAPSHOT", "security-mgr-api-2.0.0-SNAPSHOT"],
      ];
      const jars = DISTRIBUTION.filter(({ path }) => /^opt\/vmidc\/bin\/jar\/[^/]+\.jar$/.test(path));
      expect(jars).to.have.lengthOf(92);
      const foreign = inLayer("third-party").map(({ path }) => path);
      expect(jars.map(({ path }) => path).filter((path) => !foreign.includes(path))).to.have.members(
        own.map((name) => `opt/vmidc/bin/jar/${name}.jar`),
      );
      // facts/osc.md counts 76 by comparing two builds; by name, which is all that the tree tells, it is 77
      expect(foreign).to.have.lengthOf(77);
      expect(megabytes(inLayer("third-party"))).to.be.closeTo(51.8, 0.1);
    });

    it("has every file in exactly one", () => {
      const together = LAYERS.flatMap(({ name }) => inLayer(name).map(({ path }) => path));
      expect(together.sort()).to.deep.equal(DISTRIBUTION.map(({ path }) => path).sort());
      fc.assert(fc.property(fc.string(), (name) => LAYERS.includes(layerOf(`opt/vmidc/${name}`))));
    });

    it("has the big and slow part in the middle", () => {
      const web = inLayer("web").map(({ path }) => path);
      expect(web).to.include("opt/vmidc/bin/osc-control.jar").and.include("opt/vmidc/bin/jar/osc-ui-widgetset.jar");
      expect(web.some((path) => path.startsWith("opt/vmidc/bin/webapp/"))).to.equal(true);
      expect(megabytes(inLayer("web"))).to.be.within(25, 40);
    });

    it("has in the last one only what a small change of OSC changes, and the manifest", () => {
      const service = inLayer("service").map(({ path }) => path);
      expect(service).to.include("opt/vmidc/bin/vmidc.sh").and.include("opt/vmidc/bin/jar/osc-server.jar");
      expect(megabytes(inLayer("service"))).to.be.below(4);
      expect(layerOf(MANIFEST)).to.equal(LAYERS.at(-1));
    });
  });

  describe("in our archives", () => {
    it("has programs that can be run", () => {
      const programs = DISTRIBUTION.filter(({ path, mode }) => (modeOf(path, mode) & 0o111) !== 0).map(
        ({ path }) => path,
      );
      const scripts = DISTRIBUTION.map(({ path }) => path).filter((path) => path.endsWith(".sh"));
      expect(scripts).to.include("opt/vmidc/bin/vmidc.sh");
      expect(programs).to.include.members(scripts);
      expect(programs).to.include("opt/vmidc/bin/vmidcShell.py");
      for (const path of programs) expect(modeOf(path, 0o644), path).to.equal(0o755);
    });

    it("has everything else as the bundle has it", () => {
      const data = DISTRIBUTION.filter(({ path }) => !isProgram(path));
      expect(data.length).to.be.above(300);
      for (const { path, mode } of data) expect(modeOf(path, mode), path).to.equal(mode & 0o755);
    });

    it("never has a file that others may write or that runs as its owner, and keeps private what is", () => {
      fc.assert(
        fc.property(fc.constantFrom(...DISTRIBUTION), fc.integer({ min: 0, max: 0o7777 }), ({ path }, mode) => {
          expect(modeOf(path, mode) & ~0o755).to.equal(0);
          if (!isProgram(path)) expect(modeOf(path, mode) & ~mode).to.equal(0);
        }),
      );
      expect(modeOf("opt/vmidc/bin/default-data/mainKeyStore.p12", 0o600)).to.equal(0o600);
    });
  });
});

const wholeOf = (required: readonly string[]) => required.map((path) => ({ path, type: "file" as const, mode: 0o644 }));

for (const { name, required } of SHAPES) {
  describe(`a distribution of the shape of ${name}`, () => {
    const whole = wholeOf(required);

    it("is recognised, also where the bundle has left a file out that the build laid out", () => {
      expect(distributionFaults(whole, [])).to.deep.equal([]);
      for (const path of required) {
        const others = whole.filter((entry) => entry.path !== path);
        expect(distributionFaults(others, [path])).to.deep.equal([]);
      }
    });

    it("is refused by the name of what is missing, without which OSC does not start", () => {
      for (const path of required) {
        const [fault, ...more] = distributionFaults(
          whole.filter((entry) => entry.path !== path),
          [],
        );
        expect(fault).to.include(`${path} is missing; OSC (as ${name} is)`);
        expect(more).to.deep.equal([]);
      }
    });
  });
}

describe("a bundle that cannot be packed", () => {
  const [{ required: REQUIRED } = { required: [] }] = SHAPES;
  const whole = wholeOf(REQUIRED);
  const bundleFaults = (entries: Parameters<typeof distributionFaults>[0]) => distributionFaults(entries, []);
  const faultsWith = (entry: { path: string; type?: "file" | "folder" | "link" | "other"; mode?: number }) =>
    bundleFaults([...whole, { type: "file", mode: 0o644, ...entry }]);

  it("has a folder where a needed file should be", () => {
    const folders = whole.map((entry) => ({ ...entry, path: `${entry.path}/`, type: "folder" as const }));
    expect(bundleFaults(folders)).to.have.lengthOf(REQUIRED.length);
  });

  const SINGLE = [
    ["a link", { path: "opt/vmidc/bin/a", type: "link" }, /"opt\/vmidc\/bin\/a" is a link/],
    ["a device", { path: "opt/vmidc/bin/a", type: "other" }, /neither a file nor a folder/],
    ["a file that runs as its owner", { path: "opt/vmidc/bin/a", mode: 0o4755 }, /setuid/],
    ["a file that runs as its group", { path: "opt/vmidc/bin/a", mode: 0o2755 }, /setgid/],
    ["a folder that gives away its group", { path: "opt/vmidc/bin/a/", type: "folder", mode: 0o2755 }, /setgid/],
    ["a name that leads out", { path: "opt/vmidc/../../etc/passwd" }, /leads out/],
    ["a name with a dot in between", { path: "opt/vmidc/./a" }, /leads out/],
    ["a name with a line break", { path: "opt/vmidc/a\nb" }, /"opt\/vmidc\/a\\nb" has a control character/],
    ["a name with an escape sequence", { path: "opt/vmidc/\x1b[0m" }, /control character/],
    ["a name with a backslash", { path: "opt/vmidc/a\\b" }, /backslash/],
    ["what kolla takes for an image", { path: "opt/vmidc/bin/docs/Dockerfile.j2" }, /taken for an image by kolla/],
    ["a file twice", { path: "opt/vmidc/bin/vmidc.sh" }, /twice/],
  ] as const;
  for (const [what, entry, fault] of SINGLE) {
    it(`has ${what}`, () => {
      const faults = faultsWith(entry);
      expect(faults).to.have.lengthOf(1);
      expect(faults[0]).to.match(fault);
    });
  }

  it("is answered with all that is wrong at once", () => {
    const bad = { path: "opt/vmidc/../Dockerfile.j2", type: "link" as const, mode: 0o6755 };
    expect(bundleFaults([bad])).to.have.lengthOf(4 + REQUIRED.length);
  });

  it("is not one whose JRE, beside the distribution, has links", () => {
    expect(faultsWith({ path: "jre.tar.gz" })).to.deep.equal([]);
    expect(faultsWith({ path: "jre/bin/java", type: "link", mode: 0o4777 })).to.deep.equal([]);
    expect(isPayload("opt/vmidc-old/x")).to.equal(false);
  });

  it("is not one with names that only look odd", () => {
    for (const name of ["a b", "..a", "a..", "Dockerfile", "x.Dockerfile.j2", "ü", "-rf", "@file"]) {
      expect(faultsWith({ path: `opt/vmidc/${name}` }), name).to.deep.equal([]);
    }
  });
});
