// SPDX-License-Identifier: Apache-2.0
/** Parameters that a container cannot be started with, and what it says of each. */
import { expect } from "chai";
import type { Ended } from "./e2e.ts";
import { type Containers, DATA, LEAST } from "./e2e-containers.ts";
import { environment } from "./e2e-given.ts";

interface Refusal {
  /** what it is given */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly sentence: RegExp;
  /** more of docker run */
  readonly options?: readonly string[];
}

/** /given holds what makeStores makes there. */
const REFUSALS: readonly Refusal[] = [
  {
    name: "a port of letters",
    values: { OSC_API_PORT: "http" },
    sentence: /OSC_API_PORT is "http"; a port is a number/,
  },
  { name: "a port that is none", values: { OSC_UI_PORT: "65536" }, sentence: /OSC_UI_PORT is "65536"/ },
  { name: "a port of zero", values: { OSC_REDIRECT_PORT: "0" }, sentence: /OSC_REDIRECT_PORT is "0"/ },
  { name: "one port twice", values: { OSC_UI_PORT: "8090" }, sentence: /are 8090, 8090 and 80; they must differ/ },
  {
    name: "an unknown log level",
    values: { OSC_LOG_LEVEL: "loud" },
    sentence: /OSC_LOG_LEVEL is "loud"; it is one of error/,
  },
  { name: "neither true nor false", values: { OSC_LOG_STDOUT: "yes" }, sentence: /OSC_LOG_STDOUT is "yes"/ },
  {
    name: "a heap without a unit",
    values: { OSC_HEAP: "2048" },
    sentence: /OSC_HEAP is "2048"; it is a number with m or g/,
  },
  { name: "an unknown time zone", values: { TZ: "Mars/Base" }, sentence: /TZ is "Mars\/Base"/ },
  { name: "an unknown kind of key", values: { OSC_TLS: "mine" }, sentence: /OSC_TLS is "mine"; it is own or shipped/ },
  {
    name: "a keystore that is not there",
    values: { OSC_TLS_KEYSTORE: "/no", OSC_TLS_KEYSTORE_PASSWORD: "x" },
    sentence: /names \/no, which/,
  },
  {
    name: "a keystore without a password",
    values: { OSC_TLS_KEYSTORE: "/given/key.p12" },
    sentence: /needs OSC_TLS_KEYSTORE_PASSWORD, or/,
  },
  {
    name: "a wrong keystore password",
    values: { OSC_TLS_KEYSTORE: "/given/key.p12", OSC_TLS_KEYSTORE_PASSWORD: "wrong-one" },
    sentence: /key\.p12, which does not open with the password given: .*password was incorrect/,
  },
  {
    name: "a password twice",
    values: { OSC_TLS_KEYSTORE_PASSWORD: "x", OSC_TLS_KEYSTORE_PASSWORD_FILE: "/given/password" },
    sentence: /are both set: give one/,
  },
  {
    name: "an empty password file",
    values: { OSC_TLS_KEYSTORE_PASSWORD_FILE: "/given/empty" },
    sentence: /\/given\/empty, which is empty/,
  },
  {
    name: "a keystore with two keys",
    values: { OSC_TLS_KEYSTORE: "/given/two-keys.p12", OSC_TLS_KEYSTORE_PASSWORD_FILE: "/given/password" },
    sentence: /must hold one private key, not 2/,
  },
  {
    name: "a truststore with a key",
    values: { OSC_TRUSTSTORE: "/given/key.p12", OSC_TRUSTSTORE_PASSWORD_FILE: "/given/password" },
    sentence: /which holds a key/,
  },
  {
    name: "a truststore that would replace OSC's own key",
    values: { OSC_TRUSTSTORE: "/given/clash.jks", OSC_TRUSTSTORE_PASSWORD_FILE: "/given/password" },
    sentence: /has an entry called internal/,
  },
  {
    name: "a short password for OSC's own stores",
    values: { OSC_KEYSTORE_PASSWORD: "elevencharl" },
    sentence: /OSC_KEYSTORE_PASSWORD is too short: it needs 12 characters/,
  },
  {
    name: "a password for OSC's own stores that its files would read otherwise",
    values: { OSC_KEYSTORE_PASSWORD: "a \\ in the middle" },
    sentence: /OSC_KEYSTORE_PASSWORD has other characters than letters/,
  },
  {
    name: "a password for OSC's own stores twice",
    values: { OSC_KEYSTORE_PASSWORD: "a-given-password", OSC_KEYSTORE_PASSWORD_FILE: "/given/password" },
    sentence: /OSC_KEYSTORE_PASSWORD and OSC_KEYSTORE_PASSWORD_FILE are both set/,
  },
  {
    name: "an old password for OSC's own stores alone",
    values: { OSC_KEYSTORE_PASSWORD_OLD_FILE: "/given/password" },
    sentence: /OSC_KEYSTORE_PASSWORD_OLD needs OSC_KEYSTORE_PASSWORD/,
  },
  {
    name: "a password for OSC's own stores, and a Java without jjs",
    values: { OSC_KEYSTORE_PASSWORD_FILE: "/given/password", JAVA_HOME: "/given/jre", OSC_JAVA_VERSION: "any" },
    sentence: /OSC_KEYSTORE_PASSWORD needs the program jjs of Java 8, and beside \/given\/jre\/bin\/java there is none/,
  },
  {
    name: "a login without a password",
    values: { OSC_HEALTH_USER: "admin" },
    sentence: /OSC_HEALTH_USER needs OSC_HEALTH_PASSWORD/,
  },
  {
    name: "Java 21",
    values: { JAVA_HOME: "/given/jre", OSC_JAVA_VERSION: "8" },
    sentence: /OSC needs Java 8, and \/given\/jre\/bin\/java is Java 21/,
  },
  {
    name: "no place for its data",
    values: {},
    sentence: /root cannot write in .*\/data: give a volume/,
    options: LEAST,
  },
  {
    name: "no /tmp to write in",
    values: {},
    sentence: /root cannot make \/tmp\/osc: give a tmpfs/,
    options: ["--read-only", "--tmpfs", DATA],
  },
  {
    name: "a full volume",
    values: {},
    sentence: /there are \d+ kB left .* needs 20480/,
    options: ["--tmpfs", `${DATA}:size=8m`],
  },
  {
    name: "data of another user",
    values: {},
    sentence: /osc cannot write in .*\/data: give a volume there that belongs to uid 42999/,
    options: ["--user", "osc"],
  },
  {
    name: "a keystore of OSC's that lost the database's password",
    values: {},
    sentence: /mainKeyStore\.p12 is empty/,
    options: ["--volume", "/dev/null:/opt/vmidc/bin/data/mainKeyStore.p12"],
  },
];

/** Defines the tests. */
export function describeRefusals(containers: () => Containers, image: () => string, given: () => string[]): void {
  describe("ends at once, with a sentence and 78,", () => {
    const said = new Map<string, Ended>();
    before(async () => {
      // a few side by side
      const waiting = [...REFUSALS];
      const worker = async (): Promise<void> => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
          const { name, values, options = [] } = one;
          said.set(name, await containers().ended(image(), [...given(), ...environment(values), ...options]));
        }
      };
      await Promise.all([worker(), worker(), worker()]);
    });
    for (const { name, sentence } of REFUSALS) {
      it(`when it is given ${name}`, () => {
        const { code, stdout, stderr } = said.get(name) ?? { code: -1, stdout: "", stderr: "" };
        expect(stderr).to.match(sentence);
        expect(stderr.trim().split("\n"), "one sentence").to.have.lengthOf(1);
        expect(stdout).to.equal("");
        expect(code).to.equal(78);
      });
    }

    it("when a port is in use on its network", async () => {
      const holder = await containers().start(image(), ["--tmpfs", "/tmp"]);
      await holder.ready();
      const { code, stderr } = await containers().ended(image(), ["--network", `container:${holder.id}`]);
      expect(code).to.equal(78);
      expect(stderr).to.match(/OSC_API_PORT is 8090, and something else listens there/);
    });
  });
}
