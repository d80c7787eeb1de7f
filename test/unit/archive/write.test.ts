// SPDX-License-Identifier: Apache-2.0
import { setTimeout } from "node:timers/promises";
import { join } from "node:path";
import { expect } from "chai";
import { writeBytes, writeGzip } from "../../../src/archive/write.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("an archive whose file is there already", () => {
  const folder = temporaryFolder();

  for (const write of [writeBytes, writeGzip]) {
    it(`is refused, and nothing goes on being read for it: ${write.name}`, async () => {
      const file = await put(join(folder(), "there"), "theirs");
      let [begun, ended] = [0, 0];
      const bytes = (function* () {
        begun++;
        try {
          for (;;) yield new Uint8Array(1 << 16);
        } finally {
          ended++;
        }
      })();
      const failure = await write(file, bytes, new AbortController().signal).catch((thrown: unknown) => thrown);
      expect(failure).to.have.property("code", "EEXIST");
      await setTimeout(50);
      expect(ended).to.equal(begun);
    });
  }
});
