// SPDX-License-Identifier: Apache-2.0
/** What docs/runtime.md promises, looked at on the real OSC. Where only our scripts answer, the sample's tests are enough. */
import { expect } from "chai";
import { type Bench, eventually } from "./e2e.ts";
import { API, type Container, Containers, DATA, expectFullVolumeNoticed, LEAST } from "./e2e-containers.ts";
import { environment, FINGERPRINT, fingerprintShown, makeStores } from "./e2e-given.ts";
import { expectTwoStarts, kollaOptions } from "./e2e-kolla-start.ts";
import { describeLowPorts } from "./e2e-low-ports.ts";
import { describeStores } from "./e2e-stores.ts";
import { describeParameters, LOGIN } from "./osc-parameters.ts";

/** An alarm, as the API takes it: what OSC keeps in its database without another machine to talk to. */
const ALARM = {
  ...{ name: "kept", enabledAlarm: false, eventType: "JOB_FAILURE", regexMatch: ".*" },
  ...{ severity: "LOW", alarmAction: "NONE" },
};

/** Asks OSC's alarms. */
function alarms(running: Container, ...args: string[]): Promise<string> {
  const json = ["Content-Type", "Accept"].flatMap((name) => ["--header", `${name}: application/json`]);
  return running.curl(...LOGIN, ...json, ...args, `https://127.0.0.1:8090/${API}/alarms`);
}

/** Waits until OSC stops in order: it answers a moment before. */
async function isThere(running: Container): Promise<void> {
  await eventually(
    60,
    () => running.logs(),
    (said) => said.includes("Starting scheduler"),
  );
}

/** Expects that the database answers, as soon as OSC takes logins. */
async function expectDatabase(running: Container): Promise<void> {
  const ask = () => running.code(...LOGIN, `https://127.0.0.1:8090/${API}/virtualizationConnectors`);
  expect(await eventually(60, ask, (code) => code === "200")).to.equal("200");
}

/** Defines the tests of an image of master. */
export function describeRuntime(bench: () => Bench, image: () => string): void {
  describe("the real OSC at run time", () => {
    let containers: Containers;
    /** keystores of the operator's */
    let given: string[] = [];
    before(async () => {
      containers = new Containers(bench());
      given = await makeStores(bench(), containers, image());
    });
    after(() => containers.remove());

    describeStores(() => containers, image, isThere);
    describeParameters(
      () => containers,
      image,
      () => given,
      isThere,
    );
    describeLowPorts(() => containers, image, isThere);

    it("needs a read-only root, no capability and no name that resolves, and keeps data and key", async () => {
      const name = "no-such-name.invalid";
      const options = [...LEAST, "--hostname", name, ...(await containers.volume("real-least"))];
      let key: string | undefined;
      for (const kind of ["one of its own, made now", `the one in ${DATA}/osctrustore.jks`]) {
        const running = await containers.start(image(), options);
        expect((await running.exec("getent", "hosts", name)).code).to.not.equal(0);
        await running.ready();
        const said = FINGERPRINT.exec(await running.logs());
        expect(said?.[1]).to.equal(kind);
        expect(said?.[2]).to.equal(key ?? said?.[2]);
        expect(await fingerprintShown(running, 8090)).to.equal(said?.[2]);
        expect(await fingerprintShown(running, 443)).to.equal(said?.[2]);
        expect(await running.becomes("healthy", "unhealthy")).to.equal("healthy");
        if (key === undefined) await alarms(running, "--data", JSON.stringify(ALARM));
        expect(await alarms(running)).to.include('"name":"kept"');
        key = said?.[2];
        // where there is no network but loopback's
        expect(await running.code("http://127.0.0.1/")).to.equal("500");
        await isThere(running);
        const { code, seconds } = await running.stop();
        expect(code).to.equal(0);
        expect(seconds).to.be.below(5);
      }
    });

    for (const [user, strategy] of [
      ["root", "COPY_ALWAYS"],
      ["osc", "COPY_ONCE"],
    ] as const) {
      it(`starts as ${user} through kolla_start, by ${strategy}, with what that needs on top`, async () => {
        const options = await kollaOptions(bench(), user, strategy, strategy === "COPY_ONCE");
        const volume = await containers.volume(`real-kolla-${user}`);
        await expectTwoStarts(containers, image(), [...options, ...volume], 8090, isThere);
      });
    }

    it("starts again after it was killed while it made its database", async () => {
      const options = [...LEAST, ...(await containers.volume("real-killed"))];
      for (const seconds of [8, 13, 16]) {
        const killed = await containers.start(image(), options);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        await killed.kill();
      }
      const start = () => containers.start(image(), [...options, ...environment({ OSC_UI_PORT: 8443 })]);
      const next = await start();
      // where a kill came while OSC made its tables, the start after it puts that right
      const ask = () => next.logs();
      const said = await eventually(120, ask, (logs) => /was half made|Starting scheduler/.test(logs));
      const last = said.includes("was half made") ? await start() : next;
      await last.ready();
      await expectDatabase(last);
    });

    it("begins anew after it was stopped while it made its database", async () => {
      const options = [...LEAST, ...(await containers.volume("real-half-made"))];
      const first = await containers.start(image(), options);
      // from inside, since it takes less than a second
      const tables = `grep -c "Execute sql: create table" ${DATA}/log/securityBroker.log 2>/dev/null`;
      await first.exec("sh", "-c", `until [ "$(${tables})" -gt 2 ] 2>/dev/null; do sleep 0.02; done; kill 1`);
      expect((await first.end()).code).to.equal(143);
      const { code, stderr } = await containers.ended(image(), options);
      expect(code).to.equal(137);
      expect(stderr).to.include("the database was half made, since an earlier start was ended while it made it");
      const last = await containers.start(image(), options);
      await last.ready();
      await expectDatabase(last);
      await last.kill();
    });

    it("is unhealthy while its volume is full, and well again once there is room", async () => {
      const running = await containers.start(image(), [...LEAST, "--tmpfs", `${DATA}:size=64m`]);
      await running.ready();
      await expectFullVolumeNoticed(running);
      await isThere(running);
      expect((await running.stop()).code).to.equal(0);
    });

    it("is unhealthy once its database dies under it, which a check without a login cannot always see", async () => {
      const login = environment({ OSC_HEALTH_USER: "admin", OSC_HEALTH_PASSWORD: "admin123" });
      const running = await containers.start(image(), [...LEAST, "--tmpfs", DATA, ...login]);
      await running.ready();
      expect(await running.becomes("healthy", "unhealthy")).to.equal("healthy");
      const check = async (...options: string[]) =>
        (await containers.docker("exec", ...options, running.id, "osc_healthcheck")).stdout.trim();
      const withoutLogin = environment({ OSC_HEALTH_USER: "" });
      const dead = "the database does not answer: the API says 500";
      const database = `${DATA}/vmiDCDB.h2.db`;

      await running.exec("sh", "-c", `head -c 800000 /dev/urandom >${database}`);
      expect(await check()).to.equal(dead);
      expect(await check(...withoutLogin)).to.equal("");
      expect(await running.becomes("unhealthy")).to.equal("unhealthy");

      // OSC opens it anew for the next question, and makes one with nothing in it
      await running.exec("rm", database);
      expect(await check(...withoutLogin)).to.equal(`there is no database in ${DATA}`);
      expect(await running.code(...LOGIN, `https://127.0.0.1:8090/${API}/virtualizationConnectors`)).to.equal("500");
      expect(await check(...withoutLogin)).to.equal("");
      expect(await check()).to.equal(dead);
      await running.kill();
    });

    it("ends with the reason and 137 where it would reboot the machine", async () => {
      const volume = await containers.volume("real-failed");
      const broken = `head -c 20000 /dev/urandom >${DATA}/vmiDCDB.h2.db`;
      expect((await containers.ended(image(), volume, "sh", "-c", broken)).code).to.equal(0);
      const { code, stderr } = await containers.ended(image(), [...LEAST, ...volume]);
      expect(code).to.equal(137);
      expect(stderr)
        .to.include("asked for a reboot of the machine")
        .and.match(/file header in file .*vmiDCDB\.h2\.db/);
    });
  });
}
