// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { isLive, settleColor, wantsColor } from "../../../src/cli/terminal.ts";
import { MemoryStream } from "../../support/unit-stream.ts";

const PIPE = new MemoryStream();
const TERMINAL = Object.assign(new MemoryStream(), { isTTY: true });

describe("the terminal", () => {
  it("shows live progress unless it is none, is CI's, or takes lines only", () => {
    expect(isLive(TERMINAL, {})).to.equal(true);
    expect(isLive(TERMINAL, { CI: "false", TERM: "xterm" })).to.equal(true);
    expect(isLive(PIPE, {})).to.equal(false);
    expect(isLive(TERMINAL, { CI: "true" })).to.equal(false);
    expect(isLive(TERMINAL, { TERM: "dumb" })).to.equal(false);
  });

  const CASES: readonly (readonly [string, boolean, MemoryStream, Record<string, string>, boolean])[] = [
    ["a terminal", true, TERMINAL, {}, true],
    ["a pipe", true, PIPE, {}, false],
    ["CI", true, TERMINAL, { CI: "1" }, false],
    ["a dumb terminal", true, TERMINAL, { TERM: "dumb" }, false],
    ["--no-color", false, TERMINAL, { FORCE_COLOR: "1" }, false],
    ["NO_COLOR", true, TERMINAL, { NO_COLOR: "1" }, false],
    ["NO_COLOR against FORCE_COLOR", true, TERMINAL, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    ["an empty NO_COLOR, which says nothing", true, TERMINAL, { NO_COLOR: "" }, true],
    ["FORCE_COLOR in a pipe", true, PIPE, { FORCE_COLOR: "1" }, true],
    ["FORCE_COLOR in CI", true, PIPE, { FORCE_COLOR: "3", CI: "true" }, true],
    ["FORCE_COLOR=0 on a terminal", true, TERMINAL, { FORCE_COLOR: "0" }, false],
  ];
  for (const [what, option, stream, env, wanted] of CASES) {
    it(`${wanted ? "has" : "has no"} colours: ${what}`, () => {
      expect(wantsColor(option, stream, env)).to.equal(wanted);
    });
  }

  it("leaves one variable, which those who paint look at", () => {
    const env: NodeJS.ProcessEnv = { NO_COLOR: "", FORCE_COLOR: "0", LANG: "C" };
    settleColor(true, env);
    expect(env).to.deep.equal({ LANG: "C", FORCE_COLOR: "1" });
    settleColor(false, env);
    expect(env).to.deep.equal({ LANG: "C", NO_COLOR: "1" });
  });
});
