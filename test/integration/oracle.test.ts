// SPDX-License-Identifier: Apache-2.0
/** Broken configurations, with what the oracle says of each, and what the real kolla-build says. */
import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { OracleReport } from "../../src/cli/oracle-text.ts";
import { CASES, type OracleCase } from "../../scripts/docs/oracle/cases.ts";
import { CHECKOUT, Sandbox } from "../support/sandbox.ts";

const execute = promisify(execFile);
type Variables = Readonly<Record<string, string>>;

const KOLLA = join(CHECKOUT, ".osc-kolla/venv/bin/kolla-build");

/** A case's files in a folder of their own. */
function sandboxOf({ files }: Pick<OracleCase, "files">): Sandbox {
  const sandbox = new Sandbox("oracle");
  for (const [path, content] of Object.entries(files)) sandbox.write(`cwd/${path}`, content);
  return sandbox;
}

async function ask(sandbox: Sandbox, args: readonly string[], given: readonly string[], env: Variables = {}) {
  const options = ["--set", `kolla.command=${KOLLA}`, "--json", ...args];
  const run = await sandbox.run(["doctor", "--kolla", ...options, "--", ...given], {
    env: { HOME: sandbox.cwd, ...env },
  });
  return { ...run, report: JSON.parse(run.stdout) as OracleReport };
}

/** The last line of what kolla-build says, and all of it. */
async function kollaBuild(cwd: string, args: readonly string[]) {
  const env = { ...process.env, HOME: cwd, PYTHONDONTWRITEBYTECODE: "1" };
  const all = [...args, "--template-only", "--work-dir", join(cwd, "kolla-work")];
  const result = await execute(KOLLA, all, { cwd, env, maxBuffer: 1 << 26 }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (thrown: unknown) => {
      const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string };
      return { code, said: stdout + stderr };
    },
  );
  return { ...result, last: result.said.trimEnd().split("\n").at(-1) ?? "" };
}

/** A kolla like the installed one, but for what `change` makes of its source: a venv as Python knows them. */
async function otherKolla(sandbox: Sandbox, change: (kolla: string) => void): Promise<string> {
  const real = join(CHECKOUT, ".osc-kolla/venv");
  const python = join(real, "bin/python");
  const ask = "import sysconfig; print(sysconfig.get_paths()['purelib'])";
  const library = (await execute(python, ["-c", ask])).stdout.trim();
  const venv = join(sandbox.root, "other");
  const own = join(venv, library.slice(real.length));
  mkdirSync(join(venv, "bin"), { recursive: true });
  cpSync(join(library, "kolla"), join(own, "kolla"), { recursive: true });
  cpSync(join(real, "pyvenv.cfg"), join(venv, "pyvenv.cfg"));
  // the modules of the real one, behind its own
  sandbox.write(`other/${own.slice(venv.length + 1)}/real.pth`, `${library}\n`);
  symlinkSync(realpathSync(python), join(venv, "bin/python"));
  const script = readFileSync(KOLLA, "utf8").replace(/^#!.*/, `#!${join(venv, "bin/python")}`);
  sandbox.write("other/bin/kolla-build", script, 0o755);
  change(join(own, "kolla"));
  return venv;
}

function replaceIn(file: string, old: string, now: string): void {
  const text = readFileSync(file, "utf8");
  expect(text, file).to.include(old);
  writeFileSync(file, text.replaceAll(old, now));
}

describe("the oracle, and beside it kolla-build", () => {
  for (const one of CASES) {
    it(`names the fault: ${one.wrong}`, async () => {
      const sandbox = sandboxOf(one);
      const { code, stderr, report } = await ask(sandbox, ["--image", "cron"], one.args);
      const plain = (text: string) =>
        text.replaceAll(`${sandbox.cwd}/`, "").replaceAll(/\/\S*\/kolla\/docker\//g, "KOLLA/");
      const faults = report.checks.filter(({ level }) => level !== "good");
      const told = faults.map(({ level, found, mend }) => [
        level,
        plain(found),
        plain((mend ?? "").split("\n")[0] ?? ""),
      ]);
      expect(told).to.deep.equal([[one.level, one.found, one.mend]]);
      expect([code, stderr, report.ok]).to.deep.equal([one.level === "bad" ? 2 : 0, "", one.level !== "bad"]);
      if (one.kolla !== null) {
        const said = await kollaBuild(sandbox.cwd, one.args);
        expect(said.last, said.said).to.equal(one.kolla);
        expect(said.code).to.not.equal(0);
      }
    });
  }

  it("finds kolla-build silent about all faults that the table says so of, in force together", async () => {
    const silent = CASES.filter(({ kolla }) => kolla === null);
    const files = Object.fromEntries(silent.flatMap((one) => Object.entries(one.files)));
    expect(Object.keys(files).length).to.equal(silent.flatMap((one) => Object.keys(one.files)).length);
    const said = await kollaBuild(
      sandboxOf({ files }).cwd,
      silent.flatMap(({ args }) => args),
    );
    const ordinary =
      /^INFO:kolla\.common\.utils:(Using engine: |Found the container image folder at |Dockerfiles are generated in )/;
    const lines = said.said.split("\n").filter((line) => line !== "" && !ordinary.test(line));
    expect([said.code, lines]).to.deep.equal([0, []]);
  });
});

describe("the oracle", () => {
  const CONF = "[DEFAULT]\nbase = debian\n";

  it("tells where each option comes from: a line of a file, the last one that counts, the command line, a variable", async () => {
    const sandbox = sandboxOf({
      files: {
        ".kolla/kolla-build.conf": `${CONF}namespace = mine\ntag = 1\nmaintainer = me\n\n[cron]\ntype = local\n`,
        "more.conf": "[DEFAULT]\ntag = 2\n\n  \n# a remark\nnamespace = x\nregistry =\n  registry.example.org\n",
      },
    });
    const args = ["--config-file", ".kolla/kolla-build.conf", "--config-file", "more.conf", "--namespace", "acme"];
    const { report } = await ask(sandbox, ["--image", "cron"], args, { OS_DEFAULT__MAINTAINER: "you" });
    const origin = (name: string, section = "DEFAULT") => {
      const option = report.options.find((one) => one.section === section && one.name === name);
      return [option?.value, ...(option?.origin ?? [])];
    };
    const at = (file: string, line: number) => ({ file: join(sandbox.cwd, file), line });
    expect(origin("base")).to.deep.equal(["debian", at(".kolla/kolla-build.conf", 2)]);
    expect(origin("tag")).to.deep.equal(["2", at("more.conf", 2)]);
    expect(origin("namespace")).to.deep.equal(["acme", { commandLine: true }]);
    expect(origin("registry")).to.deep.equal(["\nregistry.example.org", at("more.conf", 7)]);
    expect(origin("type", "cron")).to.deep.equal(["local", at(".kolla/kolla-build.conf", 8)]);
    expect(origin("maintainer")).to.deep.equal(["you", { environment: "OS_DEFAULT__MAINTAINER" }]);
    expect(origin("threads")).to.deep.equal(["8"]);
  });

  it("shows osc as it will be before there is a context, in the operator's namespace, and leaves nothing behind", async () => {
    const files = {
      ".kolla/kolla-build.conf": `${CONF}namespace = acme\nregistry = http://me:geheimnis@registry.example.org\n`,
    };
    const sandbox = sandboxOf({ files });
    const temporary = sandbox.write("temporary/.keep", "");
    const { code, report, stdout } = await ask(sandbox, ["--image", "osc"], ["--tag", "7"], {
      TMPDIR: dirname(temporary),
    });
    expect([code, report.images.map(({ name }) => name)]).to.deep.equal([0, ["osc", "osc-base", "base"]]);
    expect(report.images[0]?.dockerfile).to.match(/^FROM http:\/\/\*\*\*@registry\.example\.org\/acme\/osc-base:7\n/);
    expect(report.images[0]?.dockerfile).to.include('CMD ["/opt/vmidc/bin/vmidc.sh", "--console", "--start"]');
    expect(report.checks.find(({ id }) => id === "kolla-context")?.found).to.include("not written yet");
    expect(stdout).to.not.include("geheimnis");
    expect(readdirSync(dirname(temporary))).to.deep.equal([".keep"]);
    expect(readdirSync(sandbox.cwd)).to.deep.equal([".kolla"]);
  });

  it("names a fault in an image that nobody asked for, because kolla-build would stop there", async () => {
    const override =
      "{% extends parent_template %}\n{% block etcd_footer %}\n{{ raise_error('not here') }}\n{% endblock %}\n";
    const sandbox = sandboxOf({
      files: { ".kolla/kolla-build.conf": `${CONF}template_override = own.j2\n`, "own.j2": override },
    });
    const { code, report } = await ask(sandbox, [], []);
    const bad = report.checks.filter(({ level }) => level === "bad");
    expect([code, ...bad.map(({ found }) => found)]).to.deep.equal([2, `${sandbox.cwd}/own.j2:3: not here\nat etcd`]);
  });

  it("tells what another kolla would change: values, images, the Dockerfile, and what becomes wrong", async () => {
    const override = "{% extends parent_template %}\n{% block cron_footer %}\n# mine\n{% endblock %}\n";
    const sandbox = sandboxOf({
      files: { "my.conf": `${CONF}squash_tmp_dir = /tmp\ntemplate_override = own.j2\n`, "own.j2": override },
    });
    const venv = await otherKolla(sandbox, (kolla) => {
      replaceIn(join(kolla, "common/config.py"), "'squash-tmp-dir'", "'squash-folder'");
      replaceIn(join(kolla, "common/config.py"), "'tag': 'trixie'", "'tag': 'forky'");
      replaceIn(join(kolla, "docker/cron/Dockerfile.j2"), "cron_footer", "cron_foot");
      rmSync(join(kolla, "docker/etcd"), { recursive: true });
    });
    const { code, report } = await ask(sandbox, ["--image", "cron", "--against", venv], ["--config-file", "my.conf"]);
    const { against } = report;
    expect([code, report.ok, against?.kolla.file]).to.deep.equal([0, true, join(venv, "bin/kolla-build")]);
    expect(against?.changed).to.deep.include({ name: "base_tag", before: "trixie", after: "forky" });
    expect(against?.changed).to.deep.include({ name: "squash_tmp_dir", before: "/tmp", after: null });
    expect([against?.imagesGone, against?.imagesNew]).to.deep.equal([["etcd"], []]);
    expect(against?.differences[0]?.diff).to.match(/^-FROM kolla\/base:\S+-debian-trixie$/m);
    expect(against?.differences[0]?.diff).to.match(/^-# mine$/m);
    expect(against?.checks.map(({ found, mend }) => [found.replaceAll(`${sandbox.cwd}/`, ""), mend])).to.deep.equal([
      ['my.conf:3: kolla has no option "squash_tmp_dir" in [DEFAULT]: it is not used', EVERY_OPTION],
      ['own.j2:2: no template has a block "cron_footer": it is not used', "Did you mean cron_foot?"],
    ]);
  });

  it("says what there is instead of an image, or of a kolla, that there is not", async () => {
    const sandbox = sandboxOf({ files: { "my.conf": CONF } });
    const wrong = (args: readonly string[]) =>
      sandbox.run(["doctor", "--kolla", "--set", `kolla.command=${KOLLA}`, ...args], { env: { HOME: sandbox.cwd } });
    const image = await wrong(["--image", "crom"]);
    expect([image.code, image.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 2 && /did you mean cron\?/.test(said),
    );
    const kolla = await wrong(["--against", "17"]);
    expect(kolla.code).to.equal(3);
    expect(kolla.stderr).to.match(
      /looking for kolla 17:\n {2}there is none here\n[^]*pip install 'kolla==17\.\*' docker/,
    );
  });

  it("cannot ask a kolla-build that is no script of a Python, and says what would do, which does", async () => {
    const sandbox = sandboxOf({ files: {} });
    const wrapper = sandbox.write("wrapper", `#!/bin/sh\nexec '${KOLLA}' "$@"\n`, 0o755);
    const through = ["doctor", "--kolla", "--json", "--set", `kolla.command=${wrapper}`];
    const { code, stdout } = await sandbox.run(through);
    expect([code, stdout]).to.satisfy(
      ([exit, said]: [number, string]) =>
        exit === 3 && said.includes("is no script of a Python") && said.includes("Set kolla.python"),
    );
    const image = ["--set", `kolla.python=${dirname(KOLLA)}/python`, "--image", "cron", "--", "--nobuildkit"];
    const told = await sandbox.run([...through, ...image], { env: { HOME: sandbox.cwd } });
    expect(told.code, told.stderr).to.equal(0);
    expect((JSON.parse(told.stdout) as OracleReport).images[0]?.dockerfile).to.include("LABEL ");
  });
});

const EVERY_OPTION = "`osc-kolla doctor --kolla --json` lists all that there are.";
