// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { useSandbox } from "../support/integration-fakes.ts";

describe("the fake programs of these tests", () => {
  const box = useSandbox("fakes");

  it("exit with 97 and are noticed when they are called in a way that nobody foresaw", () => {
    box.fake("tool", { "--version": "echo 1", "'build '*": "echo built" });
    const call = (...args: string[]) => spawnSync(join(box.bin, "tool"), args, { encoding: "utf8" });
    expect(call("--version")).to.include({ status: 0, stdout: "1\n" });
    expect(call("build", "a b")).to.include({ status: 0, stdout: "built\n" });
    expect(box.calls("tool")).to.deep.equal([["--version"], ["build", "a b"]]);
    expect(box.takeUnforeseen()).to.equal("");
    expect(call("destroy")).to.include({ status: 97 });
    expect(box.takeUnforeseen()).to.equal("unforeseen: tool destroy\n");
  });
});
