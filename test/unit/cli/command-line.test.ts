// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { interrupted } from "../../../src/system/errors.ts";
import { VERSION } from "../../../src/system/package.ts";
import { runCommand } from "../../support/unit-command.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";
import { MemoryStream } from "../../support/unit-stream.ts";
import { CONTEXT_STAGES, IMAGE_STAGES } from "../../support/stage-ids.ts";

/** Where a defect's message names its report. */
const REPORT = /report it with the file (\/\S+\.txt) /;

describe("the command", () => {
  const folder = temporaryFolder();
  const run = (...argv: string[]) => runCommand(argv, { cwd: folder() });

  interface Failure {
    readonly ok: boolean;
    readonly error: { readonly code: string; readonly message: string; readonly hint?: string; readonly log?: string };
  }

  describe("asked for help", () => {
    it("lists its commands on stdout and ends well", async () => {
      const { exitCode, stdout, stderr } = await run("--help");
      expect([exitCode, stderr]).to.deep.equal([0, ""]);
      for (const command of ["image", "context", "tarball", "doctor", "config"]) {
        expect(stdout).to.match(new RegExp(`^  ${command}\\b.*`, "m"));
      }
    });

    for (const command of ["image", "context", "tarball", "doctor", "config"]) {
      it(`shows the options of ${command}, and an example`, async () => {
        const { exitCode, stdout, stderr } = await run(command, "--help");
        expect([exitCode, stderr]).to.deep.equal([0, ""]);
        for (const option of [
          "--config <file>",
          "--set <key=value>",
          "--ref <ref>",
          "--work-dir <dir>",
          "--base-tag",
        ]) {
          expect(stdout).to.include(option);
        }
        expect(stdout).to.match(new RegExp(`Example:\n  osc-kolla ${command} `));
      });
    }

    it("tells its version", async () => {
      expect(await run("--version")).to.deep.equal({ exitCode: 0, stdout: `${VERSION}\n`, stderr: "" });
    });
  });

  describe("typed wrongly", () => {
    const WRONG = [
      ["an unknown option", ["image", "--nonsense"], /unknown option '--nonsense'/],
      ["an unknown command", ["imagine"], /unknown command 'imagine'/],
      ["an option without its value", ["image", "--ref"], /--ref <ref>.*argument missing/],
      ["a setting without a value", ["image", "--set", "kolla.tag"], /KEY=VALUE/],
      ["a setting without a name", ["image", "--set", "=x"], /KEY=VALUE/],
      ["a misspelt option", ["image", "--outputdir", "x"], /unknown option '--outputdir'\n.*--output-dir/],
      ["a misspelt command", ["imagge"], /unknown command 'imagge'\n.*image/],
      ["a misspelt command of config", ["config", "inti"], /no command "inti"; did you mean init\?/],
      ["an option that config init has not", ["config", "init", "--frce"], /unknown option '--frce'\n.*--force/],
      ["words that nobody asked for", ["tarball", "now"], /too many arguments/],
    ] as const;
    for (const [what, argv, said] of WRONG) {
      it(`says so, and ends with 2: ${what}`, async () => {
        const { exitCode, stdout, stderr } = await run(...argv);
        expect([exitCode, stdout]).to.deep.equal([2, ""]);
        expect(stderr).to.match(said).and.include("osc-kolla --help");
        expect(stderr).to.match(/^osc-kolla failed while reading the command line:\n {2}\S/);
        expect(stderr).to.not.include("error: ");
      });
    }

    it("answers a program with one JSON object on stdout, and people on stderr", async () => {
      const { exitCode, stdout, stderr } = await run("image", "--json", "--nonsense");
      expect(exitCode).to.equal(2);
      expect(stdout.split("\n")).to.have.lengthOf(2);
      const { ok, error } = JSON.parse(stdout) as Failure;
      expect([ok, error.code]).to.deep.equal([false, "USAGE"]);
      expect(error.message).to.include("--nonsense");
      expect(error.hint).to.include("--help");
      expect(stderr).to.include("--nonsense");
    });

    it("does not take what is meant for kolla-build as its own", async () => {
      const { exitCode, stdout, stderr } = await run("image", "--nonsense", "--", "--json", "--help");
      expect([exitCode, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.include("--nonsense");
    });
  });

  describe("with wrong settings", () => {
    it("names every fault, for people and for programs", async () => {
      await put(join(folder(), "osc-kolla.yaml"), "sauce: 1\nkolla:\n  engine: lxc\n");
      const { exitCode, stdout, stderr } = await run("tarball", "--json", "--tag", "a b");
      expect(exitCode).to.equal(2);
      const { error } = JSON.parse(stdout) as Failure;
      expect(error.code).to.equal("BAD_CONFIGURATION");
      for (const fault of ["osc-kolla.yaml:1:1: ", "osc-kolla.yaml:3:11: kolla.engine", "--tag: kolla.tag"]) {
        expect(stderr).to.include(`\n  ${fault}`);
        expect(error.message).to.include(fault);
      }
      expect(await readdir(folder())).to.deep.equal(["osc-kolla.yaml"]);
    });

    it("names the file that is not there", async () => {
      const { exitCode, stderr } = await run("config", "--config", "mine.yaml");
      expect(exitCode).to.equal(2);
      expect(stderr).to.include("mine.yaml: there is no such file");
    });
  });

  describe("in a dry run", () => {
    it("says what it would do and why, asks nothing of another machine and touches nothing", async () => {
      const { exitCode, stdout, stderr } = await run(
        "image",
        "--dry-run",
        "--set",
        "kolla.command=kolla-build",
        "--",
        "--threads",
        "2",
      );
      expect([exitCode, stderr]).to.deep.equal([0, ""]);
      const heads = stdout.split("\n").filter((line) => !line.startsWith(" "));
      expect(heads.map((line) => line.split(" ")[0])).to.deep.equal([...IMAGE_STAGES, ""]);
      expect(stdout).to.match(/^ {2}\$ \(cd '<.*\.git, half made>' && git .*fetch --progress /m);
      expect(stdout).to.match(/^images .*\n {2}its commands are not known: there is no program "kolla-build"$/m);
      expect(stdout).to.match(/^source +would run: it has not been done yet$/m);
      expect(stdout).to.match(/^images +would run: it depends on what context will give$/m);
      expect(await readdir(folder())).to.deep.equal([]);
    });

    it("tells a program the same", async () => {
      const { stdout, stderr } = await run("tarball", "--dry-run", "--json");
      const plan = JSON.parse(stdout) as { ok: boolean; dryRun: boolean; stages: { id: string; runs: boolean }[] };
      expect([plan.ok, plan.dryRun, stderr]).to.deep.equal([true, true, ""]);
      expect(plan.stages.map(({ id, runs }) => `${id} ${String(runs)}`)).to.deep.equal(
        ["source", "jre", ...CONTEXT_STAGES.slice(2, -1), "tarball", "provenance"].map((id) => `${id} true`),
      );
    });
  });

  describe("that cannot go on", () => {
    it("says who holds the work folder, and ends with 8", async () => {
      const holder = { pid: 1, host: "elsewhere", since: "2026-11-23T02:00:00Z", doing: "osc-kolla image" };
      await put(join(folder(), "work/.osc-kolla/lock.json"), JSON.stringify(holder));
      const { exitCode, stdout, stderr } = await run(
        "tarball",
        "--work-dir",
        "work/.osc-kolla",
        "--lock-timeout",
        "0",
        "--json",
      );
      expect(exitCode).to.equal(8);
      expect((JSON.parse(stdout) as Failure).error.code).to.equal("LOCKED");
      expect(stderr).to.include("process 1 on elsewhere since 2026-11-23T02:00:00Z").and.include("--work-dir");
    });

    it("refuses a work folder that holds somebody else's files, and leaves them", async () => {
      await put(join(folder(), "mine/logs/app.log"), "x");
      const { exitCode, stderr } = await run("tarball", "--work-dir", "mine");
      expect(exitCode).to.equal(2);
      expect(stderr).to.include(join(folder(), "mine")).and.include("--work-dir");
      expect(await readdir(join(folder(), "mine"))).to.deep.equal(["logs"]);
    });

    it("refuses a ref that git would take for an option, and gives the work folder back", async () => {
      const { exitCode, stderr } = await run("tarball", "--ref=--upload-pack=x", "-q");
      expect(exitCode).to.equal(4);
      expect(stderr).to.include("--upload-pack=x");
      expect(await readdir(join(folder(), ".osc-kolla"))).to.not.include("lock.json");
    });

    for (const [signal, code] of [
      ["SIGHUP", 129],
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      it(`ends with ${String(code)} after ${signal}, whatever broke because of it`, async () => {
        const stopped = AbortSignal.abort(interrupted(signal));
        const argv = ["tarball", "--json", "-q", "--ref", ".."];
        const { exitCode, stdout, stderr } = await runCommand(argv, { cwd: folder(), signal: stopped });
        expect(exitCode).to.equal(code);
        expect((JSON.parse(stdout) as Failure).error.code).to.equal("INTERRUPTED");
        expect(stderr).to.include(`stopped by ${signal}`);
      });
    }

    it("owns up to a defect of its own, with 1", async () => {
      class BrokenStream extends MemoryStream {
        override write(): boolean {
          throw new TypeError("cannot read x");
        }
      }
      const { exitCode, stderr } = await runCommand(["config"], { cwd: folder(), stdout: new BrokenStream() });
      expect(exitCode).to.equal(1);
      expect(stderr).to.include("TypeError: cannot read x").and.include("report it");
      await rm(String(REPORT.exec(stderr)?.[1]));
    });

    it("leaves a report of it beside the logs, or tells it all the same where none can be written", async () => {
      const argv = ["tarball", "--work-dir", "work", "-q", "--source-url", "https://me:hunter2@h/osc"];
      const crash = () => {
        throw new TypeError("no clock for https://me:hunter2@h/");
      };
      const { exitCode, stderr } = await runCommand(argv, { cwd: folder(), clock: crash });
      expect(exitCode).to.equal(1);
      const file = String(REPORT.exec(stderr)?.[1]);
      expect(dirname(file)).to.equal(join(folder(), "work/logs"));
      const report = await readFile(file, "utf8");
      expect(report).to.include("TypeError: no clock for https://***@h/").and.include(`osc-kolla ${VERSION}`);
      expect(report).to.include('source.url: "https://***@h/osc" (--source-url)').and.not.include("hunter2");

      const without = await runCommand(argv, { cwd: folder(), clock: crash, now: crash });
      expect(without.exitCode).to.equal(1);
      expect(without.stderr).to.include("no clock for https://***@h/").and.include("report it with the lines above");
    });
  });
});
