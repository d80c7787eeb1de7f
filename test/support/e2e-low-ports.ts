// SPDX-License-Identifier: Apache-2.0
/** User osc on ports below 1024, by each way that docs/runtime.md names: the same for the sample and the real OSC. */
import { expect } from "chai";
import { eventually } from "./e2e.ts";
import { type Container, type Containers, DATA, LEAST } from "./e2e-containers.ts";

const LIMIT = "net.ipv4.ip_unprivileged_port_start";
const OSC = { uid: "42999", capabilities: "0000000000000000" };
const DATA_OF_OSC = ["--tmpfs", `${DATA}:uid=${OSC.uid},gid=${OSC.uid},mode=0750`];
const AS_OSC = [...LEAST, "--user", "osc", ...DATA_OF_OSC];

/** The user and the effective capabilities of the JVM. */
async function jvm(running: Container): Promise<{ uid: string; capabilities: string }> {
  const lines = "s/^Uid:\\t\\([0-9]*\\).*/\\1/p; s/^CapEff:\\t//p";
  const { stdout } = await running.exec("sh", "-c", `sed -n '${lines}' /proc/$(pgrep -o java)/status`);
  const [uid = "", capabilities = ""] = stdout.split("\n");
  return { uid, capabilities };
}

async function expectLowPorts(running: Container): Promise<void> {
  await running.ready();
  for (const url of ["https://127.0.0.1:443/", "http://127.0.0.1:80/"]) {
    const ask = () => running.code(url);
    expect(await eventually(60, ask, (code) => code !== "000"), url).to.not.equal("000");
  }
}

async function expectNoCapability(running: Container): Promise<void> {
  const ask = async () => (await running.health()).stdout;
  expect(await eventually(60, ask, (said) => said === "")).to.equal("");
  expect(await jvm(running)).to.deep.equal(OSC);
}

/**
 * Defines the tests.
 *
 * @param there waits until OSC stops in order
 */
export function describeLowPorts(
  containers: () => Containers,
  image: () => string,
  there: (running: Container) => Promise<void>,
): void {
  describe("as osc on ports below 1024", () => {
    it("runs on a network of its own as docker makes it, without any capability", async () => {
      const running = await containers().start(image(), AS_OSC);
      await expectLowPorts(running);
      await expectNoCapability(running);
      await running.kill();
    });

    it("runs on a network whose limit its owner has put down to 80, without any capability", async () => {
      const owner = await containers().start(image(), ["--no-healthcheck", "--sysctl", `${LIMIT}=80`], "sleep", "900");
      const running = await containers().start(image(), [...AS_OSC, "--network", `container:${owner.id}`]);
      await expectLowPorts(running);
      await expectNoCapability(running);
      await running.kill();
    });

    it("runs on the host's network with NET_BIND_SERVICE alone, where setpriv hands that on", async () => {
      const user = ["setpriv", "--reuid", "osc", "--regid", "osc", "--init-groups"];
      const bind = ["--inh-caps", "+net_bind_service", "--ambient-caps", "+net_bind_service"];
      const running = await containers().start(
        image(),
        [
          ...[...LEAST, "--network", "host", "--user", "root", ...DATA_OF_OSC],
          // KILL: the container's first process is root's, and has to hand a signal on to osc's
          ...["SETUID", "SETGID", "KILL", "NET_BIND_SERVICE"].flatMap((name) => ["--cap-add", name]),
          ...["--health-cmd", `${user.join(" ")} osc_healthcheck`],
        ],
        ...[...user, ...bind, "osc_start"],
      );
      await expectLowPorts(running);
      expect(await running.becomes("healthy")).to.equal("healthy");
      expect(await jvm(running)).to.deep.equal({ uid: OSC.uid, capabilities: "0000000000000400" });
      await there(running);
      const { code, seconds } = await running.stop();
      expect(code).to.equal(0);
      expect(seconds).to.be.below(5);
    });

    it("is refused where the limit is 1024, since docker gives osc no capability that it is told to add", async () => {
      const options = [...AS_OSC, "--sysctl", `${LIMIT}=1024`, "--cap-add", "NET_BIND_SERVICE"];
      const { code, stderr } = await containers().ended(image(), options);
      expect(code).to.equal(78);
      expect(stderr).to.match(/OSC_UI_PORT is 443, and osc may not listen below 1024 here/);
    });

    it("cannot be had by docker's --sysctl on the host's network", async () => {
      const options = ["--rm", "--network", "host", "--sysctl", `${LIMIT}=80`];
      const { code, stderr } = await containers().docker("run", ...options, image(), "true");
      expect(code).to.not.equal(0);
      expect(stderr).to.match(/not allowed in host network namespace/);
    });
  });
}
