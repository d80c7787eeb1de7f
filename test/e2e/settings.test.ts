// SPDX-License-Identifier: Apache-2.0
/** What people give ends where it is meant to: read back by the real oslo.config, and rendered by the real kolla. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import fsExtra from "fs-extra";
import { type Config, schema } from "../../src/config/schema.ts";
import { kollaArguments } from "../../src/kolla/arguments.ts";
import { renderConf } from "../../src/kolla/conf.ts";
import { labelsOf, renderOverride } from "../../src/kolla/overrides.ts";
import { settingsXml } from "../../src/maven/settings.ts";
import { IMAGES, PROFILE } from "../../src/stages/context.ts";
import { copyTemplates, profileConf } from "../../src/stages/templates.ts";
import { Bench, must, pythonOf } from "../support/e2e.ts";
import { oddPath, oddText } from "../support/odd-values.ts";
import { configWith, SECTIONS } from "../support/unit-config.ts";

const OPERATOR = { files: [], folders: [], base: undefined, baseTag: undefined, push: false, ours: [], digest: "" };
const OPTIONS = [
  "base",
  "base_tag",
  "tag",
  "namespace",
  "registry",
  "docker_dir",
  "template_override",
  "engine",
] as const;

/** kolla's own way of reading its configuration, for many command lines in one start of Python. */
const READER = `
import json, sys
from oslo_config import cfg
from kolla.common import config

def read(args):
    conf = cfg.ConfigOpts()
    try:
        config.parse(conf, args, prog="kolla-build", default_config_files=[])
        return {name: getattr(conf, name) for name in ${JSON.stringify([...OPTIONS, "podman_base_url"])}}
    except (Exception, SystemExit) as error:
        return {"error": repr(error)}

json.dump([read(args) for args in json.load(open(sys.argv[1], encoding="utf-8"))], sys.stdout)
`;

type Answer = Readonly<Record<(typeof OPTIONS)[number] | "podman_base_url" | "error", unknown>>;

describe("what people give", () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.make("settings");
    await writeFile(bench.path("read.py"), READER);
  });
  after(() => fsExtra.remove(bench.folder));

  /** What kolla understands of each command line. */
  async function understood(commandLines: readonly (readonly string[])[]): Promise<Answer[]> {
    const cases = bench.path("cases.json");
    await writeFile(cases, JSON.stringify(commandLines));
    return JSON.parse(await must(await pythonOf(bench.kollaBuild), [bench.path("read.py"), cases])) as Answer[];
  }

  /** Writes a file; its path as the argument that gives it to kolla. */
  async function confFile(index: number, content: string): Promise<string[]> {
    const file = bench.path(`${String(index)}.conf`);
    await writeFile(file, content);
    return ["--config-file", file];
  }

  const SEED = Date.now() & 0x7fffffff;

  it(`is read back from our conf as it was, whatever it is (seed ${String(SEED)})`, async () => {
    const canHold = (value: string) => !/[\r\n]|\$[\w{$]|\\\$/.test(value);
    const spaces = fc.constantFrom(
      " ",
      "\t",
      "\u000b",
      "\u000c",
      "\u001c",
      "\u001f",
      "\u0085",
      "\u00a0",
      "\u2028",
      "\u3000",
      "\ufeff",
    );
    const edges = fc.tuple(spaces, oddText, spaces).map((parts) => parts.join(""));
    const arbitrary = fc.oneof(oddText, oddPath, edges).filter(canHold);
    const known = [
      '"',
      "''",
      '"a"',
      "'a",
      "",
      "a\\",
      "\\",
      "$",
      "a$/b",
      "a = b",
      "[x]",
      "#",
      "{{ x }}",
      "%(x)s",
      "a, b",
    ];
    const values = [...known, ...fc.sample(arbitrary, { numRuns: 400, seed: SEED })];
    const commandLines = await Promise.all(
      values.map((value, index) => confFile(index, renderConf({ DEFAULT: { docker_dir: ["/first", value] } }, "c"))),
    );
    const answers = await understood(commandLines);
    for (const [index, value] of values.entries()) {
      expect(answers[index]?.docker_dir, JSON.stringify([value, answers[index]])).to.deep.equal(["/first", value]);
    }
  });

  it("is refused where oslo.config would take it for something else", async () => {
    const values = ["/srv/$HOME/x", "/srv/$namespace", "/srv/${tag}", "/srv/$$x", "/srv/\\$x", "/a\n[x]\nb = c"];
    const commandLines = await Promise.all(
      values.map((value, index) => confFile(index, `[DEFAULT]\ndocker_dir = ${value}\n`)),
    );
    const answers = await understood(commandLines);
    for (const [index, value] of values.entries()) {
      expect(answers[index]?.docker_dir, value).to.not.deep.equal([value]);
      expect(() => renderConf({ DEFAULT: { docker_dir: value } }, "c"), value).to.throw("cannot hold");
    }
  });

  it(`is read back from kolla's command line as it was (seed ${String(SEED)})`, async () => {
    const { shape } = schema.shape.kolla;
    const word = (name: "tag" | "base_tag" | "namespace" | "registry") =>
      fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,10}$/).filter((text) => shape[name].safeParse(text).success);
    const override = oddPath.filter((path) => shape.template_override.safeParse([path]).success);
    const arbitrary: fc.Arbitrary<Partial<Config["kolla"]>> = fc.record({
      ...{ base: fc.constantFrom("debian", "rocky", "ubuntu"), engine: fc.constantFrom("docker", "podman") },
      ...{ tag: word("tag"), base_tag: word("base_tag"), namespace: word("namespace"), registry: word("registry") },
      template_override: fc.array(override, { maxLength: 2 }),
    });
    const given = fc.sample(arbitrary, { numRuns: 150, seed: SEED });
    const socket = oddPath
      .map((path) => `unix://${path}`)
      .filter((text) => schema.shape.engine.safeParse({ endpoint: text }).success);
    const sockets = fc.sample(socket, { numRuns: given.length, seed: SEED });
    const [, conf = ""] = await confFile(0, renderConf({ DEFAULT: { template_override: "/ours.j2" } }, "c"));
    const answers = await understood(
      given.map((kolla, index) => [
        ...kollaArguments(configWith({ kolla }), OPERATOR, conf, PROFILE),
        ...["--podman_base_url", String(sockets[index])],
      ]),
    );
    for (const [index, { template_override: more = [], ...kolla }] of given.entries()) {
      expect(answers[index], JSON.stringify(given[index])).to.deep.include(kolla);
      expect(answers[index]?.podman_base_url).to.equal(sockets[index]);
      expect(answers[index]?.template_override).to.have.members(["/ours.j2", ...more]);
    }
  });

  it(`is read back from Maven's settings.xml by another parser (seed ${String(SEED)})`, async () => {
    const repository = fc
      .record({ url: oddText.map((text) => `https://h/${text.replaceAll(/\s/g, "")}`), username: oddText })
      .filter((mine) => schema.shape.maven.safeParse({ repositories: { mine } }).success);
    const given = fc.sample(repository, { numRuns: 200, seed: SEED });
    const mine = given.map((one, index) => ({ ...one, id: `r${String(index)}`, password: "${env.PW}" }));
    const file = bench.path("settings.xml");
    await writeFile(file, settingsXml({ localRepository: "/r", proxies: [], mirrors: [], repositories: mine }));
    const script = [
      "import json, sys, xml.etree.ElementTree as tree",
      "root, ns = tree.parse(sys.argv[1]).getroot(), '{http://maven.apache.org/SETTINGS/1.2.0}'",
      "texts = lambda *path: [one.text for one in root.iterfind('.//' + '/'.join(ns + name for name in path))]",
      "json.dump([texts('username'), texts('repository', 'url')], sys.stdout)",
    ].join("\n");
    const read: unknown = JSON.parse(await must(await pythonOf(bench.kollaBuild), ["-c", script, file]));
    expect(read).to.deep.equal([mine.map(({ username }) => username), mine.map(({ url }) => url)]);
  });

  it("reaches the Dockerfiles as it is, from folders whose names are templates, quotes and comments", async () => {
    const out = bench.path(`out {{ 7*7 }} {% raw %} {# "x" 'y' %(z)s # ; ü \\`);
    await copyTemplates(IMAGES, join(out, "docker"));
    const ours = join(out, "template-overrides.j2");
    const sha256 = "0".repeat(64);
    const odd = `{{ 7*7 }} {% extends x %} {# "y" #} ü 'z' %`;
    const labels = labelsOf({ payload: sha256, patches: odd });
    const listed = { path: "/opt/vmidc/payload.sha256", sha256 };
    await writeFile(ours, renderOverride([{ file: "osc-web-1.tar" }], listed, labels));
    const theirs = join(out, "a, b='c' {{ d }}.j2");
    await writeFile(theirs, "{% extends parent_template %}\n{% block osc_footer %}\nLABEL theirs=1\n{% endblock %}\n");
    const conf = join(out, "kolla-build.conf");
    await writeFile(conf, profileConf({ profile: PROFILE, images: IMAGES }, out, "c", "template-overrides.j2"));

    const names = { registry: "127.0.0.1:5000/team-x", namespace: "a--b/c__d.e", tag: `_${"x.-Y".repeat(31)}` };
    const kolla = { base: "debian", base_tag: "trixie", ...names, template_override: [theirs] };
    const checked = schema.safeParse({ ...SECTIONS, kolla, output_dir: out, work_dir: out });
    expect(checked.error?.issues).to.equal(undefined);
    const work = bench.path("kolla work");
    const args = kollaArguments(configWith({ kolla }), OPERATOR, conf, PROFILE);
    await must(bench.kollaBuild, [...args, "--template-only", "--work-dir", work]);

    const read = (image: string) => readFile(join(work, "docker", image, "Dockerfile"), "utf8");
    const [osc, base] = await Promise.all([read("osc"), read("osc-base")]);
    const whole = `${names.registry}/${names.namespace}`;
    expect(osc.split("\n")[0]).to.equal(`FROM ${whole}/osc-base:${names.tag}`);
    expect(base.split("\n")[0]).to.equal(`FROM ${whole}/base:${names.tag}`);
    expect(await read("base")).to.include("FROM debian:trixie\n");
    expect(osc.split("\n")).to.include("LABEL theirs=1");
    expect(base.split("\n")).to.include.members([
      "ADD osc-web-1.tar /",
      `LABEL org.opensecuritycontroller.payload="${sha256}"`,
      `LABEL org.opensecuritycontroller.patches="${odd.replaceAll('"', String.raw`\"`)}"`,
    ]);
  });
});
