// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Resource, statementOf, statementText } from "../../../src/stages/statement.ts";
import { savedImage } from "../../support/saved-image.ts";
import { tarballOf } from "../../support/tarballs.ts";
import { type Ran, runCommand } from "../../support/unit-command.ts";
import { configWith } from "../../support/unit-config.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const JAR = "opt/vmidc/bin/jar/osc-server.jar";
const [CORE, API, OTHER] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];

describe("archives that are verified", () => {
  const folder = temporaryFolder();

  interface Claims {
    /** the commits that the bill tells of OSC, and of its server */
    readonly osc?: string;
    readonly server?: string;
    /** the files that the provenance names; all, otherwise */
    readonly named?: readonly string[];
  }

  /** Publishes an archive with one jar, whose lists and provenance fit each other but for what they claim. */
  async function publish({ osc = CORE, server = CORE, named }: Claims = {}): Promise<{ readonly bill: string }> {
    const facts = (all: Readonly<Record<string, string>>) =>
      Object.entries(all).map(([name, value]) => ({ name: `osc-kolla:${name}`, value }));
    const component = {
      ...{ type: "library", name: "osc-server", hashes: [{ alg: "SHA-256", content: sha256("jar") }] },
      properties: facts({ path: JAR, commit: server }),
    };
    const metadata = { component: { name: "osc", properties: facts({ commit: osc }) } };
    const bill = JSON.stringify({ metadata, components: [component] });
    const files = new Map<string, string | Uint8Array>([
      ["osc-1.tar.gz", tarballOf([{ path: `osc-1/${JAR}`, content: "jar" }])],
      ["osc-1.cdx.json", bill],
    ]);
    files.set("SHA256SUMS", [...files].map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join(""));
    const subjects = [...files].map(([name, bytes]): Resource => ({ name, digest: { sha256: sha256(bytes) } }));
    const statement = statementOf({
      command: "tarball",
      config: configWith(),
      subjects: subjects.filter(({ name }) => named?.includes(name) ?? true),
      dependencies: [
        { name: "osc-core", digest: { gitCommit: CORE } },
        { name: "sdn-controller-api", digest: { gitCommit: API } },
      ],
      byproducts: [],
      programs: {},
    });
    files.set("osc-1.intoto.json", statementText(statement));
    for (const [name, bytes] of files) await put(join(folder(), name), bytes);
    return { bill };
  }
  const verify = (...args: readonly string[]): Promise<Ran> => runCommand(["verify", ...args, "."], { cwd: folder() });

  async function expectFault(claims: Claims, fault: string): Promise<void> {
    await publish(claims);
    const ran = await verify();
    expect([ran.exitCode, ran.stdout], ran.stderr).to.deep.equal([6, ""]);
    expect(ran.stderr).to.include(`  ${fault}\n`);
  }

  it("are found to fit where the bill's commits are the provenance's", async () => {
    for (const server of [CORE, API]) {
      await publish({ server });
      const ran = await verify();
      expect([ran.exitCode, ran.stderr]).to.deep.equal([0, ""]);
      expect(ran.stdout).to.include("✔ 1 jars in osc-1.tar.gz against osc-1.cdx.json\n");
    }
  });

  it("are found to fit with signatures beside them, and not with an archive that nobody lists", async () => {
    await publish();
    for (const end of ["intoto.json.asc", "sig", "sigstore.json"]) await put(join(folder(), `osc-1.${end}`), "x");
    const ran = await verify();
    expect([ran.exitCode, ran.stderr]).to.deep.equal([0, ""]);
    await put(join(folder(), "osc-1.tar.zst"), "x");
    const more = await verify();
    expect([more.exitCode, more.stdout]).to.deep.equal([6, ""]);
    expect(more.stderr).to.include("  osc-1.tar.zst: is not in SHA256SUMS\n");
  });

  it("are told where the bill is that of another commit, or has a jar of one", async () => {
    await expectFault({ osc: API }, `osc-1.cdx.json: is that of another commit than the provenance's ${CORE}`);
    await expectFault(
      { server: OTHER },
      `osc-1.cdx.json: has osc-server of the commit ${OTHER}, which the provenance does not name`,
    );
  });

  it("are told where the provenance does not name them", async () => {
    await expectFault({ named: [] }, "osc-1.tar.gz: SHA256SUMS and the provenance do not agree");
    await expectFault({ named: ["osc-1.tar.gz"] }, "osc-1.cdx.json: SHA256SUMS and the provenance do not agree");
  });

  it("are held against an image by their bill, whatever other versions lie beside them", async () => {
    const { bill } = await publish();
    await put(join(folder(), "osc-0.cdx.json"), "{}");
    const image = (its: string) => {
      const list = { path: "opt/vmidc/payload.sha256", content: `${sha256(its)}  usr/share/osc/sbom.cdx.json\n` };
      return savedImage([[list, { path: "usr/share/osc/sbom.cdx.json", content: its }]]);
    };
    await put(join(folder(), "image.tar"), image(bill));
    const same = await verify("--image", "image.tar");
    expect([same.exitCode, same.stderr]).to.deep.equal([0, ""]);
    expect(same.stdout).to.include("✔ image.tar has the same bill of materials as the archive\n");
    await put(join(folder(), "image.tar"), image("{ }"));
    const other = await verify("--image", "image.tar");
    expect([other.exitCode, other.stdout]).to.deep.equal([6, ""]);
    expect(other.stderr).to.include(
      "image.tar: its /usr/share/osc/sbom.cdx.json is not osc-0.cdx.json or osc-1.cdx.json",
    );
  });
});
