// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { useSandbox } from "../support/integration-fakes.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

describe("the version", () => {
  const box = useSandbox("launcher");

  for (const option of ["--version", "-V"]) {
    it(`is all that ${option} prints, by whatever way it is answered`, async () => {
      for (const args of [[option], [option, "image"]]) {
        const run = await box.run(args);
        expect(run).to.deep.equal({
          code: 0,
          endedBy: null,
          stdout: `${version}\n`,
          stderr: "",
        });
      }
    });
  }
});
