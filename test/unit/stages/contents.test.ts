// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect } from "chai";
import { COORDINATES, type Part } from "../../../src/sbom/part.ts";
import { jarsIn } from "../../../src/stages/contents.ts";
import { artifactsIn } from "../../../src/stages/resolved.ts";
import { messageBy } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";
import { jarOf, manifest, metadata } from "../../support/unit-jar.ts";
import { craftZip } from "../../support/unit-zip.ts";

const COMMIT = "4441c96";

describe("the jars of a distribution", () => {
  const folder = temporaryFolder();
  const repository = () => join(folder(), "repository");

  /** Puts files into a tree, and lists the jars among them. */
  const partsOf = async (files: Readonly<Record<string, Buffer | string>>): Promise<Part[]> => {
    const root = join(folder(), "root");
    for (const [path, content] of Object.entries(files)) await put(join(root, path), content);
    const listed = Object.entries(files).map(([path, content]) => {
      const sha256 = createHash("sha256").update(content).digest("hex");
      return { path, mode: 0o644, size: content.length, sha256 };
    });
    return jarsIn(listed, {
      root,
      bundle: "bundle.zip",
      artifacts: artifactsIn(repository()),
      commitOf: ({ groupId }) => (groupId === "org.osc.core" ? COMMIT : undefined),
      tell: () => undefined,
    });
  };
  const partOf = async (path: string, content: Buffer): Promise<Part> => {
    const [part] = await partsOf({ [path]: content });
    if (part === undefined) throw new Error(`${path} is no part`);
    return part;
  };
  /** Where coordinates come from, and which. */
  const knownAs = ({ facts, purl }: Part) => [facts.coordinates, purl];

  it("are known by the pom.properties in them, with the digests that sha1sum and sha256sum print", async () => {
    const part = await partOf("bin/jar/gson-2.5.jar", jarOf("com.google.code.gson:gson:2.5"));
    expect(knownAs(part)).to.deep.equal([COORDINATES.inside, "pkg:maven/com.google.code.gson/gson@2.5"]);
    expect([part.group, part.name, part.version]).to.deep.equal(["com.google.code.gson", "gson", "2.5"]);
    const file = join(folder(), "root/bin/jar/gson-2.5.jar");
    const sum = (program: string) => execFileSync(program, [file], { encoding: "utf8" }).split(" ")[0];
    expect(part.digests).to.deep.equal({ sha1: sum("sha1sum"), sha256: sum("sha256sum") });
  });

  it("are known also where the file has no version, or a classifier", async () => {
    const plain = await partOf("bin/jar/osc-server.jar", jarOf("org.osc.core:osc-server:1.0"));
    expect(knownAs(plain)).to.deep.equal([COORDINATES.inside, "pkg:maven/org.osc.core/osc-server@1.0"]);
    const sources = await partOf("webapp/SDK/api-1-sources.jar", jarOf("org.osc.api:api:1"));
    expect(sources.purl).to.equal("pkg:maven/org.osc.api/api@1?classifier=sources");
  });

  it("that others were unpacked into are themselves, with the others in them", async () => {
    const others = [...metadata("org.slf4j:slf4j-api:1.7.25"), ...metadata("commons-io:commons-io:2.5")];
    const part = await partOf("bin/osc-control.jar", jarOf("org.osc.core:osc-control:1.0", ...others));
    expect(part.purl).to.equal("pkg:maven/org.osc.core/osc-control@1.0");
    expect(part.parts.map(({ path, purl, digests }) => [path, purl, digests])).to.deep.equal([
      [
        "bin/osc-control.jar!/META-INF/maven/org.slf4j/slf4j-api/pom.properties",
        "pkg:maven/org.slf4j/slf4j-api@1.7.25",
        undefined,
      ],
      [
        "bin/osc-control.jar!/META-INF/maven/commons-io/commons-io/pom.properties",
        "pkg:maven/commons-io/commons-io@2.5",
        undefined,
      ],
    ]);
  });

  it("in jars are looked into as those outside", async () => {
    const inner = jarOf("a:inner:1", { name: "lib/deep-2.jar", content: jarOf("a:deep:2") });
    const part = await partOf(
      "bin/jar/osc-uber.jar",
      jarOf("org.osc.core:osc-uber:1", { name: "i.jar", content: inner }),
    );
    const [nested] = part.parts;
    expect([nested?.path, nested?.type]).to.deep.equal(["bin/jar/osc-uber.jar!/i.jar", "file"]);
    const paths = nested?.parts.map(({ path, purl }) => [path, purl]);
    expect(paths).to.deep.equal([
      ["bin/jar/osc-uber.jar!/i.jar!/META-INF/maven/a/inner/pom.properties", "pkg:maven/a/inner@1"],
      ["bin/jar/osc-uber.jar!/i.jar!/lib/deep-2.jar", "pkg:maven/a/deep@2"],
    ]);
  });

  it("are known by the file of the repository that has the same bytes, where they do not tell themselves", async () => {
    const jar = craftZip([manifest(), { name: "H2.class", content: "h2" }]);
    await put(join(repository(), "com/h2database/h2/1.4.194/h2-1.4.194.jar"), jar);
    // of the same size, and another
    const other = Buffer.from(jar);
    other.write("H3", other.indexOf("h2"));
    await put(join(repository(), "com/h2database/h2/1.4.195/h2-1.4.195.jar"), other);
    const part = await partOf("bin/jar/database.jar", jar);
    expect(knownAs(part)).to.deep.equal([COORDINATES.resolved, "pkg:maven/com.h2database/h2@1.4.194"]);
  });

  it("that two artifacts of the repository are alike to are the one that is called so, else unknown", async () => {
    const jar = craftZip([manifest()]);
    for (const name of ["one", "two"]) await put(join(repository(), `g/${name}/1/${name}-1.jar`), jar);
    expect((await partOf("bin/jar/two-1.jar", jar)).purl).to.equal("pkg:maven/g/two@1");
    expect(knownAs(await partOf("bin/jar/three-1.jar", jar))).to.deep.equal([COORDINATES.none, undefined]);
  });

  it("that nothing tells of are unknown, whatever their names and manifests suggest", async () => {
    const jar = craftZip([manifest("Bundle-SymbolicName: com.example", "Bundle-Version: 1.0"), { name: "A.class" }]);
    const part = await partOf("bin/jar/commons-lang-2.6.jar", jar);
    expect([part.type, part.name, part.version, ...knownAs(part)]).to.deep.equal([
      "file",
      "commons-lang-2.6.jar",
      undefined,
      COORDINATES.none,
      undefined,
    ]);
  });

  it("with two pom.properties that both fit are unknown", async () => {
    const both = [...metadata("org.one:guava:16"), ...metadata("com.two:guava:17")];
    const part = await partOf("bin/jar/guava.jar", craftZip([manifest(), ...both]));
    expect(knownAs(part)).to.deep.equal([COORDINATES.none, undefined]);
    expect(part.parts.map(({ purl }) => purl)).to.deep.equal([
      "pkg:maven/org.one/guava@16",
      "pkg:maven/com.two/guava@17",
    ]);
  });

  it("with a pom.properties that was not filled in do not take it", async () => {
    const jar = craftZip([manifest(), ...metadata("a:b:${project.version}")]);
    expect(knownAs(await partOf("bin/jar/b.jar", jar))).to.deep.equal([COORDINATES.none, undefined]);
  });

  it("have the licences of their own pom, else those of the manifest", async () => {
    const licence = (name: string) => `<license><name>${name}</name><url>https://e.org/${name}</url></license>`;
    const header = 'Bundle-License: MIT;description="a, b";link="https://e.org/mit", https://e.org/x';
    const others = metadata("c:d:2", licence("EPL"));
    const withPom = craftZip([manifest(header), ...metadata("a:b:1", licence("BSD")), ...others]);
    const part = await partOf("bin/jar/b-1.jar", withPom);
    expect(part.licences).to.deep.equal([{ name: "BSD", url: "https://e.org/BSD" }]);
    expect(part.parts[0]?.licences).to.deep.equal([{ name: "EPL", url: "https://e.org/EPL" }]);
    const without = await partOf("bin/jar/b-2.jar", craftZip([manifest(header), ...metadata("a:b:2")]));
    expect(without.licences).to.deep.equal([
      { name: "MIT", url: "https://e.org/mit" },
      { name: "https://e.org/x", url: "https://e.org/x" },
    ]);
    expect((await partOf("bin/jar/b-3.jar", jarOf("a:b:3"))).licences).to.deep.equal([]);
  });

  it("of OSC's own have their commit, but for what a plugin brings", async () => {
    const own = jarOf("org.osc.core:osc-common:1");
    const control = await partOf("bin/osc-control.jar", jarOf("org.osc.core:osc-control:1", ...metadata("a:b:1")));
    expect([control.facts.commit, control.parts[0]?.facts.commit]).to.deep.equal([COMMIT, undefined]);
    const plugin = jarOf("com.example:nsc:1", { name: "lib/osc-common-1.jar", content: own });
    const [bar] = await partsOf({ "data/plugins/nsc-1.bar": plugin });
    expect([bar?.purl, bar?.parts[0]?.purl]).to.deep.equal([
      "pkg:maven/com.example/nsc@1",
      "pkg:maven/org.osc.core/osc-common@1",
    ]);
    expect(bar?.parts[0]?.facts.commit).to.equal(undefined);
  });

  it("are all there is looked at: other files are not", async () => {
    expect(await partsOf({ "bin/vmidc.sh": "jar", "bin/a.jar.txt": "x" })).to.deep.equal([]);
  });

  it("that are signed are listed like others", async () => {
    const jar = jarOf("org.bouncycastle:bcprov-jdk15on:1.58", { name: "META-INF/BC2048KE.RSA", content: "signature" });
    const part = await partOf("bin/jar/bcprov-jdk15on-1.58.jar", jar);
    expect(part.purl).to.equal("pkg:maven/org.bouncycastle/bcprov-jdk15on@1.58");
  });

  describe("that cannot be read are named:", () => {
    const rotten = jarOf("a:b:1");
    rotten.write("rotten", rotten.indexOf("Generated"));
    const itself = (depth: number): Buffer =>
      craftZip([{ name: "x.jar", content: depth === 0 ? craftZip([]) : itself(depth - 1) }]);
    const BAD: readonly (readonly [title: string, jar: Buffer, path: string, why: string])[] = [
      ["no zip", Buffer.from("<html>404"), "b.jar", "cannot be read"],
      ["an empty file", Buffer.alloc(0), "b.jar", "cannot be read"],
      ["one that is cut off", jarOf("a:b:1").subarray(0, 200), "b.jar", "cannot be read"],
      ["a damaged entry", rotten, "b.jar", "META-INF/maven/a/b/pom.properties is damaged"],
      ["one in another", jarOf("a:b:1", { name: "lib/x.jar", content: "x" }), "b.jar!/lib/x.jar", "cannot be read"],
      ["jars in jars without end", itself(9), "b.jar!/x.jar!/x.jar", "more than 5 jars lie in each other"],
    ];
    for (const [title, jar, path, why] of BAD) {
      it(title, async () => {
        const message = await messageBy(() => partsOf({ "b.jar": jar }));
        expect(message).to.include(path).and.include(why);
      });
    }
  });
});
