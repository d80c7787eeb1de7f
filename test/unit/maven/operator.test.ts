// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { join } from "node:path";
import { findOperatorSettings, isMirrored } from "../../../src/maven/operator.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

const SETTINGS = `<?xml version="1.0"?>
<settings>
  <servers>
    <server><id>nexus</id><username>me</username><password>\${env.NEXUS_PASSWORD}</password></server>
    <server><id>extra</id><username>me</username><password>{COQLCE6DU6GtcS5P=}</password></server>
  </servers>
  <mirrors><mirror><id>nexus</id><url>https://nexus/all</url><mirrorOf>*</mirrorOf></mirror></mirrors>
  <profiles>
    <profile><repositories><repository><id>extra</id><url>https://extra</url></repository></repositories></profile>
  </profiles>
</settings>`;

describe("the operator's settings.xml", () => {
  const folder = temporaryFolder();
  const find = (given?: string) => findOperatorSettings(given, { HOME: folder() });

  it("is none where his ~/.m2 has none", async () => {
    expect(await find()).to.equal(undefined);
  });

  it("is the one in his ~/.m2, with the settings-security.xml beside it, and the paths of both are all that Maven is given", async () => {
    const file = await put(join(folder(), ".m2/settings.xml"), SETTINGS);
    expect((await find())?.security).to.equal(undefined);
    const security = await put(join(folder(), ".m2/settings-security.xml"), "<settingsSecurity/>");
    expect(await find()).to.include({ file, security });
  });

  it("is read for the variables that Maven fills in anywhere in it, also in a proxy's login", async () => {
    const proxy = "<proxies><proxy><username>${env.PROXY_USER}</username></proxy></proxies>";
    await put(join(folder(), ".m2/settings.xml"), SETTINGS.replace("<servers>", `${proxy}<servers>`));
    expect((await find())?.variables).to.deep.equal(["PROXY_USER", "NEXUS_PASSWORD"]);
  });

  it("is read for the places where artifacts come from, with credentials as far as they are not encrypted", async () => {
    await put(join(folder(), ".m2/settings.xml"), SETTINGS);
    const settings = await find();
    expect(settings?.mirrors).to.deep.equal([
      { id: "nexus", url: "https://nexus/all", username: "me", password: "${env.NEXUS_PASSWORD}", of: "*" },
    ]);
    expect(settings?.repositories).to.deep.equal([{ id: "extra", url: "https://extra" }]);
  });

  it("that is no XML, or names nothing, is left to Maven", async () => {
    for (const content of ["<settings", "<settings/>", "<other/>", "", "<settings><mirrors/><profiles/></settings>"]) {
      const file = await put(join(folder(), "odd.xml"), content);
      expect(await find(file), content).to.deep.include({ file, mirrors: [], repositories: [] });
    }
  });

  it("that is given and not there is a fault", async () => {
    const thrown = await find(join(folder(), "none.xml")).catch((error: unknown) => error);
    expect(thrown).to.have.property("code", "BAD_CONFIGURATION");
  });
});

describe("a mirror of the operator's", () => {
  const jboss = { id: "jboss", url: "http://repository.example.org/maven" };
  const stands = (of: string, repository = jboss) => isMirrored(repository, { id: "m", url: "https://m", of });

  it("stands for what Maven's rules say", () => {
    for (const of of ["*", "jboss", "central,jboss", "external:*", "external:http:*", "*,!central", " jboss "]) {
      expect(stands(of), of).to.equal(true);
    }
    for (const of of ["", "central", "*,!jboss", "!jboss,*", "jboss-public"]) expect(stands(of), of).to.equal(false);
  });

  it("of what is outside stands for no folder and no server of this machine", () => {
    for (const url of ["file:///srv/maven", "http://localhost:8081/maven", "http://127.0.0.1/maven"]) {
      expect(stands("external:*", { id: "jboss", url }), url).to.equal(false);
    }
    expect(stands("external:http:*", { id: "jboss", url: "https://repository.example.org" })).to.equal(false);
  });
});
