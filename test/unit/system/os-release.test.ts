// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { howToInstall, installCommand, parseOsRelease } from "../../../src/system/os-release.ts";

/** As the distributions ship them, shortened. */
const SHIPPED = {
  debian: 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian\nHOME_URL="https://x"\n',
  ubuntu: 'NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n',
  mint: 'ID=linuxmint\nID_LIKE="ubuntu debian"\n',
  fedora: 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=42\n',
  rocky: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n',
  leap: 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n',
  alpine: "ID=alpine\nVERSION_ID=3.20\n",
  none: "",
};

describe("how something is installed", () => {
  const install = (on: keyof typeof SHIPPED, packages: Readonly<Record<string, string | undefined>>) =>
    installCommand(packages, parseOsRelease(SHIPPED[on]));

  it("is told in the words of the distribution's own package manager", () => {
    const git = { "apt-get": "git", dnf: "git", zypper: "git" };
    for (const on of ["debian", "ubuntu", "mint"] as const) expect(install(on, git)).to.equal("apt-get install git");
    for (const on of ["fedora", "rocky"] as const) expect(install(on, git)).to.equal("dnf install git");
    expect(install("leap", git)).to.equal("zypper install git");
  });

  it("is not told where the distribution is not known", () => {
    expect(install("alpine", { "apt-get": "git" })).to.equal(undefined);
    expect(install("none", { "apt-get": "git" })).to.equal(undefined);
  });

  it("names the package of the nearest relative, and none where that has none", () => {
    const jdk = { ubuntu: "openjdk-8-jdk-headless", debian: undefined, "apt-get": "wrong" };
    expect(install("ubuntu", jdk)).to.equal("apt-get install openjdk-8-jdk-headless");
    expect(install("mint", jdk)).to.equal("apt-get install openjdk-8-jdk-headless");
    expect(install("debian", jdk)).to.equal(undefined);
    const docker = { rhel: undefined, fedora: "moby-engine" };
    expect([install("fedora", docker), install("rocky", docker)]).to.deep.equal(["dnf install moby-engine", undefined]);
  });

  it("is a neutral sentence where nothing is known", async () => {
    expect(await howToInstall("git", {})).to.equal("Install git");
  });
});
