// SPDX-License-Identifier: Apache-2.0
/** Starts through kolla_start, by deploy/kolla/config.json: the same for the sample and the real OSC. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import fsExtra from "fs-extra";
import { type Bench, ROOT } from "./e2e.ts";
import type { Container, Containers } from "./e2e-containers.ts";
import { environment, FINGERPRINT } from "./e2e-given.ts";

type User = "root" | "osc";
type Strategy = "COPY_ALWAYS" | "COPY_ONCE";

/** What docs/runtime.md says that each user needs on top. */
const CAPABILITIES: Readonly<Record<User, readonly string[]>> = {
  root: ["SETUID", "SETGID"],
  osc: ["SETUID", "SETGID", "CHOWN", "DAC_OVERRIDE"],
};

/** What is written where the root file system is read-only; bench.path("run_command") must be a file. */
const readOnly = (bench: Bench): string[] => [
  ...["--read-only", "--volume", `${bench.path("run_command")}:/run_command`],
  ...["/etc/kolla", "/etc/osc"].flatMap((path) => ["--tmpfs", path]),
];

const KEYS = environment({
  OSC_TLS_KEYSTORE: "/etc/osc/osc.p12",
  OSC_TLS_KEYSTORE_PASSWORD_FILE: "/etc/osc/osc.p12.password",
});

/** The options of a container that is started through kolla_start, with a key of makeStores' and its password. */
export async function kollaOptions(bench: Bench, user: User, strategy: Strategy, writable = false): Promise<string[]> {
  const folder = bench.path(`kolla-${user}`);
  const config = await readFile(join(ROOT, "deploy/kolla/config.json"), "utf8");
  await fsExtra.outputFile(`${folder}/config.json`, config.replaceAll("root", user));
  await fsExtra.copy(bench.path("given/key.p12"), `${folder}/osc.p12`);
  await fsExtra.copy(bench.path("given/password"), `${folder}/osc.p12.password`);
  await writeFile(bench.path("run_command"), "");
  return [
    ...["--user", user, "--tmpfs", "/tmp", "--cap-drop", "ALL"],
    ...CAPABILITIES[user].flatMap((name) => ["--cap-add", name]),
    // sudo is setuid
    ...(user === "root" ? ["--security-opt", "no-new-privileges"] : []),
    ...(writable ? [] : readOnly(bench)),
    ...["--volume", `${folder}:/var/lib/kolla/config_files:ro`, "--env", `KOLLA_CONFIG_STRATEGY=${strategy}`],
    ...KEYS,
  ];
}

/**
 * Starts an image twice on one volume; the second start finds what the first one left.
 *
 * @param options of kollaOptions, and a volume
 * @param there waits until OSC stops in order
 */
export async function expectTwoStarts(
  containers: Containers,
  image: string,
  options: readonly string[],
  port: number,
  there: (running: Container) => Promise<void>,
): Promise<void> {
  for (const time of ["first", "second"]) {
    const running = await containers.start(image, options, "kolla_start");
    await running.ready(port);
    expect(FINGERPRINT.exec(await running.logs())?.[1], time).to.equal("the one in /etc/osc/osc.p12");
    await there(running);
    const { code, seconds } = await running.stop();
    expect(code, time).to.equal(0);
    expect(seconds, time).to.be.below(5);
  }
}
