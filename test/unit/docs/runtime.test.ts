// SPDX-License-Identifier: Apache-2.0
/** docs/runtime.md: its table of parameters against the scripts that read them and the tests that give them. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What the files below a folder say whose names fit, in one text. */
async function textOf(folder: string, names = /./): Promise<string> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && names.test(entry.name));
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")));
  return texts.join("\n");
}

describe("the table of parameters", () => {
  let parameters: string[] = [];
  const missing = (text: string) => parameters.filter((name) => !new RegExp(`\\b${name}(_FILE)?\\b`).test(text));

  before(async () => {
    const page = await readFile(join(ROOT, "docs/runtime.md"), "utf8");
    const table = page.slice(page.indexOf("| variable "), page.indexOf("Each password may stand in a file"));
    parameters = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = ""]) => name);
    expect(parameters).to.include.members(["OSC_API_PORT", "OSC_JAVA_VERSION"]);
  });

  it("names what the start script and the health check read, or the JVM", async () => {
    expect(missing(await textOf("kolla-overrides/runtime/usr"))).to.deep.equal([]);
  });

  it("has a test on the sample for each row", async () => {
    const shared = await textOf("test/support", /^e2e-/);
    expect(missing(shared + (await textOf("test/e2e", /^runtime\.test\.ts$/)))).to.deep.equal([]);
  });

  it("has a test on the real OSC for each row", async () => {
    const own = await textOf("test/support", /^osc-.*\.ts$|^e2e-stores\.ts$/);
    expect(missing(own + (await textOf("test/osc")))).to.deep.equal([]);
  });
});
