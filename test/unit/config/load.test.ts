// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { type LoadedConfig, settingValue } from "../../../src/config/load.ts";
import { SETTINGS } from "../../../src/config/settings.ts";
import { LIBRARIES } from "../../../src/osc/repositories.ts";
import { put } from "../../support/unit-folder.ts";
import { settingsFolder } from "../../support/unit-settings.ts";

describe("the settings", () => {
  const { folder, file, load, faultsOf } = settingsFolder();
  const setup = (defaults: unknown) =>
    put(join(folder(), ".osc-kolla/setup.json"), JSON.stringify({ defaults, engine: "private" }));
  const originOf = ({ settings }: LoadedConfig, key: string) => settings.find((one) => one.key === key)?.origin;

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
        config: [],
        engine: "docker",
        push: false,
        relocatable: false,
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

    it("add the repositories of a stronger one to those of a weaker, which it replaces where the id is the same", async () => {
      await file("maven: {repositories: {a: https://file/a, b: https://file/b}}\n");
      const { config } = await load({
        env: { OSC_KOLLA_MAVEN_REPOSITORIES: "{b: https://env/b, c: https://env/c}" },
        options: [["maven.repositories.c", "{url: https://set/c, username: me}", "--set"]],
      });
      expect(config.maven.repositories).to.deep.equal({
        a: "https://file/a",
        b: "https://env/b",
        c: { url: "https://set/c", username: "me" },
      });
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
