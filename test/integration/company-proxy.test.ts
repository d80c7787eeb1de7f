// SPDX-License-Identifier: Apache-2.0
// A company's proxy that opens TLS with an authority of its own: git, our own requests and Maven go through it.
import { expect } from "chai";
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Company, HOST, openCompany, servedSample } from "../support/integration-company.ts";
import {
  configure,
  configureFakes,
  expectDone,
  expectFailure,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { countMaven, QUICK, warmRepository } from "../support/integration-maven.ts";
import { LIBRARIES } from "../support/integration-sample.ts";
import { filesBelow } from "../support/sandbox.ts";
import { jarWith } from "../support/integration-zip.ts";

const PASSWORD = "quagga@pass";
const LOGIN = `me:${PASSWORD}`;

/** The environment of somebody there, with nothing of this machine's own. */
const environment = (
  { authority, proxy }: Company,
  extra: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | undefined> => ({
  ...Object.fromEntries(
    ["GIT_SSL_CAINFO", "CURL_CA_BUNDLE", "SSL_CERT_DIR", "HTTPS_PROXY"].map((name) => [name, undefined]),
  ),
  SSL_CERT_FILE: authority,
  https_proxy: `http://me:${encodeURIComponent(PASSWORD)}@${proxy}`,
  ...extra,
});

describe("a company's proxy with an authority of its own", () => {
  const box = useSandbox("company-proxy");
  let company: Company;

  before(async () => {
    company = await openCompany(box, LOGIN, { git: servedSample(join(box.root, "served")) });
    const sha256 = createHash("sha256").update(jarWith("far")).digest("hex");
    configureFakes(box, {
      source: { url: `https://${HOST}/git/osc-core.git` },
      plugins: [{ url: `https://${HOST}/far.bar`, sha256 }],
    });
  });
  after(() => company.close());

  it("is gone through with what SSL_CERT_FILE and https_proxy say alone; Maven is told of it", async () => {
    const run = await box.run(["tarball", "--json"], { env: environment(company) });
    expectDone(run);
    expect(run.stdout).to.include("far.bar");
    expect(company.asked.filter((line) => line.startsWith(`${HOST}:443`)).length).to.be.greaterThan(1);
    const settings = readFileSync(join(box.work, "maven/settings.xml"), "utf8");
    expect(settings)
      .to.include(`<port>${company.proxy.replace(/.*:/, "")}</port>`)
      .and.not.include("quagga");
    expect(box.environmentOf("mvn")).to.include({ OSC_KOLLA_HTTPS_PROXY_PASSWORD: PASSWORD });
  });

  it("that is named without a scheme is the same", async () => {
    const https_proxy = `me:${encodeURIComponent(PASSWORD)}@${company.proxy}`;
    expectDone(await box.run(["tarball", "--force"], { env: environment(company, { https_proxy }) }));
  });

  it("is not believed where its authority is not named, and the message says what is wrong", async () => {
    const env = environment(company, { SSL_CERT_FILE: undefined, NODE_EXTRA_CA_CERTS: undefined });
    expectFailure(await box.run(["tarball", "--force"], { env }), 4, HOST, "certificate");
  });

  it("that wants another password is named, the password is not", async () => {
    const env = environment(company, { https_proxy: `http://me:quagga-wrong@${company.proxy}` });
    const run = await box.run(["tarball", "--force"], { env });
    expectFailure(run, 4, "407");
    expect(run.stderr).to.not.include("quagga");
  });
});

describe("the real git and the real Maven behind a company's proxy", () => {
  const box = useSandbox("company-maven");
  let company: Company;

  before("where everything that Maven needs is behind it", async () => {
    const maven = await warmRepository();
    company = await openCompany(box, LOGIN, { git: servedSample(join(box.root, "served")), maven });
    countMaven(box);
    const url = (name: string) => `https://${HOST}/git/${name}.git`;
    const libraries = LIBRARIES.map((name) => ({ name, url: url(name) }));
    configure(box, { source: { url: url("osc-core") }, libraries, maven: { mirror: `https://${HOST}/maven` } });
  });
  after(() => company.close());

  const run = (args: string[], env: Record<string, string | undefined> = {}) =>
    box.run(args, { env: environment(company, { ...QUICK, NODE_EXTRA_CA_CERTS: undefined, ...env }) });

  /** Builds OSC alone once more, from a repository that lacks one plugin, which must be fetched again. */
  function again(env: Record<string, string | undefined>) {
    rmSync(join(repository(), PLUGIN), { recursive: true, force: true });
    company.served.length = 0;
    return run(["tarball", "--from", "build"], env);
  }
  const PLUGIN = "org/apache/maven/plugins/maven-clean-plugin";
  const repository = () => join(box.work, "maven/.m2/repository");
  const fetched = () => company.served.filter((path) => path.startsWith(`/maven/${PLUGIN}/`));

  it("build the sample with what SSL_CERT_FILE and https_proxy say alone", async () => {
    expectDone(await run(["tarball"]));
    expect(mavenBuilds(box)).to.equal(3);
    const jars = company.served.filter((path) => path.startsWith("/maven/") && path.endsWith(".jar"));
    expect(company.served.filter((path) => path.startsWith("/git/"))).to.include("/git/osc-core.git/info/refs");
    const all = filesBelow(repository()).filter((path) => path.endsWith(".jar") && !path.includes("/org/osc/"));
    expect(all.length, "none came from elsewhere").to.equal(jars.length).and.to.be.greaterThan(50);
  });

  it("is told with GIT_SSL_CAINFO as well: one variable is enough for git and Maven", async () => {
    expectDone(await again({ SSL_CERT_FILE: undefined, GIT_SSL_CAINFO: company.authority }));
    expect(fetched()).to.not.deep.equal([]);
  });

  it("without the authority, where git was told to trust anybody: Maven says so, and what to do", async () => {
    box.write("home/.gitconfig", "[http]\n\tsslVerify = false\n");
    const failed = await again({ SSL_CERT_FILE: undefined });
    rmSync(join(box.home, ".gitconfig"));
    // Maven 3.8 has no more to say of it, where there is a proxy
    expectFailure(failed, 5, `transfer failed for https://${HOST}/maven/`, "Or Java does not trust it");
    expect(failed.stderr).to.include("name the PEM file of its authority with SSL_CERT_FILE");
  });

  it("with the proxy in the operator's settings.xml alone: Maven is given the variables that it names", async () => {
    const [host, port] = company.proxy.split(":");
    const proxy = [
      `<id>company</id><active>true</active><protocol>https</protocol><host>${String(host)}</host><port>${String(port)}</port>`,
      "<username>${env.COMPANY_USER}</username><password>${env.COMPANY_PASSWORD}</password>",
    ].join("");
    box.write("home/.m2/settings.xml", `<settings><proxies><proxy>${proxy}</proxy></proxies></settings>`);
    // git has its own way to be told
    box.write("home/.gitconfig", `[http]\n\tproxy = http://me:${encodeURIComponent(PASSWORD)}@${company.proxy}\n`);
    const done = await again({ https_proxy: undefined, COMPANY_USER: "me", COMPANY_PASSWORD: PASSWORD });
    for (const name of [".m2", ".gitconfig"]) rmSync(join(box.home, name), { recursive: true });
    expectDone(done);
    expect(fetched()).to.not.deep.equal([]);
    const logs = filesBelow(join(box.work, "logs")).filter((path) => /\.(log|ndjson)$/.test(path));
    expect(logs.filter((path) => readFileSync(path, "utf8").includes("quagga"))).to.deep.equal([]);
  });

  it("with a truststore of the operator's own in MAVEN_OPTS: that one counts", async () => {
    const own = box.write("own.jks", "no truststore at all");
    const failed = await again({ MAVEN_OPTS: `${QUICK.MAVEN_OPTS} -Djavax.net.ssl.trustStore=${own}` });
    expectFailure(failed, 5);
    expect(box.environmentOf("mvn")["JAVA_TOOL_OPTIONS"]).to.not.include("trustStore");
    expect(fetched()).to.deep.equal([]);
  });
});
