// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { chooseRepositories, interpolate, variablesOf } from "../../../src/maven/repositories.ts";
import { settingsXml } from "../../../src/maven/settings.ts";
import { POM_REPOSITORIES } from "../../../src/osc/artifacts.ts";

const EMPTY = "file:///empty";

type Repositories = Record<string, string | { url: string; username: string; password: string }>;

function choose(repositories: Repositories, silent: string[] = [], mirror?: string) {
  const maven = { command: "mvn", java_version: 8, tests: false, repositories, ...(mirror ? { mirror } : {}) };
  return chooseRepositories({ maven }, POM_REPOSITORIES, silent, EMPTY);
}

const urls = (chosen: ReturnType<typeof choose>) => Object.fromEntries(chosen.mirrors.map(({ of, url }) => [of, url]));

describe("the repositories that Maven asks", () => {
  it("are those of OSC's poms over https where that exists, and an empty one where the host is gone", () => {
    expect(urls(choose({}))).to.deep.equal({
      "vaadin-addons": "https://maven.vaadin.com/vaadin-addons",
      jboss: "https://repository.jboss.org/nexus/content/groups/public/",
      "vaadin-snapshots": EMPTY,
      "osc-nexus": EMPTY,
      "osc-nexus-snapshot": EMPTY,
    });
  });

  it("never wait for one that was silent", () => {
    expect(urls(choose({}, ["jboss"]))).to.include({ jboss: EMPTY });
    expect(choose({ mine: "https://mine" }, ["mine"]).repositories).to.deep.equal([{ id: "mine", url: EMPTY }]);
  });

  it("are the operator's in the place of a pom's where he gives one of its id, and beside them otherwise", () => {
    const chosen = choose({ jboss: "https://mine/jboss", extra: "https://mine/extra" });
    expect(urls(chosen)).to.include({ jboss: "https://mine/jboss" });
    expect(chosen.repositories).to.deep.equal([{ id: "extra", url: "https://mine/extra" }]);
  });

  it("are all answered by one mirror where there is one, but for the operator's own", () => {
    const chosen = choose({ jboss: "https://mine/jboss", extra: "https://mine/extra" }, [], "https://mirror");
    expect(urls(chosen)).to.deep.equal({ jboss: "https://mine/jboss", "*,!extra": "https://mirror" });
  });

  it("get their credentials from variables, which only Maven fills in", () => {
    const chosen = choose({ extra: { url: "https://h", username: "${env.WHO}", password: "${env.HOW}" } });
    const xml = settingsXml({ localRepository: "/r", proxies: [], ...chosen });
    expect(xml).to.include("<username>${env.WHO}</username>").and.include("<password>${env.HOW}</password>");
    expect(variablesOf(chosen.repositories)).to.deep.equal(["WHO", "HOW"]);
    expect(interpolate("${env.WHO}:${env.NOBODY}", { WHO: "me" })).to.equal("me:${env.NOBODY}");
  });
});
