// SPDX-License-Identifier: Apache-2.0
// Folders whose names have blanks, umlauts, an apostrophe and a =, with the real Maven and the real kolla-build.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import { configure, configureFakes, expectDone, expectFailure, useSandbox } from "../support/integration-fakes.ts";
import { countMaven, fillRepository, QUICK } from "../support/integration-maven.ts";
import { checkoutOf, commit, git, LIBRARIES, sample } from "../support/integration-sample.ts";
import { CHECKOUT, filesBelow } from "../support/sandbox.ts";

const ODD = "Bärbels  Büro (o'Neill) a=b & co";

/** The real kolla-build, which make setup makes. */
function kollaBuild(): string {
  const file = join(CHECKOUT, ".osc-kolla/setup.json");
  const record = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as { defaults: Record<string, string> })
    : undefined;
  const kolla = record?.defaults["kolla.command"];
  if (kolla === undefined) throw new Error(`${file} names no kolla-build: run make setup`);
  return kolla;
}

describe("folders with odd names", () => {
  const box = useSandbox("odd");
  const odd = (...names: string[]) => join(box.root, ODD, ...names);
  let result: Result;

  before("everything lies in them; the context is written there", async () => {
    mkdirSync(odd(), { recursive: true });
    cpSync(sample().folder, odd("repositories"), { recursive: true });
    const libraries = LIBRARIES.map((name) => ({ name, url: `repositories/${name}.git` }));
    const tree = checkoutOf(sample().core);
    commit(tree, { "osc-server-bom/root/opt/vmidc/bin/added.txt": "by a patch\n" });
    box.write(`${ODD}/patches/0001 o'patch=ü.patch`, `${git(tree, "format-patch", "--stdout", "-1")}\n`);
    configure(box, {
      ...{ work_dir: "wörk =/.osc-kolla", output_dir: "o'ut =", libraries },
      source: { url: "repositories/osc-core.git", patches: ["patches"] },
      kolla: { command: "kolla =/kolla-build" },
    });
    cpSync(join(box.cwd, "osc-kolla.yaml"), odd("my 'own' =ä.yaml"));
    countMaven(box);
    mkdirSync(odd("kolla ="));
    symlinkSync(kollaBuild(), odd("kolla =/kolla-build"));
    box.write(`${ODD}/home/.m2/settings.xml`, "<settings/>");
    box.write(`${ODD}/home/.kolla/kolla-build.conf`, "[DEFAULT]\nnamespace = operator\n");
    await fillRepository(odd("wörk =/.osc-kolla"));
    const run = await box.run(["context", "--config", "my 'own' =ä.yaml", "--json"], {
      ...{ cwd: odd(), env: { ...QUICK, HOME: odd("home") } },
    });
    expectDone(run);
    result = JSON.parse(run.stdout) as Result;
  });

  it("hold the context and all else of the run; the patch was applied", () => {
    expect(result.results.context?.conf).to.equal(odd("o'ut =/kolla/kolla-build.conf"));
    expect(result.version).to.match(/\+p1$/);
    const files = filesBelow(odd("wörk =/.osc-kolla/distribution"));
    expect(files.filter((path) => path.endsWith("/added.txt"))).to.have.length(1);
    expect(readdirSync(odd()).sort()).to.deep.equal(
      ["home", "kolla =", "my 'own' =ä.yaml", "o'ut =", "patches", "repositories", "wörk ="].sort(),
    );
    expect(filesBelow(odd("home")).length, "of the home folder's files and folders").to.equal(4);
  });

  it("give a line for kolla-build that a shell understands: the real one renders what is there", async () => {
    const again = await box.run(["context", "--config", "my 'own' =ä.yaml"], {
      ...{ cwd: odd(), env: { ...QUICK, HOME: odd("home") } },
    });
    expectDone(again);
    const [, line = ""] = /^Next:\n {2}(.*)$/m.exec(again.stdout) ?? [];
    expect(line).to.match(/^env DOCKER_HOST=/);
    const work = odd("rendered =");
    const rendering = `${line} --template-only --work-dir "$1"`;
    execFileSync("sh", ["-c", rendering, "sh", work], { env: { ...process.env, HOME: odd("home") }, stdio: "ignore" });
    const dockerfile = readFileSync(join(work, "docker/osc-base/Dockerfile"), "utf8");
    expect(dockerfile).to.include("FROM operator/base:");
    for (const { file } of result.results.context?.archives ?? []) {
      expect(dockerfile).to.include(`ADD ${file} /`);
      expect(existsSync(join(work, "docker/osc-base", file))).to.equal(true);
    }
  });

  it("give a tarball that tar reads and whose sums are right", async () => {
    expectDone(
      await box.run(["tarball", "--config", "my 'own' =ä.yaml"], {
        ...{ cwd: odd(), env: { ...QUICK, HOME: odd("home") } },
      }),
    );
    const said = execFileSync("sha256sum", ["-c", "SHA256SUMS"], { cwd: odd("o'ut =/tarballs"), encoding: "utf8" });
    expect(said).to.match(/^osc-1\.0\.0-SNAPSHOT-2-g[0-9a-f]+\+p1\.tar\.gz: OK$/m);
  });
});

describe("folders whose names kolla-build cannot take", () => {
  const box = useSandbox("refused");
  const path = () => [box.bin, process.env["PATH"]].join(delimiter);

  before(() => configureFakes(box));

  for (const [name, shown] of [
    ["with a $HOME in it", "a$b"],
    ["with a line break", "a\nb"],
  ] as const) {
    for (const option of ["--work-dir", "--output-dir"]) {
      it(`${name}, as ${option}: refused before anything is done, with the reason`, async () => {
        const folder = join(box.root, shown);
        const run = await box.run(["context", option, folder], { env: { PATH: path() } });
        expectFailure(run, 2, `${option}: `, "a path without $ and control characters", "BAD_CONFIGURATION.md");
        expect(existsSync(folder)).to.equal(false);
        expect(box.calls("mvn")).to.deep.equal([]);
      });
    }
  }

  it("as the working directory, where the default folders would lie: refused too", async () => {
    configureFakes(box, { work_dir: undefined, output_dir: undefined });
    const cwd = join(box.root, "c$d");
    mkdirSync(cwd);
    cpSync(join(box.cwd, "osc-kolla.yaml"), join(cwd, "osc-kolla.yaml"));
    const run = await box.run(["context"], { cwd });
    expectFailure(run, 2, `${cwd}/.osc-kolla`, "a path without $ and control characters");
    expect(readdirSync(cwd)).to.deep.equal(["osc-kolla.yaml"]);
  });
});
