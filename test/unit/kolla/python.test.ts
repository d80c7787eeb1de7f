// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import { findKolla } from "../../../src/kolla/program.ts";
import { programMemory } from "../../../src/system/programs.ts";
import { configWith } from "../../support/unit-config.ts";
import { failureOf } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

/** A Python that says what kolla can do, and otherwise runs a script as kolla-build 23. */
const PYTHON = `#!/bin/sh
case $1 in
-c) echo '{"bases":{"debian":"asked"},"buildkit":true}' ;;
*) echo 23.0.0 ;;
esac
`;

describe("the Python that kolla-build runs in", () => {
  const folder = temporaryFolder();
  const at = (...names: string[]) => join(folder(), ...names);

  /** Finds a kolla-build with this content, and a Python in a folder and on PATH. */
  async function found(script: string, python?: string) {
    for (const place of ["venv/bin/python3", "my venv/bin/python3", "path/python3.11"])
      await put(at(place), PYTHON, 0o755);
    await put(at("kolla-build"), script.replaceAll("%", folder()), 0o755);
    const { signal } = new AbortController();
    const config = configWith({ kolla: { command: at("kolla-build"), python } });
    const env = { PATH: `${at("path")}:${String(process.env["PATH"])}` };
    return findKolla({ config, env, cwd: folder(), signal, remember: programMemory(at("state"), true) });
  }

  const NAMED = {
    "its first line": ["#!%/venv/bin/python3\nimport re\n", "venv/bin/python3"],
    "its first line, with options, as a distribution's packages do": ["#!%/venv/bin/python3 -sP\n", "venv/bin/python3"],
    "env in its first line": ["#!/usr/bin/env python3.11\n", "path/python3.11"],
    "what pip writes for a path with blanks": [
      `#!/bin/sh\n'''exec' "%/my venv/bin/python3" "$0" "$@"\n' '''\nimport re\n`,
      "my venv/bin/python3",
    ],
    "what uv writes for one": [`#!/bin/sh\n'''exec' '%/my venv/bin/python3' "$0" "$@"\n' '''\n`, "my venv/bin/python3"],
    "what pip writes for a long path": [
      `#!/bin/sh\n'''exec' %/venv/bin/python3 "$0" "$@"\n' '''\n`,
      "venv/bin/python3",
    ],
  } as const;
  for (const [what, [script, python]] of Object.entries(NAMED)) {
    it(`is known by ${what}`, async () => {
      expect(await found(script)).to.deep.include({
        ...{ version: "23.0.0", python: at(python) },
        release: { bases: { debian: "asked" }, buildkit: true },
      });
    });
  }

  const WRAPPER = `#!/bin/sh\nexec '%/venv/bin/python3' kolla-build "$@"\n`;

  it("is not guessed from another script: what such a kolla can do is known by its version", async () => {
    const { python, release } = await found(WRAPPER);
    expect([python, release.bases["debian"]]).to.deep.equal([undefined, "trixie"]);
  });

  it("is the one that the settings name, before all others", async () => {
    const kolla = await found(WRAPPER, "python3.11");
    expect([kolla.python, kolla.release.bases["debian"]]).to.deep.equal([at("path/python3.11"), "asked"]);
    expect((await found("#!%/venv/bin/python3\n", at("path/python3.11"))).python).to.equal(at("path/python3.11"));
  });

  it("is missed where the settings name one that is not there, or one without kolla", async () => {
    const absent = await failureOf(() => found(WRAPPER, at("nowhere/python")));
    expect([absent.code, absent.reason]).to.deep.equal(["MISSING", `there is no program "${at("nowhere/python")}"`]);
    const other = await put(at("other/python"), "#!/bin/sh\necho \"No module named 'kolla'\" >&2\nexit 1\n", 0o755);
    const without = await failureOf(() => found(WRAPPER, other));
    expect(without.reason).to.equal(`${other}: No module named 'kolla'`);
    expect(without.hint).to.include("kolla.python");
  });
});
