// SPDX-License-Identifier: Apache-2.0
/** Starts that OSC gives up, on the sample. */
import { expect } from "chai";
import { type Containers, DATA } from "./e2e-containers.ts";
import { environment } from "./e2e-given.ts";

/** Defines the tests. */
export function describeFailedStarts(containers: () => Containers, image: () => string): void {
  describe("after a failed start", () => {
    it("ends with the reason and a non-zero code where OSC would reboot the machine, each time", async () => {
      const volume = await containers().volume("failed");
      // a database that cannot be opened
      await containers().ended(image(), volume, "sh", "-c", `mkdir ${DATA}/vmiDCDB.h2.db`);
      for (const time of ["first", "second"]) {
        const { code, stderr } = await containers().ended(image(), [...volume, "--tmpfs", "/tmp"]);
        expect(code, time).to.equal(137);
        expect(stderr, time)
          .to.include("asked for a reboot of the machine; the container ends instead")
          .and.match(/Cannot start Server.*vmiDCDB\.h2\.db/);
      }
    });

    it("sets a database aside whose tables could not be made, and no other", async () => {
      const volume = await containers().volume("half-made");
      const failure = (at: string) =>
        `[ERROR| Start-Server| Server]: Cannot start Server (pid:7)\n\tat org.osc.${at}(X.java)\n`;
      const script = [
        ...[
          `mkdir -p ${DATA}/log`,
          `printf %s "$LOG" >${DATA}/log/securityBroker.log`,
          `echo 1 >${DATA}/vmiDCDB.h2.db`,
        ],
        ...["/sbin/reboot", "sleep 60"],
      ].join("; ");
      for (const [places, left] of [
        [["Schema.createSchema", "Server.open"], "vmiDCDB.h2.db"],
        [["Server.open", "Schema.createSchema"], "vmiDCDB.h2.db.half-made"],
      ] as const) {
        const log = environment({ LOG: places.map(failure).join("") });
        const { code } = await containers().ended(image(), [...volume, ...log], "sh", "-c", script);
        expect(code, left).to.equal(137);
        const { stdout } = await containers().ended(image(), volume, "sh", "-c", `cd ${DATA} && ls vmiDCDB*`);
        expect(stdout.trim()).to.equal(left);
      }
    });
  });
}
