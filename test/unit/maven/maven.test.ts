// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { progressOf } from "../../../src/maven/output.ts";
import { dependencyVersion, projectVersion } from "../../../src/maven/pom.ts";
import { settingsXml } from "../../../src/maven/settings.ts";

describe("what is read from a pom", () => {
  const dependency = (artifact: string, version: string) =>
    `<dependency><groupId>org.osc.api</groupId><artifactId>${artifact}</artifactId>${version}</dependency>`;
  const pom = (inside: string) =>
    `<?xml version="1.0"?>\n<project xmlns="http://maven.apache.org/POM/4.0.0"><!-- c -->${inside}</project>`;
  const api = (inside: string) => dependencyVersion(pom(inside), "org.osc.api", "security-mgr-api");

  it("is the version of a library, among others and alone", () => {
    const wanted = dependency("security-mgr-api", "<version>\n  2.0.0-SNAPSHOT </version><scope>compile</scope>");
    const other = dependency("sdn-controller-api", "<version>1</version>");
    expect(api(`<dependencies>${other}${wanted}</dependencies>`)).to.equal("2.0.0-SNAPSHOT");
    expect(api(`<dependencies>${wanted}</dependencies>`)).to.equal("2.0.0-SNAPSHOT");
  });

  it("is a version as it stands there, never a number", () => {
    for (const version of ["1.10", "2.0", "1e3", "0x1", "true"]) {
      const one = dependency("security-mgr-api", `<version>${version}</version>`);
      expect(api(`<dependencies>${one}</dependencies>`)).to.equal(version);
      expect(projectVersion(pom(`<version>${version}</version>`))).to.equal(version);
    }
  });

  it("is nothing where the library is not asked for, or only another group's", () => {
    expect(api("")).to.equal(undefined);
    expect(api("<dependencies></dependencies>")).to.equal(undefined);
    expect(api(`<dependencies>${dependency("sdn-controller-api", "<version>1</version>")}</dependencies>`)).to.equal(
      undefined,
    );
    const foreign =
      "<dependency><groupId>x</groupId><artifactId>security-mgr-api</artifactId><version>1</version></dependency>";
    expect(api(`<dependencies>${foreign}</dependencies>`)).to.equal(undefined);
  });

  it("is not what a plugin or the dependencies' management asks for", () => {
    const managed = `<dependencies>${dependency("security-mgr-api", "<version>9</version>")}</dependencies>`;
    const both = `<dependencyManagement>${managed}</dependencyManagement><build><plugins><plugin>${managed}</plugin></plugins></build>`;
    expect(api(both)).to.equal(undefined);
  });

  it("is the project's own version, else its parent's, not a dependency's", () => {
    const parent = "<parent><artifactId>p</artifactId><version>1.0.0</version></parent>";
    const other = `<dependencies>${dependency("a", "<version>3</version>")}</dependencies>`;
    expect(projectVersion(pom(`${parent}<version>2.0.0</version>${other}`))).to.equal("2.0.0");
    expect(projectVersion(pom(`${parent}${other}`))).to.equal("1.0.0");
    expect(projectVersion(pom(other))).to.equal(undefined);
  });

  it("is nothing in a file that is no pom", () => {
    for (const text of ["", "404: Not Found", "<html><body>no</body></html>"]) {
      expect(projectVersion(text)).to.equal(undefined);
      expect(dependencyVersion(text, "a", "b")).to.equal(undefined);
    }
  });

  it("is what the sample OSC wants", () => {
    const sample = (file: string) => readFileSync(new URL(`../../../fixtures/sample/${file}`, import.meta.url), "utf8");
    for (const name of ["sdn-controller-api", "security-mgr-api"]) {
      const wanted = dependencyVersion(sample("osc-core/osc-server/pom.xml"), "org.osc.api", name);
      // the demo puts the version in
      expect(wanted).to.match(/^@\w+_VERSION@$/);
    }
  });
});

describe("how far Maven is", () => {
  it("is the module of so many", () => {
    expect(progressOf("[INFO] Building osc-server 1.0.0-SNAPSHOT                                  [8/18]")).to.equal(
      "module 8 of 18: osc-server",
    );
    expect(progressOf("[INFO] Building Open Security Controller: UI 1.0.0 [12/18]")).to.equal(
      "module 12 of 18: Open Security Controller: UI",
    );
  });

  it("is the project where there is one only", () => {
    expect(progressOf("[INFO] Building sdn-controller-api 2.0.0")).to.equal("sdn-controller-api");
  });

  it("is not told by other lines", () => {
    const lines = [
      "",
      "[INFO] ",
      "[INFO] BUILD SUCCESS",
      "[INFO] Building jar: /tree/target/osc-common.jar",
      "[INFO] Building Maven Stub Project (No POM) 1",
      "[WARNING] Building x 1 [1/2]",
      "[INFO] Compiling 3 files [1/2]",
    ];
    expect(lines.map(progressOf)).to.deep.equal(lines.map(() => undefined));
  });
});

const settings = (localRepository: string): string =>
  settingsXml({ localRepository, proxies: [], mirrors: [], repositories: [] });

describe("the settings that our Maven gets", () => {
  const readBack = (xml: string) => {
    const parser = new XMLParser({ trimValues: false, parseTagValue: false });
    return (parser.parse(xml) as { settings: { localRepository: string; interactiveMode: string } }).settings;
  };

  it("name the private repository, whatever characters its path has", () => {
    const parts = fc.constantFrom(
      "&",
      "<",
      ">",
      '"',
      "'",
      "&amp;",
      "]]>",
      "<!--",
      "ü",
      "日本",
      "😀",
      " a",
      "$x",
      "%20",
      "/",
    );
    fc.assert(
      fc.property(fc.array(parts), (some) => {
        const path = `/${some.join("x")}x`;
        expect(readBack(settings(path)).localRepository).to.equal(path);
      }),
    );
  });

  it("let Maven ask nothing", () => {
    expect(readBack(settings("/x")).interactiveMode).to.equal("false");
    expect(settings("/x")).to.match(/^<\?xml version="1.0" encoding="UTF-8"\?>/);
  });
});
