// SPDX-License-Identifier: Apache-2.0
/** Beside an operator's own configuration of kolla, with the real kolla-build: his images and ours, his settings in force. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect } from "chai";
import { Bench, must, pythonOf } from "../support/e2e.ts";

describe("an operator with a kolla-build.conf, an override and an image of his own", () => {
  let bench: Bench;
  /** a home folder, whose ~/.kolla/kolla-build.conf is his where a test puts it there */
  let home = "";
  let conf = "";
  let hisConf = "";

  before(async () => {
    bench = await Bench.make("operator");
    await bench.takeDownloads();
    home = bench.path("home");
    await mkdir(bench.path("home/.kolla"), { recursive: true });
    await mkdir(bench.path("docker/mine"), { recursive: true });
    const image =
      "FROM {{ namespace }}/{{ image_prefix }}base:{{ tag }}\nLABEL mine=1\n{% block mine_footer %}{% endblock %}\n";
    await writeFile(bench.path("docker/mine/Dockerfile.j2"), image);
    const override = [
      "{% extends parent_template %}",
      "{% set osc_base_packages_append = ['tree'] %}",
      "{% block mine_footer %}\nLABEL overridden=1\n{% endblock %}\n",
    ].join("\n");
    await writeFile(bench.path("his.j2"), override);
    const overrides = (await bench.setting("kolla.template_override")) as string[];
    conf = bench.path("kolla-build.conf");
    hisConf = [
      "[DEFAULT]",
      ...["base = debian", "namespace = his/cloud", "image_name_prefix = my-", `tag = ${bench.tag}`, "pull = False"],
      ...[`docker_dir = ${bench.path("docker")}`, `template_override = ${bench.path("his.j2")}`],
      ...overrides.map((file) => `template_override = ${file}`),
      ...["", "[profiles]", "mine = ^mine$", ""],
    ].join("\n");
    await writeFile(conf, hisConf);
  });
  after(async () => {
    await bench.remove();
  });

  /** What every way must come to: the Dockerfiles of a run of kolla-build with both profiles. */
  const rendered = async (command: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    const work = bench.path("rendered");
    await rm(work, { recursive: true, force: true });
    const args = ["--template-only", "--work-dir", work];
    await must("env", [...command, ...args], { HOME: home, DOCKER_HOST: bench.endpoint, ...env });
    const files = ["mine", "osc-base", "osc"].map((name) => readFile(`${work}/docker/${name}/Dockerfile`, "utf8"));
    return (await Promise.all(files)).join("\n");
  };
  const settings = ["--set", "kolla.template_override=[]", "--set", "kolla.pull=true"];
  const context = (...args: string[]) =>
    bench.result("context", [...settings, ...args], { HOME: home, OSC_KOLLA_KOLLA_TAG: "" });
  /** The line without what the bench itself sets. */
  const lineOf = (words: readonly string[] | undefined): string[] => {
    const all = [...(words ?? [])].filter((word) => word !== "--pull");
    all.splice(all.indexOf("--tag"), 2);
    return all;
  };
  let expected = "";

  it("gets his image and ours in one call of kolla-build, in force all that he set", async () => {
    await writeFile(`${home}/.kolla/kolla-build.conf`, hisConf);
    const { kollaCommand } = await context();
    const line = [...lineOf(kollaCommand), "--profile", "mine"];
    expected = await rendered(line);
    expect(expected).to.include("LABEL overridden=1");
    expect(expected).to.match(/install [^\n]*\\?\n?[^\n]*graphviz[^&]*tree/);
    expect(expected).to.include(`FROM his/cloud/my-base:${bench.tag}`);
    expect(expected).to.include(`FROM his/cloud/my-osc-base:${bench.tag}`);

    await must("env", [...line, "--retries", "0"], { HOME: home, DOCKER_HOST: bench.endpoint });
    const image = (name: string) => `his/cloud/my-${name}:${bench.tag}`;
    expect(
      await bench.docker("inspect", "--format", "{{.Config.Labels.mine}}{{.Config.Labels.overridden}}", image("mine")),
    ).to.equal("11");
    expect(await bench.inImage(image("osc"), "sh", "-c", "command -v tree; id -un osc")).to.equal("/usr/bin/tree\nosc");
    expect(await readFile(`${home}/.kolla/kolla-build.conf`, "utf8")).to.equal(hisConf);
  });

  it("tells in the image's labels what it was made of", async () => {
    const { results } = await context();
    const text = await bench.docker("inspect", "--format", "{{json .Config.Labels}}", `his/cloud/my-osc:${bench.tag}`);
    const labels = JSON.parse(text) as Record<string, string>;
    expect(labels).to.include(results.context?.labels);
    expect(labels).to.include({
      "org.opensecuritycontroller.revision": results.source.commit,
      "org.opensecuritycontroller.version": results.source.version,
    });
  });

  it("gets the same from his file as --kolla-config, which switches the default file off", async () => {
    await writeFile(`${home}/.kolla/kolla-build.conf`, "[DEFAULT]\nnamespace = not-this\n");
    const { kollaCommand } = await context("--kolla-config", conf);
    expect(await rendered([...lineOf(kollaCommand), "--profile", "mine"])).to.equal(expected);
  });

  it("gets the same with ours as a drop-in beside his default file", async () => {
    await writeFile(`${home}/.kolla/kolla-build.conf`, hisConf);
    const { kollaCommand } = await context("--drop-in", `${home}/.kolla/kolla-build.conf.d`);
    expect(kollaCommand).to.not.include("--config-file");
    expect(await rendered([...lineOf(kollaCommand), "--profile", "mine"])).to.equal(expected);
    await rm(`${home}/.kolla/kolla-build.conf.d`, { recursive: true });
  });

  it("gets the same with ours by flags alone", async () => {
    const { results } = await context();
    const folder = dirname(results.context?.conf ?? "");
    const flags = ["--docker-dir", `${folder}/docker`, "--template-override", `${folder}/template-overrides.j2`];
    expect(await rendered([bench.kollaBuild, ...flags, "^osc-base$", "^osc$", "^mine$"])).to.equal(expected);
  });

  it("gets the same from a context that was moved to a machine without node", async () => {
    const { results } = await context("--set", "kolla.relocatable=true");
    const moved = bench.path("moved away");
    await rename(dirname(results.context?.conf ?? ""), moved);
    const line = [bench.kollaBuild, "--config-file", conf, "--config-file", `${moved}/kolla-build.conf`];
    const profiles = ["--locals-base", moved, "--profile", "osc", "--profile", "mine"];
    expect(await rendered([...line, ...profiles], { PATH: "/usr/bin:/bin" })).to.equal(expected);
  });

  const WRONG: readonly (readonly [what: string, conf: string, said: string])[] = [
    ["a line that is no option", "[DEFAULT]\nbase = debian\nnamespace his\n", "3: No ':' or '=' found in assignment"],
    [
      "a value that an option does not take",
      "[DEFAULT]\n\nthreads = many\n",
      "3: argument --threads: Invalid Integer(min=1) value: many",
    ],
    ["an engine that there is not", "[DEFAULT]\nengine = lxc\n", "2: argument --engine: Invalid String"],
    ["a line that is no UTF-8", "[DEFAULT]\n# Stra\xdfe\n", "2: 'utf-8' codec can't decode"],
    ["a name that nobody fills in", "[DEFAULT]\ntag = $nope\n", "2: no such option nope"],
  ];
  for (const [what, content, said] of WRONG) {
    it(`is told the file and the line of ${what}, before anything is built`, async () => {
      const file = bench.path("wrong.conf");
      await writeFile(file, content, "latin1");
      // the bench's kolla-build is a wrapper
      const python = ["--set", `kolla.python=${await pythonOf(bench.kollaBuild)}`];
      const work = ["--work-dir", bench.path("untouched")];
      const { code, stdout } = await bench.osc("image", [...work, "--kolla-config", file, ...python]);
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
      expect([code, error.code]).to.deep.equal([2, "BAD_CONFIGURATION"]);
      expect(error.message).to.include(`${file}:${said}`);
      expect(existsSync(bench.path("untouched/clones"))).to.equal(false);
    });
  }
});
