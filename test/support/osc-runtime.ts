// SPDX-License-Identifier: Apache-2.0
/** What docs/runtime.md promises, looked at on the real OSC. Where only our scripts answer, the sample's tests are enough. */
import { expect } from "chai";
import { type Bench, eventually } from "./e2e.ts";
import { API, type Container, Containers, DATA, expectFullVolumeNoticed, LEAST } from "./e2e-containers.ts";
import { environment, FINGERPRINT, fingerprintShown, makeStores } from "./e2e-given.ts";
import { describeStores } from "./e2e-stores.ts";

/** Waits until OSC stops in order: it answers a moment before. */
async function isThere(running: Container): Promise<void> {
  await eventually(
    60,
    () => running.logs(),
    (said) => said.includes("Starting scheduler"),
  );
}

/** Defines the tests of an image of master. */
export function describeRuntime(bench: () => Bench, image: () => string): void {
  describe("the real OSC at run time", () => {
    let containers: Containers;
    before(() => {
      containers = new Containers(bench());
    });
    after(() => containers.remove());

    describeStores(() => containers, image, isThere);

    it("runs on a read-only root without any capability, and keeps data and key", async () => {
      const options = [...LEAST, ...(await containers.volume("real-least"))];
      let key: string | undefined;
      for (const kind of ["one of its own, made now", `the one in ${DATA}/osctrustore.jks`]) {
        const running = await containers.start(image(), options);
        await running.ready();
        const said = FINGERPRINT.exec(await running.logs());
        expect(said?.[1]).to.equal(kind);
        expect(said?.[2]).to.equal(key ?? said?.[2]);
        key = said?.[2];
        expect(await fingerprintShown(running, 8090)).to.equal(key);
        expect(await fingerprintShown(running, 443)).to.equal(key);
        expect(await running.becomes("healthy", "unhealthy")).to.equal("healthy");
        await isThere(running);
        const { code, seconds } = await running.stop();
        expect(code).to.equal(0);
        expect(seconds).to.be.below(5);
      }
    });

    it("runs as osc on the host's network, on other ports, with keys of the operator's", async () => {
      const given = await makeStores(bench(), containers, image());
      const volume = await containers.volume("real-osc");
      // an empty volume would be given the owner that the image's folder has
      const prepare = `touch ${DATA}/here && chown -R osc: ${DATA}`;
      expect((await containers.ended(image(), volume, "sh", "-c", prepare)).code).to.equal(0);
      const wanted = environment({
        ...{ OSC_API_PORT: 18090, OSC_UI_PORT: 18443, OSC_REDIRECT_PORT: 18080, OSC_HEAP: "700m", TZ: "Europe/Berlin" },
        ...{ OSC_TLS_KEYSTORE: "/given/key.p12", OSC_TLS_KEYSTORE_PASSWORD_FILE: "/given/password" },
        ...{ OSC_TRUSTSTORE: "/given/trust.jks", OSC_TRUSTSTORE_PASSWORD_FILE: "/given/password" },
        ...{ OSC_HEALTH_USER: "admin", OSC_HEALTH_PASSWORD: "admin123", OSC_LOG_LEVEL: "debug" },
      });
      const running = await containers.start(image(), [
        ...LEAST,
        "--network",
        "host",
        "--user",
        "osc",
        ...volume,
        ...given,
        ...wanted,
      ]);
      await running.ready(18090);
      const said = FINGERPRINT.exec(await running.logs());
      expect(said?.[1]).to.equal("the one in /given/key.p12");
      expect(await fingerprintShown(running, 18090)).to.equal(said?.[2]);
      expect(await running.becomes("healthy", "unhealthy")).to.equal("healthy");
      expect(await running.code("https://127.0.0.1:18443/")).to.equal("200");
      expect(await running.redirect("http://127.0.0.1:18080/")).to.equal("https://127.0.0.1:18443/");
      expect(await running.logs()).to.match(/\[DEBUG\|/);
      expect((await running.exec("sh", "-c", "tr '\\0' ' ' </proc/$(pgrep -o java)/cmdline")).stdout).to.include(
        "-Xmx700m",
      );
      await isThere(running);
      expect((await running.stop()).code).to.equal(0);
    });

    it("starts again after it was killed while it made its database", async () => {
      const options = [...LEAST, ...(await containers.volume("real-killed"))];
      for (const seconds of [8, 13, 16]) {
        const killed = await containers.start(image(), options);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        await killed.kill();
      }
      const last = await containers.start(image(), [...options, ...environment({ OSC_UI_PORT: 8443 })]);
      await last.ready();
      const login = ["--user", "admin:admin123", `https://127.0.0.1:8090/${API}/virtualizationConnectors`];
      expect(
        await eventually(
          30,
          () => last.code(...login),
          (code) => code === "200",
        ),
      ).to.equal("200");
    });

    it("is unhealthy while its volume is full, and well again once there is room", async () => {
      const running = await containers.start(image(), [...LEAST, "--tmpfs", `${DATA}:size=64m`]);
      await running.ready();
      await expectFullVolumeNoticed(running);
      await isThere(running);
      expect((await running.stop()).code).to.equal(0);
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
