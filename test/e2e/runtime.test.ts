// SPDX-License-Identifier: Apache-2.0
/** The image at run time: what docs/runtime.md promises, on the sample, which reads the configuration that OSC reads. */
import { expect } from "chai";
import { Bench, eventually } from "../support/e2e.ts";
import { composed } from "../support/e2e-compose.ts";
import { API, type Container, Containers, DATA, expectFullVolumeNoticed, LEAST } from "../support/e2e-containers.ts";
import { describeFailedStarts } from "../support/e2e-failed-starts.ts";
import { environment, FINGERPRINT, fingerprintShown, makeStores, PASSWORD } from "../support/e2e-given.ts";
import { expectTwoStarts, kollaOptions } from "../support/e2e-kolla-start.ts";
import { describeLowPorts } from "../support/e2e-low-ports.ts";
import { describeRefusals } from "../support/e2e-refusals.ts";
import { describeStores } from "../support/e2e-stores.ts";

describe("the image at run time", () => {
  let bench: Bench;
  let containers: Containers;
  /** as the design has it: root, on 8090, 443 and 80 */
  let image = "";
  /** another user, other ports */
  let osc = "";
  /** keystores of the operator's */
  let given: string[] = [];

  before(async () => {
    bench = await Bench.make("runtime");
    await bench.takeDownloads();
    containers = new Containers(bench);
    const nameOf = async (...more: string[]): Promise<string> =>
      (await bench.result("image", more)).results.images?.images.at(-1)?.name ?? "";
    image = await nameOf();
    const other = { user: "osc", "ports.api": 18090, "ports.ui": 18443, "ports.redirect": 18080 };
    osc = await nameOf(
      ...Object.entries(other).flatMap(([key, value]) => ["--set", `image.${key}=${String(value)}`]),
      ...["--tag", `${bench.tag}-osc`],
    );
    given = await makeStores(bench, containers, image);
  });
  after(async () => {
    await containers.remove();
    await bench.docker("image", "rm", osc);
    await bench.remove();
  });

  describe("with what it needs and nothing else, as root", () => {
    let options: string[];
    let first: Container;
    let again: Container;
    let key = "";

    before(async () => {
      options = [...LEAST, "--cap-add", "NET_BIND_SERVICE", ...(await containers.volume("least"))];
      first = await containers.start(image, options);
    });

    it("answers on all three ports and becomes healthy", async () => {
      expect(await first.ready()).to.include({ timeZone: "GMT" });
      expect(await first.code("https://127.0.0.1:443/")).to.equal("200");
      expect(await first.redirect("http://127.0.0.1/")).to.equal("https://127.0.0.1/");
      expect(await first.becomes("healthy", "unhealthy")).to.equal("healthy");
    });

    it("has made a key of its own, says so, and shows its log", async () => {
      const logs = await first.logs();
      const [, kind = "", fingerprint = ""] = FINGERPRINT.exec(logs) ?? [];
      expect(kind).to.equal("one of its own, made now");
      key = fingerprint;
      expect(await fingerprintShown(first, 8090)).to.equal(key);
      expect(await fingerprintShown(first, 443)).to.equal(key);
      expect(logs).to.match(/INFO Ready, start number 1/);
    });

    it("ends with 0 within 5 s of SIGTERM", async () => {
      const { code, seconds } = await first.stop();
      expect(code).to.equal(0);
      expect(seconds).to.be.below(5);
    });

    it("started again on the same volume has its data and its key", async () => {
      again = await containers.start(image, options);
      await again.ready();
      expect(await again.curl(`https://127.0.0.1:8090/${API}/sample/starts`)).to.include('"starts":2');
      expect(FINGERPRINT.exec(await again.logs())?.slice(1)).to.deep.equal([`the one in ${DATA}/osctrustore.jks`, key]);
    });

    it("refuses a second container on the same data while the first one runs", async () => {
      const { code, stderr } = await containers.ended(image, options);
      expect(code).to.equal(78);
      expect(stderr).to.match(/another container works on .*\/data: OSC must be the only one/);
    });

    it("starts again after it was killed while it wrote, whenever that was", async () => {
      await again.kill();
      for (const seconds of [0.2, 0.7, 1.5, 2.5]) {
        const killed = await containers.start(image, options);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        await killed.kill();
      }
      const last = await containers.start(image, options);
      await last.ready();
      await last.stop();
    });

    it("starts again after what it was writing was left empty", async () => {
      const empty = `: >${DATA}/vmidcServer.conf; : >${DATA}/osctrustore.jks; echo half >${DATA}/vmidcServer.conf.new`;
      expect((await containers.ended(image, options, "sh", "-c", empty)).code).to.equal(0);
      const last = await containers.start(image, options);
      await last.ready();
      expect(await last.logs()).to.include("vmidcServer.conf is empty; it begins anew with what OSC ships");
      await last.stop();
    });

    it("ends at once with 143 when it is stopped while it prepares its start", async () => {
      const running = await containers.start(image, [...LEAST, "--tmpfs", DATA]);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { code, seconds } = await running.stop();
      expect(code).to.equal(143);
      expect(seconds).to.be.below(5);
    });
  });

  describe("as user osc by a setting of the image, with a key of the operator's and on other ports", () => {
    let running: Container;
    before(async () => {
      const wanted = environment({
        OSC_API_PORT: 9090,
        OSC_TLS_KEYSTORE: "/given/key.p12",
        OSC_TLS_KEYSTORE_PASSWORD_FILE: "/given/password",
        OSC_TRUSTSTORE: "/given/trust.jks",
        OSC_TRUSTSTORE_PASSWORD: PASSWORD,
        OSC_KEYSTORE_PASSWORD_FILE: "/given/store-password",
        OSC_HEALTH_USER: "admin",
        OSC_HEALTH_PASSWORD: "admin123",
        OSC_LOG_LEVEL: "warn",
        OSC_LOG_STDOUT: "false",
        OSC_HEAP: "96m",
        TZ: "Europe/Berlin",
      });
      running = await containers.start(osc, [...LEAST, ...given, ...(await containers.volume("osc")), ...wanted]);
    });

    it("listens where the container's environment says, else where the image does", async () => {
      await running.ready(9090);
      expect(await running.code("https://127.0.0.1:18443/")).to.equal("200");
      expect(await running.redirect("http://127.0.0.1:18080/")).to.equal("https://127.0.0.1:18443/");
      const conf = await running.exec("grep", "^server.port=", `${DATA}/vmidcServer.conf`);
      expect(conf.stdout.trim()).to.equal("server.port=9090");
    });

    it("runs as osc, with the memory and the time zone that it is given", async () => {
      expect((await running.exec("id", "-un")).stdout.trim()).to.equal("osc");
      const { heapMegabytes, timeZone } = await running.ready(9090);
      expect(timeZone).to.equal("Europe/Berlin");
      expect(heapMegabytes).to.be.within(80, 96);
    });

    it("shows the given key, and trusts the given certificates", async () => {
      const said = FINGERPRINT.exec(await running.logs());
      expect(said?.[1]).to.equal("the one in /given/key.p12");
      expect(await fingerprintShown(running, 9090)).to.equal(said?.[2]);
      const list = await running.exec(
        ...["keytool", "-list", "-keystore", `${DATA}/osctrustore.jks`, "-storepass:file", "/given/store-password"],
      );
      expect(list.stdout)
        .to.match(/^partner, .*trustedCertEntry/m)
        .and.match(/^internal, .*PrivateKeyEntry/m);
    });

    it("logs what it is told to, where it is told to", async () => {
      expect(await running.logs()).to.not.include("Ready, start number");
      expect((await running.exec("cat", `${DATA}/log/securityBroker.log`)).stdout).to.equal("");
    });

    it("has no password in the environment of OSC", async () => {
      const jvm = "tr '\\0' '\\n' </proc/$(pgrep -o java)/environ";
      const { stdout } = await running.exec("sh", "-c", jvm);
      expect(stdout)
        .to.match(/^JAVA_OPTS=/m)
        .and.not.match(/PASSWORD=/);
    });

    it("is unhealthy once the database does not answer, since it has a login", async () => {
      expect((await running.health()).stdout).to.equal("");
      await running.exec("sh", "-c", `echo broken >${DATA}/vmiDCDB.h2.db`);
      const { code, stdout } = await running.health();
      expect([code, stdout.trim()]).to.deep.equal([1, "the database does not answer: the API says 500"]);
    });
  });

  // it stops in order from the first
  describeStores(
    () => containers,
    () => image,
    () => Promise.resolve(),
  );

  describe("is unhealthy, with a sentence,", () => {
    let running: Container;
    before(async () => {
      running = await containers.start(image, ["--tmpfs", "/tmp"]);
      await running.ready();
    });

    const CASES: readonly (readonly [string, string, Readonly<Record<string, string>>, RegExp])[] = [
      ["when nothing answers on the API's port", "true", { OSC_API_PORT: "7" }, /^the API on port 7 answers 000$/],
      ["when nothing answers on the UI's port", "true", { OSC_UI_PORT: "7" }, /^the UI on port 7 answers 000$/],
      [
        "when the login is refused",
        "true",
        { OSC_HEALTH_USER: "admin", OSC_HEALTH_PASSWORD: 'o"th\\er' },
        /^the API refuses the login of admin$/,
      ],
      ["when the database's file is gone", `rm ${DATA}/vmiDCDB.h2.db`, {}, /^there is no database in /],
    ];
    for (const [name, before, values, sentence] of CASES) {
      it(name, async () => {
        expect((await running.health()).code).to.equal(0);
        await running.exec("sh", "-c", before);
        const { code, stdout } = await containers.docker(
          ...["exec", ...environment(values), running.id, "osc_healthcheck"],
        );
        expect(code).to.equal(1);
        expect(stdout.trim()).to.match(sentence);
      });
    }

    it("while its volume is full, and well again once there is room", async () => {
      const small = await containers.start(image, ["--tmpfs", "/tmp", "--tmpfs", `${DATA}:size=40m`]);
      await small.ready();
      await expectFullVolumeNoticed(small);
    });
  });

  describe("through kolla_start", () => {
    // it stops in order from the first
    const there = () => Promise.resolve();
    const kollaVolume = (name: string) => containers.volume(`kolla-${name}`);

    it("starts as root with COPY_ALWAYS, on a read-only root, with SETUID and SETGID alone", async () => {
      const options = [...(await kollaOptions(bench, "root", "COPY_ALWAYS")), ...(await kollaVolume("root"))];
      await expectTwoStarts(containers, image, options, 8090, there);
    });

    it("starts as osc with COPY_ALWAYS, on a read-only root, and with CHOWN and DAC_OVERRIDE on top", async () => {
      const options = [...(await kollaOptions(bench, "osc", "COPY_ALWAYS")), ...(await kollaVolume("osc"))];
      await expectTwoStarts(containers, osc, options, 18090, there);
    });

    it("starts as osc with COPY_ONCE, on a root that can be written", async () => {
      const options = [...(await kollaOptions(bench, "osc", "COPY_ONCE", true)), ...(await kollaVolume("once"))];
      await expectTwoStarts(containers, osc, options, 18090, there);
    });

    it("cannot start with COPY_ONCE on a read-only root: kolla notes in /configured that it copied", async () => {
      const { code, stderr } = await containers.ended(
        image,
        await kollaOptions(bench, "root", "COPY_ONCE"),
        "kolla_start",
      );
      expect(code).to.not.equal(0);
      expect(stderr)
        .to.match(/Read-only file system/)
        .and.include("/configured");
    });
  });

  describeFailedStarts(
    () => containers,
    () => image,
  );

  describe("on its own", () => {
    it("needs no hostname that resolves", async () => {
      const running = await containers.start(image, ["--tmpfs", "/tmp", "--hostname", "no-such-name.invalid"]);
      expect((await running.exec("getent", "hosts", "no-such-name.invalid")).code).to.not.equal(0);
      await running.ready();
    });

    it("with the key that OSC ships says what that is, and with JAVA_OPTS of the operator's runs by them", async () => {
      const wanted = environment({ OSC_TLS: "shipped", JAVA_OPTS: "-Xmx64m" });
      const running = await containers.start(image, ["--tmpfs", "/tmp", ...wanted]);
      expect((await running.ready())["heapMegabytes"]).to.be.within(50, 64);
      const said = FINGERPRINT.exec(await running.logs());
      expect(said?.[1]).to.match(/^the one that OSC ships/);
      expect(await fingerprintShown(running, 8090)).to.equal(said?.[2]);
    });
  });

  describeRefusals(
    () => containers,
    () => image,
    () => given,
  );

  it("answers and becomes healthy by deploy/compose.yaml, on the host's network, and stops with 0", async () => {
    expect(FINGERPRINT.exec(await composed(bench, image))?.[1]).to.equal("the one in /run/osc/key.p12");
  });

  it("has no password and no proxy in its environment", async () => {
    for (const name of [image, osc]) {
      const env = JSON.parse(await bench.docker("inspect", "--format", "{{json .Config.Env}}", name)) as string[];
      expect(env.filter((line) => /PASSWORD|PROXY|SSL|CERT|TOKEN/i.test(line))).to.deep.equal([]);
    }
  });

  it("listens below 1024 as root on the host's network with NET_BIND_SERVICE alone", async () => {
    const options = [...LEAST, "--cap-add", "NET_BIND_SERVICE", "--network", "host", "--tmpfs", DATA];
    const running = await containers.start(image, options);
    await running.ready();
    expect(
      await eventually(
        10,
        () => running.code("https://127.0.0.1:443/"),
        (code) => code === "200",
      ),
    ).to.equal("200");
    expect((await running.stop()).code).to.equal(0);
  });

  describeLowPorts(
    () => containers,
    () => image,
    () => Promise.resolve(),
  );
});
