// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import { settingsFolder } from "../../support/unit-settings.ts";

describe("settings that are wrong", () => {
  const { folder, file, load, faultsOf } = settingsFolder();

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
      /^osc-kolla\.yaml:4:3: .*"kolla\.colour"; kolla has command, python, config, .*$/,
      /^osc-kolla\.yaml:5:8: kolla\.tag: it takes letters, digits .*, not "a b"$/,
      /^osc-kolla\.yaml:7:5: libraries\[0\]\.url: it is missing; it takes a URL or a path/,
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

  it("say which of several words is probably meant", async () => {
    expect(await faultsOf({ options: [["kolla.engine", "dokcer", "--engine"]] })).to.deep.equal([
      '--engine: kolla.engine: it takes docker or podman, not "dokcer"; did you mean docker?',
    ]);
  });

  it("show no password of what is refused", async () => {
    for (const [key, value] of [
      ["kolla.registry", "me:hunter2@host:5000"],
      ["maven.mirror", "https://me:hunter2@host/x"],
      ["engine.endpoint", "tcp://me:hunter2@ host"],
    ] as const) {
      const [fault] = await faultsOf({ options: [[key, value, "--set"]] });
      expect(fault, key).to.include("***@").and.not.include("hunter2");
    }
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

  it("are all told, those of a file with a name that stands twice too", async () => {
    await file("kolla:\n  tag: a\n  tag: b\nsauce: 1\n");
    expect(await faultsOf()).to.deep.equal([
      "osc-kolla.yaml:3:3: Map keys must be unique",
      'osc-kolla.yaml:4:1: there is no setting "sauce"; did you mean source?',
    ]);
  });

  it("are found in what an alias stands for, and a type that YAML has not is one", async () => {
    await file("kolla: &a {tag: one}\nengine: *a\nsource: {ref: !secret x}\n");
    const faults = await faultsOf();
    expect(faults).to.have.lengthOf(2);
    expect(faults[0]).to.match(/^osc-kolla\.yaml:1:12: there is no setting "engine\.tag"; did you mean kolla\.tag\?/);
    expect(faults[1]).to.match(/^osc-kolla\.yaml:3:15: Unresolved tag: !secret/);
  });

  it("name a part of a Maven repository by its line, and one that is no map", async () => {
    await file("maven:\n  repositories:\n    a: https://a\n    b:\n      url: 7\n      user: x\n");
    const inside = await faultsOf();
    expect(inside[0]).to.match(/^osc-kolla\.yaml:5:12: maven\.repositories\.b\.url: it takes a URL .*, not 7/);
    expect(inside[1]).to.match(
      /^osc-kolla\.yaml:6:7: maven\.repositories\.b: there is no "user"; there is url, username, password$/,
    );
    await file("maven:\n  repositories: [https://a]\n");
    const [list, ...more] = await faultsOf({
      options: [["maven.repositories.mine", "https://m", "--set maven.repositories.mine"]],
    });
    expect([list, more]).to.satisfy(([one, rest]: [string, string[]]) => {
      return /^osc-kolla\.yaml:2:17: maven\.repositories: it takes a map by id/.test(one) && rest.length === 0;
    });
  });

  it("refuse two libraries of one name, whose work trees would be one", async () => {
    await file("libraries:\n  - {name: a, url: /a}\n  - {name: a, url: /b}\n");
    expect(await faultsOf()).to.deep.equal(['osc-kolla.yaml:3:12: libraries[1].name: there is another "a"']);
  });

  it("say what is meant by a misspelt variable", async () => {
    expect(await faultsOf({ env: { OSC_KOLLA_SOURCE_REFF: "x" } })).to.deep.equal([
      "OSC_KOLLA_SOURCE_REFF: no setting has this variable; did you mean OSC_KOLLA_SOURCE_REF?",
    ]);
  });

  it("are missed when the file that was named is not there, but not when none was named", async () => {
    expect(await faultsOf({ file: "mine.yaml" })).to.deep.equal(["mine.yaml: there is no such file"]);
    await load();
  });

  it("refuse an output folder that cannot be named in a kolla-build.conf", async () => {
    for (const value of ["/srv/$HOME", "a\nb"]) {
      const faults = await faultsOf({ options: [["output_dir", value, "--output-dir"]] });
      expect(faults[0]).to.match(/^--output-dir: output_dir: .*\$/);
    }
    await file("output_dir: out\n", "etc/mine.yaml");
    expect((await load({ file: "etc/mine.yaml" })).config.output_dir).to.equal(join(folder(), "etc/out"));
  });
});
