// SPDX-License-Identifier: Apache-2.0
import { chmod, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { findChange, listOutputs, listSettled } from "../../../src/pipeline/outputs.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("what a stage left on the disk", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);

  /** Lists an output folder and an output file, lets `change` happen, and looks again. */
  const afterwards = async (change: () => Promise<unknown>) => {
    await put(at("tree/a/one"), "1");
    await put(at("tree/two"), "2");
    await put(at("file"), "3");
    const paths = [at("tree"), at("file")];
    const recorded = await listOutputs(paths);
    await change();
    // a record has been through JSON
    return findChange(JSON.parse(JSON.stringify(recorded)) as Record<string, string>, paths);
  };

  it("is trusted as long as nobody touched it", async () => {
    expect(await afterwards(() => readFile(at("file")))).to.equal(undefined);
  });

  it("is missed when it is gone, file or folder", async () => {
    expect(await afterwards(() => rm(at("file")))).to.equal(`${at("file")} is gone`);
    expect(await afterwards(() => rm(at("tree"), { recursive: true }))).to.equal(`${at("tree")} is gone`);
    expect(await afterwards(() => rm(at("tree/a/one")))).to.equal(`${at("tree/a/one")} is gone`);
  });

  it("is known to have changed: another size, another content of the same size, another mode", async () => {
    const said = `${at("tree/a/one")} has changed`;
    expect(await afterwards(() => writeFile(at("tree/a/one"), "longer"))).to.equal(said);
    expect(await afterwards(() => chmod(at("tree/a/one"), 0o700))).to.equal(said);
    expect(await afterwards(() => utimes(at("tree/a/one"), 5, 5))).to.equal(said);
    const replaced = await afterwards(async () => {
      await put(at("new"), "x");
      await rename(at("new"), at("tree/a/one"));
    });
    expect(replaced).to.equal(said);
  });

  it("is known to have changed by a single byte, its size and mtime kept", async () => {
    await put(at("file"), "1");
    await utimes(at("file"), 5, 5);
    const recorded = await listSettled([at("file")]);
    await writeFile(at("file"), "2");
    await utimes(at("file"), 5, 5);
    expect(await findChange(recorded, [at("file")])).to.equal(`${at("file")} has changed`);
  });

  it("is recorded only when its times are past: on most kernels two changes within a tick have the same time", async () => {
    await put(at("tree/just-made"), "1");
    await listSettled([at("tree")]);
    const { ctimeMs } = await stat(at("tree/just-made"));
    expect(Date.now() - ctimeMs).to.be.at.least(10);
  });

  it("is known to have got something new", async () => {
    expect(await afterwards(() => put(at("tree/a/new"), ""))).to.equal(`${at("tree/a/new")} is new`);
    await rm(at("tree"), { recursive: true });
    expect(await afterwards(() => put(at("tree/b/new"), ""))).to.equal(`${at("tree/b")} is new`);
  });

  it("is not followed through a link that took a file's or a folder's place", async () => {
    const said = await afterwards(async () => {
      await rename(at("tree"), at("elsewhere"));
      await symlink(at("elsewhere"), at("tree"));
    });
    expect(said).to.be.a("string");
  });

  it("is no longer trusted when it is not asked for any more", async () => {
    await put(at("file"), "3");
    const recorded = await listOutputs([at("file")]);
    expect(await findChange(recorded, [])).to.equal(`${at("file")} is gone`);
  });
});
