// SPDX-License-Identifier: Apache-2.0
/** A password of the operator's for OSC's own two stores: the same tests for the sample and the real OSC. */
import { expect } from "chai";
import { eventually } from "./e2e.ts";
import { API, type Container, type Containers, DATA, LEAST } from "./e2e-containers.ts";
import { environment, FINGERPRINT, PASSWORD } from "./e2e-given.ts";

/** Run by jjs of Java 8: prints the locks that one of the passwords in TRIED opens, or, without it, one that OSC ships. */
const SCRIPT = `
var jar = new java.util.zip.ZipFile("/opt/vmidc/bin/jar/osc-server.jar");
var shipped = new java.util.Properties();
shipped.load(jar.getInputStream(jar.getEntry("org/osc/core/broker/util/crypto/security.properties")));
var passwords = $ENV.TRIED ? [$ENV.TRIED] : Java.from(shipped.values());
function load(type, file, password) {
  var store = java.security.KeyStore.getInstance(type);
  store.load(new java.io.FileInputStream("${DATA}/" + file), password);
  return store;
}
// without a password, a store opens unverified
var main = load("PKCS12", "mainKeyStore.p12", null);
var trust = load("JKS", "osctrustore.jks", null);
var locks = {
  "main store": function (password) { return load("PKCS12", "mainKeyStore.p12", password); },
  "database key": function (password) { return main.getKey("AesCtrKey", password); },
  "trust store": function (password) { return load("JKS", "osctrustore.jks", password); },
  "https key": function (password) { return trust.getKey("internal", password); },
};
function opens(lock, password) {
  try {
    if (!locks[lock](new java.lang.String(password).toCharArray())) throw new Error("there is no " + lock);
    return true;
  } catch (error) {
    if (/UnrecoverableKey|password was incorrect/.test(error)) return false;
    throw error;
  }
}
for (var lock in locks) if (passwords.some(function (password) { return opens(lock, password); })) print(lock);
`;

/** All that the password locks. */
const LOCKS = ["main store", "database key", "trust store", "https key"];

/** Those of LOCKS that a password opens; without one, those that a password opens that OSC ships. */
async function opened(running: Container, password = ""): Promise<string[]> {
  const command = `cat >/tmp/locks.js <<'END'\n${SCRIPT}\nEND\nTRIED=${password} jjs -scripting /tmp/locks.js`;
  const { code, stdout, stderr } = await running.exec("sh", "-c", command);
  expect(code, stderr).to.equal(0);
  return stdout.split("\n").filter((line) => line !== "");
}

/**
 * Defines the tests.
 *
 * @param there waits until OSC stops in order
 */
export function describeStores(
  containers: () => Containers,
  image: () => string,
  there: (running: Container) => Promise<void>,
): void {
  describe("with a password of the operator's for OSC's own stores", () => {
    const next = "the-next-password";
    let options: string[];
    before(async () => {
      options = [...LEAST, ...(await containers().volume("stores"))];
    });

    async function started(values: Readonly<Record<string, string>>): Promise<Container> {
      const running = await containers().start(image(), [...options, ...environment(values)]);
      await running.ready();
      const login = ["--user", "admin:admin123", `https://127.0.0.1:8090/${API}/virtualizationConnectors`];
      const ask = () => running.code(...login);
      expect(await eventually(30, ask, (code) => code === "200")).to.equal("200");
      await there(running);
      return running;
    }

    it("locks with it alone what an earlier start made, and runs by it", async () => {
      const before = await started({});
      expect(await opened(before)).to.deep.equal(LOCKS);
      await before.stop();
      const running = await started({ OSC_KEYSTORE_PASSWORD: PASSWORD });
      expect(await running.logs()).to.include("mainKeyStore.p12 is locked with OSC_KEYSTORE_PASSWORD from now on");
      expect(await opened(running, PASSWORD)).to.deep.equal(LOCKS);
      expect(await opened(running)).to.deep.equal([]);
      const { stdout } = await running.exec(
        "sh",
        "-c",
        "tr '\\0' '\\n' </proc/$(pgrep -o java)/environ; ps -A -o args",
      );
      expect(stdout).to.include("EmbeddedLauncher").and.not.include(PASSWORD);
      await running.stop();
    });

    it("refuses another one, and none, and leaves the stores as they are", async () => {
      const wrong = await containers().ended(image(), [...options, ...environment({ OSC_KEYSTORE_PASSWORD: next })]);
      expect(wrong.stderr).to.match(
        /osctrustore\.jks opens neither with OSC_KEYSTORE_PASSWORD nor with the password that/,
      );
      const none = await containers().ended(image(), options);
      expect(none.stderr).to.match(
        /not open with the password that OSC ships \(was there an OSC_KEYSTORE_PASSWORD\?\)/,
      );
      expect([wrong.code, none.code]).to.deep.equal([78, 78]);
    });

    it("takes another one where it is given the old one, keeps the https key, and starts with it again", async () => {
      const values = { OSC_KEYSTORE_PASSWORD: next, OSC_KEYSTORE_PASSWORD_OLD: PASSWORD };
      for (const time of ["first", "second"]) {
        const running = await started(values);
        expect(FINGERPRINT.exec(await running.logs())?.[1], time).to.equal(`the one in ${DATA}/osctrustore.jks`);
        expect(await opened(running, next), time).to.deep.equal(LOCKS);
        expect(await opened(running, PASSWORD), time).to.deep.equal([]);
        expect((await running.stop()).code, time).to.equal(0);
      }
    });
  });
}
