// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ERROR_DOCS, ERROR_PAGES } from "../../../scripts/docs/errors/index.ts";
import { SETTINGS } from "../../../src/config/settings.ts";
import { GIT_HINTS } from "../../../src/git/hints.ts";
import { KOLLA_HINTS } from "../../../src/kolla/hints.ts";
import { MAVEN_HINTS } from "../../../src/maven/hints.ts";
import { CODES } from "../../../src/system/errors.ts";

const ROOT = new URL("../../../", import.meta.url);
const inCheckout = (path: string) => fileURLToPath(new URL(path, ROOT));

/** The lines of a test, or of a group of them, that has a title: up to the next test. It must be one that runs. */
async function testOf(file: string, title: string): Promise<string> {
  const text = await readFile(inCheckout(file), "utf8");
  const found = ["it", "describe"].flatMap((kind) => ['"', "`"].map((quote) => `\n${kind}(${quote}${title}${quote},`));
  // at any depth
  const flat = text.replaceAll(/^ +/gm, "");
  expect(found.filter((call) => flat.includes(call)).length, `tests "${title}" in ${file}`).to.equal(1);
  const at = text.indexOf(title);
  const end = text.indexOf("\n  it(", at);
  return text.slice(at, end < 0 ? undefined : end);
}

describe("the pages of errors", () => {
  for (const code of CODES) {
    it(`say of ${code} what it means, what to do, and which test raises it`, async () => {
      const { example, settings, steps, raised, test } = ERROR_PAGES[code];
      expect(example.code).to.equal(code);
      expect([steps, raised].map((list) => list.length)).to.not.include(0);
      for (const key of settings) {
        expect(
          SETTINGS.some((one) => one.key === key),
          `there is a setting ${key}`,
        ).to.equal(true);
      }
      // a failure names its page: by that the test looks for the code
      expect(await testOf(...test), `${test.join(": ")} looks for ${code}`).to.match(new RegExp(`\\b${code}\\b`));
    });
  }

  it("are all that lies in their folder", async () => {
    const made = Object.keys(ERROR_DOCS).map((path) => basename(path));
    expect((await readdir(inCheckout("docs/errors"))).sort()).to.deep.equal(made.sort());
  });

  it("have what is known of each program's messages", () => {
    const pages = ["KOLLA_FAILED", "BUILD_FAILED", "SOURCE_UNREACHABLE"].map((code) =>
      ERROR_DOCS[`docs/errors/${code}.md`]?.(),
    );
    for (const [at, hints] of [KOLLA_HINTS, MAVEN_HINTS, GIT_HINTS].entries()) {
      for (const { hint } of hints) expect(pages[at]).to.include(hint.replaceAll("|", "\\|"));
    }
  });
});
