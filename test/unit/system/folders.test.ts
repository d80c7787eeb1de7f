// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import { absentAuthorities } from "../../../src/system/authorities.ts";
import { lookAtFolder } from "../../../src/system/folders.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("a folder that shall be written to", () => {
  const folder = temporaryFolder();

  it("is looked at where it would be made, and not made", async () => {
    const there = await lookAtFolder(join(folder(), "not/there/yet"));
    expect(there).to.include({ path: folder(), isFolder: true, isWritable: true });
    expect(there.free).to.be.greaterThan(0);
  });

  it("is none where a file stands in its way", async () => {
    const file = await put(join(folder(), "file"), "");
    expect(await lookAtFolder(file)).to.include({ path: file, isFolder: false });
    expect(await lookAtFolder(join(file, "a/b"))).to.include({ path: file, isFolder: false });
  });

  it("is not writable where nobody may write", async () => {
    expect(await lookAtFolder("/proc/sys/not-there")).to.include({ path: "/proc/sys", isWritable: false });
  });
});

describe("variables that name certificate authorities", () => {
  const folder = temporaryFolder();

  it("are told when what they name is not there", async () => {
    const file = await put(join(folder(), "ca.pem"), "");
    const env = {
      GIT_SSL_CAINFO: file,
      SSL_CERT_DIR: `/not/there:${folder()}`,
      PIP_CERT: "",
      NODE_EXTRA_CA_CERTS: join(folder(), "gone.pem"),
    };
    expect(absentAuthorities(env)).to.deep.equal([["NODE_EXTRA_CA_CERTS", join(folder(), "gone.pem")]]);
  });
});
