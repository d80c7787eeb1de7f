// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { type LoadedConfig, loadConfig, type LoadRequest, settingValue } from "../../../src/config/load.ts";
import { SETTINGS } from "../../../src/config/settings.ts";
import { LIBRARIES } from "../../../src/osc/repositories.ts";
import { failureOf } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("the settings", () => {
  const folder = temporaryFolder();
  const file = (content: string, name = "osc-kolla.yaml") => put(join(folder(), name), content);
  const setup = (defaults: unknown) =>
    put(join(folder(), ".osc-kolla/setup.json"), JSON.stringify({ defaults, engine: "private" }));
  const load = (given: Partial<LoadRequest> = {}): Promise<LoadedConfig> => {
    const setupFile = join(folder(), ".osc-kolla/setup.json");
    return loadConfig({ options: [], env: {}, cwd: folder(), setupFile, ...given });
  };
  const originOf = ({ settings }: LoadedConfig, key: string) => settings.find((one) => one.key === key)?.origin;
  const faultsOf = async (given: Partial<LoadRequest> = {}): Promise<string[]> => {
    const error = await failureOf(() => load(given));
    expect([error.code, error.exitCode]).to.deep.equal(["BAD_CONFIGURATION", 2]);
    return error.reason.split("\n");
  };

  describe("without any configuration", () => {
    it("name OSC's own repositories and put everything below the working directory", async () => {
      const { config } = await load();
      expect(config.source).to.deep.equal({
        url: "https://github.com/opensecuritycontroller/osc-core",
        ref: "master",
        patches: [],
      });
      expect(config.libraries).to.deep.equal(LIBRARIES.map((one) => ({ ...one })));
      expect([config.work_dir, config.output_dir]).to.deep.equal([
        join(folder(), ".osc-kolla"),
        join(folder(), "build"),
      ]);
      expect(config.kolla).to.deep.equal({
        command: "kolla-build",
        engine: "docker",
        push: false,
        template_override: [],
      });
    });

    it("are all said to be defaults", async () => {
      const { settings } = await load();
      expect(settings.map(({ key }) => key)).to.deep.equal(SETTINGS.map(({ key }) => key));
      expect(new Set(settings.map(({ origin }) => origin))).to.deep.equal(new Set(["default"]));
    });
  });

  describe("where several places give one", () => {
    const PLACES = ["setup", "file", "environment", "option"] as const;
    const ORIGINS = {
      setup: "make setup",
      file: "osc-kolla.yaml:2:8",
      environment: "OSC_KOLLA_SOURCE_REF",
      option: "--ref",
    };

    const loadFrom = async (places: readonly string[]): Promise<LoadedConfig> => {
      await setup(places.includes("setup") ? { "source.ref": "from-setup" } : {});
      await file(places.includes("file") ? "source:\n  ref: from-file\n" : "");
      return load({
        env: places.includes("environment") ? { OSC_KOLLA_SOURCE_REF: "from-environment" } : {},
        options: places.includes("option") ? [["source.ref", "from-option", "--ref"]] : [],
      });
    };

    it("take the option, then the environment, then the file, then what make setup recorded", async () => {
      await fc.assert(
        fc.asyncProperty(fc.subarray([...PLACES]), async (places) => {
          const loaded = await loadFrom(places);
          const strongest = places.at(-1);
          expect(loaded.config.source.ref).to.equal(strongest === undefined ? "master" : `from-${strongest}`);
          expect(originOf(loaded, "source.ref")).to.equal(strongest === undefined ? "default" : ORIGINS[strongest]);
        }),
        { numRuns: 40 },
      );
    });

    it("mix them: each setting on its own", async () => {
      await file("kolla: {base: rocky, tag: one, namespace: mine}\n");
      const { config } = await load({
        env: { OSC_KOLLA_KOLLA_TAG: "two" },
        options: [["kolla.namespace", "yours", "--namespace"]],
      });
      expect([config.kolla.base, config.kolla.tag, config.kolla.namespace]).to.deep.equal(["rocky", "two", "yours"]);
    });

    it("take a whole list from the strongest place, not a mixture", async () => {
      await file("libraries:\n  - {name: one, url: https://x/one}\n  - {name: two, url: https://x/two}\n");
      const { config } = await load({ env: { OSC_KOLLA_LIBRARIES: "[{name: three, url: https://x/three}]" } });
      expect(config.libraries).to.deep.equal([{ name: "three", url: "https://x/three" }]);
    });

    it("ignore what make setup recorded for settings that are gone, and an unreadable record", async () => {
      await setup({ "kolla.colour": "red", "kolla.command": "/venv/bin/kolla-build" });
      expect((await load()).config.kolla.command).to.equal("/venv/bin/kolla-build");
      await put(join(folder(), ".osc-kolla/setup.json"), '{"defaults": {"kolla.comm');
      expect((await load()).config.kolla.command).to.equal("kolla-build");
    });
  });

  describe("from the environment", () => {
    it("take lists, switches and numbers that stay text", async () => {
      const { config } = await load({
        env: {
          OSC_KOLLA_KOLLA_TEMPLATE_OVERRIDE: "[/etc/a.j2, b.j2]",
          OSC_KOLLA_KOLLA_PUSH: "true",
          OSC_KOLLA_KOLLA_PULL: "false",
          OSC_KOLLA_KOLLA_TAG: "1.10",
          OSC_KOLLA_SOURCE_REF: "0123456",
        },
      });
      expect(config.kolla.template_override).to.deep.equal(["/etc/a.j2", join(folder(), "b.j2")]);
      expect([config.kolla.push, config.kolla.pull]).to.deep.equal([true, false]);
      expect([config.kolla.tag, config.source.ref]).to.deep.equal(["1.10", "0123456"]);
    });

    it("count an empty variable as none", async () => {
      const loaded = await load({ env: { OSC_KOLLA_SOURCE_REF: "", DOCKER_HOST: "" } });
      expect(loaded.config.source.ref).to.equal("master");
      expect(originOf(loaded, "engine.endpoint")).to.equal("default");
    });

    it("take the engine's address from DOCKER_HOST, ours first", async () => {
      const theirs = { DOCKER_HOST: "unix:///their.sock" };
      const loaded = await load({ env: theirs });
      expect(loaded.config.engine.endpoint).to.equal("unix:///their.sock");
      expect(originOf(loaded, "engine.endpoint")).to.equal("DOCKER_HOST");

      const both = await load({ env: { OSC_KOLLA_ENGINE_ENDPOINT: "unix:///our.sock", ...theirs } });
      expect(both.config.engine.endpoint).to.equal("unix:///our.sock");
      expect(originOf(both, "engine.endpoint")).to.equal("OSC_KOLLA_ENGINE_ENDPOINT");
    });

    it("say which variable has something that cannot be read", async () => {
      const [fault] = await faultsOf({ env: { OSC_KOLLA_LIBRARIES: "[{name: a" } });
      expect(fault).to.match(/^OSC_KOLLA_LIBRARIES: ./);
    });

    it("leave the rest of the environment alone", async () => {
      const { config } = await load({ env: { PATH: "/bin", KOLLA_BASE: "rocky", SOURCE_REF: "x" } });
      expect([config.kolla.base, config.source.ref]).to.deep.equal([undefined, "master"]);
    });
  });

  describe("with relative paths", () => {
    const PATHS = [
      "work_dir: work",
      "output_dir: ../out",
      "source: {url: ./osc}",
      "libraries: [{name: a, url: ../a}, {name: b, url: https://x/b}]",
      "maven: {command: bin/mvn, java_home: jdk8}",
      "kolla: {command: kolla-build, template_override: [one.j2, /abs/two.j2]}",
    ].join("\n");

    it("complete those of a file with the file's folder, wherever the command is started", async () => {
      await file(PATHS, "etc/mine.yaml");
      const { config } = await load({ file: "etc/mine.yaml" });
      const etc = join(folder(), "etc");
      expect([config.work_dir, config.output_dir]).to.deep.equal([join(etc, "work"), join(folder(), "out")]);
      expect(config.source.url).to.equal(join(etc, "osc"));
      expect(config.libraries.map(({ url }) => url)).to.deep.equal([join(folder(), "a"), "https://x/b"]);
      expect(config.maven).to.include({ command: join(etc, "bin/mvn"), java_home: join(etc, "jdk8") });
      // a bare name is looked up on PATH
      expect(config.kolla.command).to.equal("kolla-build");
      expect(config.kolla.template_override).to.deep.equal([join(etc, "one.j2"), "/abs/two.j2"]);
    });

    it("complete those of options and variables with the working directory", async () => {
      const { config } = await load({
        options: [["work_dir", "work", "--work-dir"]],
        env: { OSC_KOLLA_MAVEN_COMMAND: "./mvn", OSC_KOLLA_SOURCE_URL: "/srv/osc" },
      });
      expect(config.work_dir).to.equal(join(folder(), "work"));
      expect(config.maven.command).to.equal(join(folder(), "mvn"));
      expect(config.source.url).to.equal("/srv/osc");
    });
  });

  describe("that are wrong", () => {
    it("are answered with every fault of every place at once, each with its line and column", async () => {
      await file(
        [
          "sauce: 1",
          "kolla:",
          "  engine: lxc",
          "  colour: red",
          "  tag: 'a b'",
          "libraries:",
          "  - name: x",
          "source: {ref: ''}",
          "output_dir: 7",
        ].join("\n"),
      );
      const faults = await faultsOf({
        env: { OSC_KOLLA_NONSENSE: "1", OSC_KOLLA_KOLLA_PUSH: "maybe" },
        options: [["kolla.nope", "1", "--set kolla.nope"]],
      });
      const expected = [
        /^--set kolla\.nope: .*"kolla\.nope"/,
        /^OSC_KOLLA_KOLLA_PUSH: kolla\.push: it takes true or false, not "maybe"$/,
        /^OSC_KOLLA_NONSENSE: .* as in OSC_KOLLA_KOLLA_TAG/,
        /^osc-kolla\.yaml:1:1: .*"sauce"; did you mean source\?$/,
        /^osc-kolla\.yaml:3:11: kolla\.engine: it takes docker or podman, not "lxc"$/,
        /^osc-kolla\.yaml:4:3: .*"kolla\.colour"; kolla has command, base, .*$/,
        /^osc-kolla\.yaml:5:8: kolla\.tag: it takes letters, digits .*, not "a b"$/,
        /^osc-kolla\.yaml:7:5: libraries\[0\]\.url: it is missing; it takes a URL, or a path/,
        /^osc-kolla\.yaml:8:15: source\.ref: it takes text/,
        /^osc-kolla\.yaml:9:13: output_dir: it takes a path .*, not 7 \(.*in quotes\)$/,
      ];
      expect(faults).to.have.lengthOf(expected.length);
      // those of a file in the order of its lines
      for (const [index, pattern] of expected.entries()) expect(faults[index]).to.match(pattern);
    });

    it("name the file by its whole path where it lies outside of the working directory", async () => {
      const path = await file("sauce: 1\n", "etc/mine.yaml");
      const [fault] = await faultsOf({ file: path, cwd: join(folder(), "elsewhere") });
      expect(fault).to.match(new RegExp(`^${path}:1:1: `));
    });

    it("are found below a known section too, and in a library", async () => {
      await file("source:\n  url: https://x\n  branch: y\nlibraries: [{name: a, url: b, tag: c}]\n");
      const faults = await faultsOf();
      expect(faults).to.have.lengthOf(2);
      expect(faults[0]).to.match(/^osc-kolla\.yaml:3:3: .*"source\.branch"/);
      expect(faults[1]).to.match(/^osc-kolla\.yaml:4:31: libraries\[0\]: there is no "tag"; there is name, url, ref$/);
    });

    it("refuse a password in a Maven repository: it stands in a variable", async () => {
      await file("maven:\n  repositories:\n    mine: {url: https://h, username: me, password: hunter2}\n");
      const [fault] = await faultsOf();
      expect(fault)
        .to.match(/^osc-kolla\.yaml:3:52: maven\.repositories\.mine\.password: it takes .*\$\{env\.NAME\}/)
        .and.not.include("hunter2");
      await file("maven:\n  repositories:\n    mine: {url: https://h, username: me, password: '${env.PW}'}\n");
      expect((await load()).config.maven.repositories).to.have.property("mine");
    });

    it("refuse a section that is no section, and a file that is none", async () => {
      await file("kolla: docker\n");
      expect((await faultsOf())[0]).to.match(/^osc-kolla\.yaml:1:8: kolla holds settings/);
      await file("- one\n- two\n");
      expect(await faultsOf()).to.deep.equal(["osc-kolla.yaml:1:1: the file must be a map of settings"]);
    });

    it("refuse YAML that cannot be read or that says a thing twice", async () => {
      await file("kolla: {tag: one\n");
      expect((await faultsOf())[0]).to.match(/^osc-kolla\.yaml:/);
      await file("kolla:\n  tag: one\n  tag: two\n");
      expect((await faultsOf())[0]).to.match(/^osc-kolla\.yaml:.*unique/);
    });

    it("are missed when the file that was named is not there, but not when none was named", async () => {
      expect(await faultsOf({ file: "mine.yaml" })).to.deep.equal(["mine.yaml: there is no such file"]);
      await load();
    });
  });

  it("refuse an output folder that cannot be named in a kolla-build.conf", async () => {
    for (const value of ["/srv/$HOME", "a\nb"]) {
      const faults = await faultsOf({ options: [["output_dir", value, "--output-dir"]] });
      expect(faults[0]).to.match(/^--output-dir: output_dir: .*\$/);
    }
    await file("output_dir: out\n", "etc/mine.yaml");
    expect((await load({ file: "etc/mine.yaml" })).config.output_dir).to.equal(join(folder(), "etc/out"));
  });

  it("accept an empty file and empty sections", async () => {
    await file("# nothing yet\nkolla:\nsource:\n");
    const { config } = await load();
    expect([config.kolla.engine, config.source.ref]).to.deep.equal(["docker", "master"]);
  });

  it("can be looked up by their names", async () => {
    const { config } = await load({ options: [["kolla.tag", "t", "--tag"]] });
    expect(settingValue(config, "kolla.tag")).to.equal("t");
    expect(settingValue(config, "kolla.namespace")).to.equal(undefined);
    expect(settingValue(config, "work_dir")).to.equal(join(folder(), ".osc-kolla"));
  });
});
