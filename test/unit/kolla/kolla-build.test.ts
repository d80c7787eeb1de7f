// SPDX-License-Identifier: Apache-2.0
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { kollaArguments } from "../../../src/kolla/arguments.ts";
import { findOperatorConfiguration, type OperatorConfiguration } from "../../../src/kolla/operator.ts";
import type { Environment } from "../../../src/system/environment.ts";
import { hasImage, imageName, progressOf, readSummary } from "../../../src/kolla/output.ts";
import { type Labels, labelsOf, renderOverride } from "../../../src/kolla/overrides.ts";
import { configWith } from "../../support/unit-config.ts";
import { failureOf } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("the template override with the payload", () => {
  const ARCHIVES = ["osc-third-party-aa.tar", "osc-web-bb.tar", "osc-service-cc.tar"].map((file) => ({ file }));
  const render = (archives = ARCHIVES, labels: Labels = {}) =>
    renderOverride(archives, { path: "/opt/vmidc/payload.sha256", sha256: "d".repeat(64) }, labels);

  it("adds each archive once, unpacked at the root, in the order given", () => {
    const added = render()
      .split("\n")
      .filter((line) => line.startsWith("ADD"));
    expect(added).to.deep.equal(ARCHIVES.map(({ file }) => `ADD ${file} /`));
  });

  it("survives being joined with others by kolla: one line with that word, the first, and a newline at the end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), (count) => {
        const lines = render(ARCHIVES.slice(0, count)).split("\n");
        expect(lines[0]).to.equal("{% extends parent_template %}");
        expect(lines.filter((line) => line.includes("extends"))).to.have.lengthOf(1);
        expect(lines.at(-1)).to.equal("");
      }),
    );
  });

  it("proves in the image that the list of the payload is the one of this build", () => {
    expect(render()).to.include(`RUN test "$(sha256sum < /opt/vmidc/payload.sha256)" = "${"d".repeat(64)}  -" `);
  });

  it("names another image to build on, where one is given", () => {
    const archives = ARCHIVES.slice(0, 1);
    const manifest = { path: "/m", sha256: "d".repeat(64) };
    const lines = renderOverride(archives, manifest, {}, undefined, {}, "quay.io/x/base:1").split("\n");
    expect(lines.slice(0, 2)).to.deep.equal([
      "{% extends parent_template %}",
      '{% set osc_base_parent = "quay.io/x/base:1" %}',
    ]);
  });

  it("labels the image behind the layers, under names of our own, with what is known alone", () => {
    const labels = labelsOf({ revision: "abc", patches: undefined, version: '1 "$x" \\ {{ y }} {% z %}\nEND' });
    const lines = render(ARCHIVES, labels).split("\n");
    const last = lines.findLastIndex((line) => line.startsWith("ADD"));
    expect(lines.slice(last + 1, last + 4)).to.deep.equal([
      'LABEL org.opensecuritycontroller.revision="abc"',
      String.raw`LABEL org.opensecuritycontroller.version="1 \"\$x\" \\ {{ '{' }}{{ '{' }} y }} {{ '{' }}% z %}?END"`,
      `RUN test "$(sha256sum < /opt/vmidc/payload.sha256)" = "${"d".repeat(64)}  -" \\`,
    ]);
  });

  it("says how osc starts where it is told, in a line that kolla leaves alone", () => {
    const ports = { api: 1, ui: 2, redirect: 3 };
    const runtime = { archive: "osc-runtime-ee.tar", user: "osc", ports, javaVersion: "any" } as const;
    const lines = renderOverride(ARCHIVES, { path: "/p", sha256: "d" }, {}, runtime).split("\n");
    const value =
      '{"archive":"osc-runtime-ee.tar","user":"osc","ports":{"api":1,"ui":2,"redirect":3},"java_version":"any"}';
    expect(lines.filter((line) => line.includes("osc_runtime"))).to.deep.equal([`{% set osc_runtime = ${value} %}`]);
    expect(render()).to.not.include("osc_runtime");
  });

  it("fills the block that osc-base has for it, after which the block ends", () => {
    const tags = render().match(/\{%.*?%\}/g);
    expect(tags).to.deep.equal(["{% extends parent_template %}", "{% block osc_base_payload %}", "{% endblock %}"]);
    expect(
      render()
        .split("\n")
        .findIndex((line) => line.startsWith("ADD")),
    ).to.be.above(render().split("\n").indexOf("{% block osc_base_payload %}"));
  });
});

describe("the command line of kolla-build", () => {
  const nobody: OperatorConfiguration = {
    files: [],
    folders: [],
    base: undefined,
    baseTag: undefined,
    push: false,
    ours: [],
    digest: "",
  };
  const CONF = "/out/kolla/kolla-build.conf";
  const line = (kolla: Partial<ReturnType<typeof configWith>["kolla"]> = {}, operator = nobody) =>
    kollaArguments(configWith({ kolla }), operator, CONF, "osc").join(" ");

  it("has nothing but our file, our profile and debian where nobody configured anything", () => {
    expect(line()).to.equal(`--config-file ${CONF} --profile osc --base debian`);
  });

  it("has the operator's files first, then his drop-ins, so that they stay in force, and ours last", () => {
    const files = ["/etc/kolla/kolla.conf", "/etc/kolla/kolla-build.conf"];
    const operator = {
      files,
      folders: ["/etc/kolla/kolla-build.conf.d"],
      base: "rocky",
      baseTag: undefined,
      push: false,
      ours: [],
      digest: "",
    };
    const his = "--config-file /etc/kolla/kolla.conf --config-file /etc/kolla/kolla-build.conf";
    expect(line({}, operator)).to.equal(
      `${his} --config-dir /etc/kolla/kolla-build.conf.d --config-file ${CONF} --profile osc`,
    );
  });

  it("names a base of ours only where the operator names none, or where it is set", () => {
    expect(line({}, { ...nobody, files: ["/f"] })).to.include("--base debian");
    expect(line({}, { ...nobody, base: "rocky" })).to.not.include("--base");
    expect(line({ base: "ubuntu" }, { ...nobody, base: "rocky" })).to.include("--base ubuntu");
    expect(line({ base: "ubuntu" })).to.not.include("debian");
  });

  it("has our file no second time where the operator has it in force, and another one all the same", () => {
    const ours = (folder: string) => [{ file: "/d.conf", override: `${folder}/template-overrides.j2` }];
    expect(line({}, { ...nobody, ours: ours("/out/kolla") })).to.equal("--profile osc --base debian");
    expect(line({}, { ...nobody, ours: ours("/other/kolla") })).to.include(`--config-file ${CONF}`);
  });

  it("says where a context lies that can be moved", () => {
    expect(line({ relocatable: true })).to.equal(
      `--config-file ${CONF} --locals-base /out/kolla --profile osc --base debian`,
    );
  });

  it("has each option that is set, and its value", () => {
    const all = line({
      ...{ base_arch: "aarch64", platform: "linux/arm64", buildkit_builder: "farm" },
      ...{ base: "rocky", base_tag: "9", tag: "t1", namespace: "ns", registry: "host:5000", engine: "podman" },
      ...{ push: true, pull: false, template_override: ["/a.j2", "/b.j2"] },
    });
    expect(all).to.equal(
      `--config-file ${CONF} --profile osc --base rocky --base-tag 9 --base-arch aarch64 --platform linux/arm64 --tag t1 --namespace ns --registry host:5000 ` +
        "--engine podman --buildkit-builder farm --template-override /a.j2 --template-override /b.j2 --nopull --push",
    );
    expect(line({ pull: true })).to.match(/--pull$/);
  });

  it("has no option that is not set, whichever others are", () => {
    const OPTIONS = ["base_tag", "tag", "namespace", "registry"] as const;
    fc.assert(
      fc.property(fc.subarray([...OPTIONS]), (given) => {
        const words = line(Object.fromEntries(given.map((key) => [key, "x"]))).split(" ");
        const flag = (key: string) => `--${key.replaceAll("_", "-")}`;
        for (const key of OPTIONS) expect(words.includes(flag(key))).to.equal(given.includes(key));
        for (const never of ["--push", "--pull", "--nopull", "--engine", "--template-override"]) {
          expect(words).to.not.include(never);
        }
      }),
    );
  });
});

describe("the operator's own configuration of kolla", () => {
  const folder = temporaryFolder();
  const at = (path: string) => join(folder(), path);
  const find = (config: string[] = [], env = { HOME: at("home") } as Environment) =>
    findOperatorConfiguration({ config: { kolla: { config } }, env }, folder());

  it("may be none at all, also for somebody without a home", async () => {
    const none = await find();
    expect(none).to.deep.include({ files: [], base: undefined });
    expect(await find([], {})).to.deep.equal(none);
  });

  it("is found in the home folder before /etc, of each name the first one", async () => {
    const inEtc = await put(at("etc/kolla/kolla-build.conf"), "[DEFAULT]\nbase = rocky\n");
    expect(await find()).to.deep.include({ files: [inEtc], base: "rocky" });
    const general = await put(at("etc/kolla/kolla.conf"), "");
    const inHome = await put(at("home/kolla-build.conf"), "[DEFAULT]\nbase = ubuntu\n");
    expect(await find()).to.deep.include({ files: [general, inHome], base: "ubuntu" });
    const hidden = await put(at("home/.kolla/kolla-build.conf"), "[DEFAULT]\ntag = 1\n");
    expect(await find()).to.deep.include({ files: [general, hidden], base: undefined });
    expect((await find([], {})).files).to.deep.equal([general, inEtc]);
  });

  it("is found in /etc itself, last", async () => {
    const plain = await put(at("etc/kolla-build.conf"), "");
    expect((await find()).files).to.deep.equal([plain]);
    const kolla = await put(at("etc/kolla/kolla-build.conf"), "");
    expect((await find()).files).to.deep.equal([kolla]);
  });

  it("may name the base in a drop-in; kolla reads those by itself", async () => {
    for (let number = 10; number < 22; number++) {
      await put(at(`etc/kolla/kolla-build.conf.d/${String(number)}.conf`), `[DEFAULT]\nbase = base${String(number)}\n`);
    }
    await put(at("etc/kolla/kolla-build.conf.d/30-c.conf.orig"), "[DEFAULT]\nbase = ubuntu\n");
    expect(await find()).to.deep.include({ files: [], base: "base21" });
    // a folder in the home takes the place of that in /etc
    await mkdir(at("home/.kolla/kolla-build.conf.d"), { recursive: true });
    expect((await find()).base).to.equal(undefined);
  });

  it("is what kolla.config names, in the place of the default file; drop-ins count, and lose against it", async () => {
    await put(at("home/.kolla/kolla-build.conf"), "[DEFAULT]\nbase = rocky\npush = true\n");
    await put(at("home/.kolla/kolla-build.conf.d/a.conf"), "[DEFAULT]\nbase = ubuntu\n");
    const named = [await put(at("1.conf"), "[DEFAULT]\nbase = debian\n"), await put(at("2.conf"), "")];
    expect(await find()).to.deep.include({ base: "ubuntu", push: true });
    expect(await find(named)).to.deep.include({ files: named, folders: [], base: "debian", push: false });
    await put(at("1.conf"), "[DEFAULT]\ntag = 1\n");
    expect((await find(named)).base).to.equal("ubuntu");
  });

  it("is said to be wrong where a file is not there or is a folder, each of them", async () => {
    await mkdir(at("folder.conf"));
    const error = await failureOf(() => find([at("nowhere.conf"), at("folder.conf")]));
    expect([error.code, error.exitCode]).to.deep.equal(["BAD_CONFIGURATION", 2]);
    expect(error.reason).to.match(/^kolla\.config: .*nowhere\.conf'\nkolla\.config: EISDIR/);
  });

  it("is known to hold a conf of ours, whose override is named", async () => {
    const drop = await put(
      at("home/.kolla/kolla-build.conf.d/osc.conf"),
      '# Written by osc-kolla: x\n\n[DEFAULT]\ntemplate_override = "/o /kolla/t.j2"\n',
    );
    await put(at("home/.kolla/kolla-build.conf"), "[DEFAULT]\ntemplate_override = /his.j2\n");
    expect((await find()).ours).to.deep.equal([{ file: drop, override: "/o /kolla/t.j2" }]);
  });

  it("counts as another when anything in it changes", async () => {
    const digests = [(await find()).digest];
    for (const content of ["[DEFAULT]\ntag = 1\n", "[DEFAULT]\ntag = 2\n"]) {
      await put(at("home/.kolla/kolla-build.conf"), content);
      digests.push((await find()).digest);
      await put(at("home/.kolla/kolla-build.conf.d/a.conf"), content);
      digests.push((await find()).digest);
    }
    expect(new Set(digests).size).to.equal(digests.length);
    expect((await find()).digest).to.equal(digests.at(-1));
  });
});

describe("what kolla-build says", () => {
  const folder = temporaryFolder();

  it("counts as built only what its summary names as built or there already", async () => {
    const file = join(folder(), "summary.json");
    const judge = async (summary: unknown) => {
      await put(file, JSON.stringify(summary));
      return hasImage(await readSummary(file), "osc");
    };
    expect(await judge({ built: [{ name: "osc-base" }, { name: "osc" }], failed: [] })).to.equal(true);
    expect(await judge({ built: [], skipped: [{ name: "osc" }] })).to.equal(true);
    expect(await judge({ built: [{ name: "osc-base" }], failed: [{ name: "osc", status: "error" }] })).to.equal(false);
    expect(await judge({ built: [], failed: [], not_matched: [{ name: "osc" }], unbuildable: ["osc"] })).to.equal(
      false,
    );
    expect(await judge({})).to.equal(false);
  });

  it("counts as not built where there is no summary, or a torn one", async () => {
    const file = join(folder(), "summary.json");
    expect(hasImage(await readSummary(file), "osc")).to.equal(false);
    await put(file, '{"built": [{"name": "osc"}');
    expect(hasImage(await readSummary(file), "osc")).to.equal(false);
  });

  it("tells the step of the image, by both builders", () => {
    expect(progressOf("INFO:kolla.common.utils.osc-base:Step 3/12 : RUN apt-get")).to.equal("osc-base: step 3 of 12");
    expect(progressOf("2026-11-23 02:11:03 123 INFO:kolla.common.utils.osc:#7 [ 4/12] RUN x")).to.equal(
      "osc: step 4 of 12",
    );
    expect(progressOf("INFO:kolla.common.utils.base:Building started at 2026-11-23 09:20:23.779317")).to.equal(
      "base: being built",
    );
    const others = [
      "INFO:kolla.common.utils.base:#11 9.515 Building dependency tree...",
      "INFO:kolla.common.utils.osc:#7 sha256:abc",
      "INFO:kolla.common.utils:Step 3/12",
      "Step 3/12 : RUN",
      "",
    ];
    expect(others.map(progressOf)).to.deep.equal(others.map(() => undefined));
  });
});

describe("the full name of an image", () => {
  const rendered = (from: string) => `# syntax\nFROM ${from}\nLABEL x\nFROM other:1\n`;
  const osc = (from: string) => imageName(rendered(from), "osc-base", "osc");

  it("is that of its parent, with registry, port, namespace, prefix and tag", () => {
    expect(osc("kolla/osc-base:23.0.0")).to.equal("kolla/osc:23.0.0");
    expect(osc("host.example:5000/team/a/osc-base:2026.2-debian-trixie")).to.equal(
      "host.example:5000/team/a/osc:2026.2-debian-trixie",
    );
    expect(osc("localhost:5000/kolla/my-osc-base:1")).to.equal("localhost:5000/kolla/my-osc:1");
    expect(osc("osc-base:latest")).to.equal("osc:latest");
    expect(imageName(rendered("h:1/ns/p-osc-base:t"), "osc-base", "osc-base")).to.equal("h:1/ns/p-osc-base:t");
  });

  it("is not found in a namespace that is called like the parent", () => {
    expect(osc("host/osc-base/osc-base:t")).to.equal("host/osc-base/osc:t");
  });

  it("is unknown where the parent is another", () => {
    expect(osc("kolla/base:23.0.0")).to.equal(undefined);
    expect(osc("host:5000/osc-base/base:t")).to.equal(undefined);
    expect(osc("osc-base:5000/kolla/base:t")).to.equal(undefined);
    expect(imageName("", "osc-base", "osc")).to.equal(undefined);
  });
});
