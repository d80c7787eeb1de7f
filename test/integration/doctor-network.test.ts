// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { hasNamespaces, report, within } from "../support/integration-doctor.ts";
import { configure, configureFakes, useSandbox } from "../support/integration-fakes.ts";
import { closedPort, serveFiles } from "../support/integration-http.ts";

describe("doctor --network", () => {
  const box = useSandbox("doctor-network");

  beforeEach(() => configureFakes(box));

  const places = (port: number) => {
    const host = `127.0.0.1:${String(port)}`;
    configure(box, {
      source: { url: `http://${host}/osc.git` },
      libraries: [{ name: "lib", url: `ssh://me@${host}/lib.git` }],
      maven: {
        repositories: { mine: `http://${host}/maven` },
        mirror: { url: `http://${host}/all`, username: "me", password: "${env.SECRET}" },
      },
      kolla: { registry: host },
    });
  };
  const IDS = ["network-source", "network-library-lib", "network-maven-osc-kolla-mirror"];

  it("asks the repositories that the settings name", async () => {
    const { ok, of } = await report(box, ["--network"]);
    expect(ok).to.equal(true);
    expect(of("network-source").found).to.match(/osc-core\.git, master is [0-9a-f]{12}$/);
    expect((await report(box, ["--network", "--ref", "v9"])).of("network-source").found).to.include("no such branch");
  });

  it("says of each that it does not answer, where nobody does", async () => {
    places(await closedPort());
    const { of, bad, warnings } = await report(box, ["--network"]);
    expect(bad).to.deep.equal(IDS);
    expect(warnings).to.deep.equal(["network-maven-mine", "network-registry"]);
    expect(of("network-source").found).to.include("Failed to connect");
    expect(JSON.stringify(of("network-maven-osc-kolla-mirror")))
      .to.include("ECONNREFUSED")
      .and.not.include("secret");
  });

  it("without a network: names all; and finds nothing bad when it is not to ask", async function () {
    if (!hasNamespaces("-rn")) this.skip();
    places(9);
    configureFakes(box, { source: { url: "https://osc.invalid/osc.git" } });
    const offline = within("-rn", "true");
    const { of, bad } = await report(box, ["--network"], offline);
    expect(bad).to.deep.equal(["network-source"]);
    expect(of("network-source").found).to.include("Could not resolve host");
    expect((await report(box, [], offline)).ok).to.equal(true);
  });

  it("says that the push will need a login, with the command, where none is known", async () => {
    const server = await serveFiles({}, "me:canary");
    const host = server.url.replace("http://", "");
    const push = ["--network", "--set", `kolla.registry=${host}`, "--push"];
    const { of, warnings } = await report(box, push);
    expect(warnings).to.deep.equal(["network-registry"]);
    expect(of("network-registry").mend).to.equal(`Log in as the user who runs osc-kolla: docker login ${host}`);
    box.write("home/.docker/config.json", JSON.stringify({ auths: { [host]: { auth: "bWU6Y2FuYXJ5" } } }));
    expect((await report(box, push)).of("network-registry").level).to.equal("good");
    await server.close();
  });

  it("asks the repositories of your settings.xml, too", async () => {
    const server = await serveFiles({});
    const mirror = (id: string, url: string) =>
      `<mirror><id>${id}</id><mirrorOf>*</mirrorOf><url>${url}</url></mirror>`;
    const mirrors = [mirror("near", server.url), mirror("gone", `http://127.0.0.1:${String(await closedPort())}`)];
    box.write("home/.m2/settings.xml", `<settings><mirrors>${mirrors.join("")}</mirrors></settings>`);
    const { of, warnings } = await report(box, ["--network"]);
    expect(warnings).to.deep.equal(["network-maven-settings"]);
    expect(of("network-maven-settings").found).to.include(`${server.url} answers 404`).and.include("ECONNREFUSED");
    expect(of("network-maven-settings").mend).to.include("home/.m2/settings.xml");
    await server.close();
  });

  it("does not wait for the silent longer than ten seconds or so, and leaves no git behind", async () => {
    // it reads, so that it notices when the other side goes away
    const silent = createServer((socket) => socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    places(port);
    const started = performance.now();
    const { of, bad } = await report(box, ["--network"]);
    expect(performance.now() - started).to.be.lessThan(40_000);
    expect(bad).to.deep.equal(IDS);
    expect(of("network-source").found).to.include("does not answer");
    const running = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
    expect(running).to.not.include(`127.0.0.1:${String(port)}/osc.git`);
    await new Promise((resolve) => silent.close(resolve));
  });
});
