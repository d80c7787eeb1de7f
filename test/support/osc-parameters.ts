// SPDX-License-Identifier: Apache-2.0
/** The parameters of docs/runtime.md on the real OSC, several by one start; the passwords of its stores are e2e-stores.ts'. */
import { expect } from "chai";
import { eventually } from "./e2e.ts";
import { API, type Container, type Containers, DATA, LEAST } from "./e2e-containers.ts";
import { environment, FINGERPRINT, fingerprintShown, PASSWORD } from "./e2e-given.ts";

/** As OSC ships it. */
export const LOGIN = ["--user", "admin:admin123"];

/** The options that the JVM runs with. */
const javaOptions = async (running: Container): Promise<string[]> =>
  (await running.exec("sh", "-c", "tr '\\0' '\\n' </proc/$(pgrep -o java)/cmdline")).stdout.split("\n");

/** By how many minutes the clock of OSC's log is before UTC's, to a quarter of an hour. */
function zoneOf(log: string): number {
  const lines = [...log.matchAll(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),\d{3} \[/gm)];
  const [, day = "", time = ""] = lines.at(-1) ?? [];
  return Math.round((Date.parse(`${day}T${time}Z`) - Date.now()) / 900_000) * 15;
}

/**
 * Defines the tests.
 *
 * @param given the options that mount what makeStores makes
 * @param there waits until OSC stops in order
 */
export function describeParameters(
  containers: () => Containers,
  image: () => string,
  given: () => string[],
  there: (running: Container) => Promise<void>,
): void {
  describe("by its parameters", () => {
    describe("as osc on the host's network, on other ports, with keys of the operator's", () => {
      let running: Container;
      before(async () => {
        const volume = await containers().volume("real-osc");
        // an empty volume would be given the owner that the image's folder has
        const prepare = `touch ${DATA}/here && chown -R osc: ${DATA}`;
        expect((await containers().ended(image(), volume, "sh", "-c", prepare)).code).to.equal(0);
        const wanted = environment({
          ...{ OSC_API_PORT: 18090, OSC_UI_PORT: 18443, OSC_REDIRECT_PORT: 18080, OSC_HEAP: "700m" },
          ...{ OSC_TLS_KEYSTORE: "/given/key.p12", OSC_TLS_KEYSTORE_PASSWORD: PASSWORD },
          ...{ OSC_TRUSTSTORE: "/given/trust.jks", OSC_TRUSTSTORE_PASSWORD_FILE: "/given/password" },
          ...{ OSC_HEALTH_USER: "admin", OSC_HEALTH_PASSWORD: "admin123", OSC_LOG_LEVEL: "debug" },
        });
        const options = [...LEAST, "--network", "host", "--user", "osc", ...volume, ...given(), ...wanted];
        running = await containers().start(image(), options);
        await running.ready(18090);
      });

      it("answers on the three ports, and OSC knows which port is its API's", async () => {
        // a moment after the API's
        const ask = () => running.code("https://127.0.0.1:18443/");
        expect(await eventually(60, ask, (code) => code === "200")).to.equal("200");
        expect(await running.redirect("http://127.0.0.1:18080/")).to.equal("https://127.0.0.1:18443/");
        const conf = await running.exec("grep", "^server.port=", `${DATA}/vmidcServer.conf`);
        expect(conf.stdout.trim()).to.equal("server.port=18090");
      });

      it("shows the given key, and OSC itself lists the given certificate among those it trusts", async () => {
        const said = FINGERPRINT.exec(await running.logs());
        expect(said?.[1]).to.equal("the one in /given/key.p12");
        expect(await fingerprintShown(running, 18090)).to.equal(said?.[2]);
        expect(await fingerprintShown(running, 18443)).to.equal(said?.[2]);
        const list = `https://127.0.0.1:18090/${API}/serverManagement/sslcertificates`;
        const trusted = await running.curl(...LOGIN, "--header", "Accept: application/json", list);
        expect(trusted).to.match(/"alias":"partner/);
      });

      it("has the given heap, and logs as much as it is told to, on stdout as well", async () => {
        expect(await javaOptions(running)).to.include.members(["-Xms700m", "-Xmx700m"]);
        expect(await running.logs()).to.match(/\[DEBUG\|/);
      });

      it("is healthy by its login, and unhealthy by one that OSC refuses", async () => {
        expect(await running.becomes("healthy", "unhealthy")).to.equal("healthy");
        const wrong = environment({ OSC_HEALTH_PASSWORD: "admin124" });
        const { code, stdout } = await containers().docker("exec", ...wrong, running.id, "osc_healthcheck");
        expect([code, stdout.trim()]).to.deep.equal([1, "the API refuses the login of admin"]);
      });

      it("ends with 0 within 5 s of SIGTERM", async () => {
        await there(running);
        const { code, seconds } = await running.stop();
        expect(code).to.equal(0);
        expect(seconds).to.be.below(5);
      });
    });

    it("takes the key that OSC ships, a log in the file alone, a time zone, and options for the JVM", async () => {
      const wanted = { OSC_TLS: "shipped", OSC_LOG_STDOUT: "false", TZ: "Asia/Kathmandu" };
      const java = { JAVA_OPTS: "-server -Xmx900m -Dgiven.by=operator" };
      const running = await containers().start(image(), [
        ...[...LEAST, "--tmpfs", DATA],
        ...environment({ ...wanted, ...java }),
      ]);
      await running.ready();
      const logs = await running.logs();
      const said = FINGERPRINT.exec(logs);
      expect(said?.[1]).to.match(/^the one that OSC ships/);
      expect(await fingerprintShown(running, 8090)).to.equal(said?.[2]);
      const list = "keytool -list -keystore /opt/vmidc/bin/default-data/osctrustore.jks </dev/null 2>/dev/null";
      expect((await running.exec("sh", "-c", list)).stdout).to.include(said?.[2]);

      const log = (await running.exec("cat", `${DATA}/log/securityBroker.log`)).stdout;
      expect(log).to.match(/\[INFO \|/);
      expect(logs).to.not.match(/\[INFO \|/);
      expect(zoneOf(log)).to.equal(345);

      const options = await javaOptions(running);
      expect(options).to.include.members(["-Xmx900m", "-Dgiven.by=operator"]);
      expect(options).to.not.include("-Xmx4096m");
      await running.kill();
    });
  });
}
