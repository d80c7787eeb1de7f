// SPDX-License-Identifier: Apache-2.0
// OSC's plugins that are packed with it.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { configureFakes, expectDone, expectFailure, mavenBuilds, useSandbox } from "../support/integration-fakes.ts";
import { type FileServer, serveFiles } from "../support/integration-http.ts";
import { jarWith } from "../support/integration-zip.ts";
import type { Result } from "../../src/cli/result.ts";
import { filesBelow } from "../support/sandbox.ts";

const FOLDER = "opt/vmidc/bin/default-data/plugins";
/** Jars, as all plugins are. */
const [NEAR, FAR, OTHER] = ["near", "far", "other"].map(jarWith) as [Buffer, Buffer, Buffer];
const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

describe("plugins", () => {
  const box = useSandbox("plugins");
  let server: FileServer;

  before(async () => {
    server = await serveFiles({ "/far.bar": FAR }, "me:canary");
    configureFakes(box);
    box.write("cwd/near.bar", NEAR);
  });
  after(() => server.close());

  const url = () => server.url.replace("//", "//me:canary@");
  const given = (plugins: unknown): string[] => ["tarball", "--set", `plugins=${JSON.stringify(plugins)}`];
  const packed = () => {
    const tarball = String(filesBelow(box.out).find((path) => /(?<!-source)\.tar\.gz$/.test(path)));
    return execFileSync("tar", ["-tvzf", tarball], { encoding: "utf8" }).split("\n");
  };

  it("by a path and by a URL are packed where OSC looks for them, whatever their mode here", async () => {
    const far = { url: `${url()}/far.bar`, sha256: sha256(FAR) };
    const run = await box.run([...given(["near.bar", far]), "--json"], { before: "umask 077" });
    expectDone(run);
    for (const name of ["near.bar", "far.bar"]) {
      const line = packed().find((one) => one.endsWith(`${FOLDER}/${name}`));
      expect(line, name).to.match(/^-rw-r--r-- /);
    }
    const { results } = JSON.parse(run.stdout) as Result;
    expect(results.sbom.unknown).to.include.members([`${FOLDER}/near.bar`, `${FOLDER}/far.bar`]);
    expect(run.stdout).to.include(sha256(NEAR)).and.include(sha256(FAR));
  });

  it("are not fetched again when nothing has changed; another one packs the distribution anew, without Maven", async () => {
    const asked = server.asked.length;
    box.forgetCalls();
    const far = { url: `${url()}/far.bar`, sha256: sha256(FAR) };
    const same = await box.run([...given(["near.bar", far]), "--json"]);
    expect(same.stdout).to.not.include('"status":"done"');
    box.write("cwd/near.bar", OTHER);
    expectDone(await box.run(given(["near.bar", far])));
    expect(mavenBuilds(box)).to.equal(0);
    expect(server.asked).to.have.length(asked);
    expectDone(await box.run(given([])));
    expect(packed().filter((line) => line.endsWith(".bar"))).to.deep.equal([]);
  });

  describe("that cannot be had are told before Maven runs:", () => {
    const BAD: readonly (readonly [title: string, plugins: () => unknown, ...facts: string[]])[] = [
      ["one that is not there", () => ["none.bar"], "none.bar", "no such file"],
      ["a folder", () => [join(box.root, "folder.bar")], "folder.bar", "it is no file"],
      ["two of one name", () => ["near.bar", join(box.root, "near.bar")], "near.bar", "two plugins"],
      ["a name that is none for an archive", () => ["a b.bar"], '"a b.bar"'],
      ["one that the server has not", () => [{ url: `${url()}/no.bar`, sha256: sha256(FAR) }], "no.bar", "404"],
      ["one that it does not give us", () => [{ url: `${server.url}/far.bar`, sha256: sha256("x") }], "far.bar", "401"],
      [
        "another one than was meant",
        () => [{ url: `${url()}/far.bar`, sha256: sha256("x") }],
        sha256(FAR),
        sha256("x"),
      ],
      ["a server that is not there", () => [{ url: "http://127.0.0.1:9/a.bar", sha256: sha256("x") }], "ECONNREFUSED"],
    ];
    before(() => {
      box.write("folder.bar/file", "");
      box.write("cwd/a b.bar", "x");
      box.write("near.bar", "x");
    });
    for (const [title, plugins, ...facts] of BAD) {
      it(title, async () => {
        box.forgetCalls();
        const run = await box.run(given(plugins()));
        expectFailure(run, 4, "taking the plugin", "BAD_PLUGIN.md", ...facts);
        expect(run.stderr).to.not.include("canary");
        expect(mavenBuilds(box)).to.equal(0);
      });
    }
  });

  it("of a wrong kind are faults of the settings", async () => {
    const run = await box.run(given(["plugin.jar", { url: "https://h/a.bar", sha256: "12" }]));
    expectFailure(run, 2, "plugins", "*.bar");
    expect(existsSync(join(box.root, "plugin.jar"))).to.equal(false);
  });
});
