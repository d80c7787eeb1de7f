// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { truststoreFor } from "../../../src/maven/truststore.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("the truststore that Maven is given", () => {
  const folder = temporaryFolder();
  const warnings: string[] = [];
  const context = (env: Record<string, string>) => ({
    env,
    cwd: folder(),
    signal: new AbortController().signal,
    remember: (_name: string, _files: readonly string[], ask: () => Promise<string>) => ask(),
    warn: (line: string) => void warnings.push(line),
  });
  /** A PEM file with an authority, and its content in DER. */
  async function authority(name: string): Promise<readonly [string, Buffer]> {
    const key = join(folder(), `${name}.key`);
    const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-subj", `/CN=${name}`];
    const pem = execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const file = await put(join(folder(), `${name}.pem`), `# a comment\n${pem}`);
    return [file, Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64")];
  }

  beforeEach(() => warnings.splice(0));

  it("has what the named file and Java's own store have, once each, and nothing that is no certificate", async () => {
    const [file, der] = await authority("company");
    const [own, ownDer] = await authority("java");
    const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const keytool = `#!/bin/sh\ncat '${own}' '${own}'\nprintf %b '${broken.replaceAll("\n", "\\n")}'\n`;
    await put(join(folder(), "java/bin/keytool"), keytool, 0o755);
    await put(join(folder(), "java/lib/security/cacerts"), "");
    const store = await truststoreFor(join(folder(), "java"), context({ SSL_CERT_FILE: file }));
    expect(store?.readUInt32BE(0)).to.equal(0xfeedfeed);
    for (const one of [der, ownDer]) {
      expect(store?.indexOf(one)).to.be.greaterThan(0);
      expect(store?.indexOf(one)).to.equal(store?.lastIndexOf(one));
    }
    expect(warnings).to.deep.equal([]);
  });

  it("is none where Java's own store cannot be read: a warning says so, in keytool's words", async () => {
    const [file] = await authority("company");
    await put(join(folder(), "java/bin/keytool"), "#!/bin/sh\necho 'password was incorrect'\nexit 1\n", 0o755);
    await put(join(folder(), "java/lib/security/cacerts"), "");
    expect(await truststoreFor(join(folder(), "java"), context({ SSL_CERT_FILE: file }))).to.equal(undefined);
    expect(warnings.join()).to.include("password was incorrect").and.include("its own Java alone");
  });

  it("is none where the operator names one in MAVEN_OPTS", async () => {
    const [SSL_CERT_FILE] = await authority("company");
    const env = { SSL_CERT_FILE, MAVEN_OPTS: "-Djavax.net.ssl.trustStore=/srv/own.jks" };
    expect(await truststoreFor(null, context(env))).to.equal(undefined);
  });
});
