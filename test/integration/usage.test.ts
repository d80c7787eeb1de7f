// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync } from "node:fs";
import { configureFakes, expectDone, expectFailure, useSandbox } from "../support/integration-fakes.ts";

describe("a command line or a file that cannot be understood", () => {
  const box = useSandbox("usage");

  beforeEach(() => configureFakes(box));

  afterEach("no program was started, nothing was made", () => {
    expect(["mvn", "kolla-build", "docker"].flatMap((program) => box.calls(program))).to.deep.equal([]);
    expect([box.work, box.out].filter(existsSync)).to.deep.equal([]);
  });

  it("names an unknown option", async () => {
    expectFailure(
      await box.run(["image", "--frobnicate"]),
      2,
      "--frobnicate",
      "osc-kolla --help",
      "docs/errors/USAGE.md",
    );
    expectFailure(await box.run(["image", "--outputdir", "x"]), 2, "--outputdir", "--output-dir");
  });

  it("names an unknown command", async () => {
    expectFailure(await box.run(["imagine"]), 2, "imagine", "osc-kolla --help");
  });

  it("names an option whose value is missing", async () => {
    expectFailure(await box.run(["image", "--ref"]), 2, "--ref");
  });

  it("names an argument too many", async () => {
    expectFailure(await box.run(["image", "v0.8.0"]), 2, "image");
  });

  it("says how --set is written", async () => {
    expectFailure(await box.run(["image", "--set", "source.ref"]), 2, "--set", "KEY=VALUE");
  });

  it("names a setting that there is not", async () => {
    expectFailure(await box.run(["image", "--set", "source.reff=x"]), 2, '"source.reff"; did you mean source.ref?');
  });

  it("names a setting with a value that it does not take", async () => {
    expectFailure(await box.run(["image", "--set", "kolla.push=perhaps"]), 2, "--set kolla.push", "true or false");
    expectFailure(await box.run(["image", "--engine", "lxc"]), 2, "--engine", "docker", "podman");
    expectFailure(await box.run(["image", "--tag", "a b"]), 2, "--tag", "letters, digits");
    expectFailure(await box.run(["image", "--base", "{{ x }}"]), 2, "--base", "letters, digits");
  });

  it("names a variable that belongs to no setting", async () => {
    const run = await box.run(["image"], { env: { OSC_KOLLA_SOURCE_REFF: "x" } });
    expectFailure(run, 2, "OSC_KOLLA_SOURCE_REFF", "did you mean OSC_KOLLA_SOURCE_REF?");
  });

  it("names a file that is not there", async () => {
    expectFailure(await box.run(["image", "--config", "gone.yaml"]), 2, "gone.yaml", "no such file");
  });

  it("names every fault of osc-kolla.yaml at once, each with its line and column", async () => {
    box.write(
      "cwd/osc-kolla.yaml",
      [
        "source:",
        "  ref: ''",
        "  uri: x",
        "kolla:",
        "  push: perhaps",
        "  engine: lxc",
        "libraries:",
        "  - name: a",
        "",
      ].join("\n"),
    );
    expectFailure(
      await box.run(["image"]),
      2,
      "docs/errors/BAD_CONFIGURATION.md",
      "osc-kolla.yaml:2:8",
      'osc-kolla.yaml:3:3: there is no setting "source.uri"',
      "osc-kolla.yaml:5:9: kolla.push",
      "osc-kolla.yaml:6:11: kolla.engine",
      "osc-kolla.yaml:8:5: libraries[0].url: it is missing",
    );
  });

  it("names the line and column of a fault inside a list", async () => {
    box.write("cwd/osc-kolla.yaml", "libraries:\n  - name: a\n    url: /a.git\n    rev: v1\n  - name: b\n    url: 7\n");
    expectFailure(await box.run(["image"]), 2, "osc-kolla.yaml:4:5", "rev", "osc-kolla.yaml:6:10", "libraries[1].url");
  });

  it("names the line and column at which a file is no YAML", async () => {
    box.write("cwd/osc-kolla.yaml", "source:\n  ref: [master\nkolla: x\n");
    const run = await box.run(["image"]);
    expectFailure(run, 2);
    expect(run.stderr).to.match(/osc-kolla\.yaml:[23]:\d+: /);
  });

  it("says that a section holds settings, where it was given a value", async () => {
    box.write("cwd/osc-kolla.yaml", "kolla: x\n");
    const run = await box.run(["image"]);
    expectFailure(run, 2, "osc-kolla.yaml:1:", "kolla");
    expect(run.stderr).not.to.include("there is no setting");
  });

  it("names the line and column of a key that stands twice", async () => {
    box.write("cwd/osc-kolla.yaml", "kolla:\n  tag: a\n  tag: b\n");
    expectFailure(await box.run(["image"]), 2, "osc-kolla.yaml:3:3: ");
  });

  it("says that a file must be a map", async () => {
    box.write("cwd/osc-kolla.yaml", "- source\n");
    expectFailure(await box.run(["image"]), 2, "osc-kolla.yaml:1:1", "map");
  });

  it("answers one JSON object for --json", async () => {
    const run = await box.run(["image", "--json", "--set", "a=b"]);
    expect(run.code).to.equal(2);
    const answer = JSON.parse(run.stdout) as { ok: boolean; error: { code: string } };
    expect(answer).to.deep.include({ ok: false });
    expect(answer.error).to.include({ code: "BAD_CONFIGURATION" });
  });

  it("is right once the fault is mended", async () => {
    box.write("cwd/osc-kolla.yaml", "source: {uri: x}\n");
    expectFailure(await box.run(["config"]), 2, "osc-kolla.yaml:1:10");
    configureFakes(box);
    expectDone(await box.run(["config"]));
  });
});

describe("where a setting's value comes from", () => {
  const box = useSandbox("origins");
  const refOf = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    const run = await box.run(["config", ...args], { env });
    expectDone(run);
    return String(/^source\.ref +(.*)$/m.exec(run.stdout)?.[1]).replace(/ {2,}/, "  ");
  };

  it("the default, the file, the environment, the option: the later one counts", async () => {
    expect(await refOf([])).to.equal("default  master");
    box.write("cwd/osc-kolla.yaml", "source:\n  ref: from-file\n");
    expect(await refOf([])).to.equal("osc-kolla.yaml:2:8  from-file");
    const env = { OSC_KOLLA_SOURCE_REF: "from-environment" };
    expect(await refOf([], env)).to.equal("OSC_KOLLA_SOURCE_REF  from-environment");
    expect(await refOf(["--ref", "from-option"], env)).to.equal("--ref  from-option");
  });

  it("paths in a file are relative to the file, others to the working directory", async () => {
    box.write("elsewhere/settings.yaml", "work_dir: here\n");
    const file = await box.run(["config", "--config", "../elsewhere/settings.yaml"]);
    expect(file.stdout).to.match(new RegExp(`^work_dir +\\S+ +${box.root}/elsewhere/here$`, "m"));
    const option = await box.run(["config", "--work-dir", "here"]);
    expect(option.stdout).to.match(new RegExp(`^work_dir +--work-dir +${box.cwd}/here$`, "m"));
  });

  it("the file that config init writes can be used at once", async () => {
    const written = await box.run(["config", "init"], { cwd: box.home });
    expect(written.stdout).to.equal(`${box.home}/osc-kolla.yaml\n`);
    expectDone(await box.run(["config"], { cwd: box.home }));
    expectFailure(await box.run(["config", "init"], { cwd: box.home }), 2, "--force", "FILE_EXISTS.md");
  });

  it("every command explains itself, with an example", async () => {
    for (const command of [
      "image",
      "context",
      "tarball",
      "doctor",
      "clean",
      "config",
      "config init",
      "config schema",
    ]) {
      const run = await box.run([...command.split(" "), "--help"]);
      expectDone(run);
      expect(run.stdout).to.include("Example");
      expect(run.stderr).to.equal("");
    }
  });
});
