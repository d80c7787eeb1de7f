// SPDX-License-Identifier: Apache-2.0
/** An image never carries an old payload or none, whatever the builder's cache thinks. */
import { createHash } from "node:crypto";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { expect } from "chai";
import type { Result } from "../../src/cli/result.ts";
import { Bench, must, pythonOf, run, SAMPLE } from "../support/e2e.ts";
import { engineOf, noteRan } from "../support/matrix.ts";

const FILE = "osc-server-bom/root/opt/vmidc/bin/quartz.properties";

describe("the payload in the images", () => {
  let bench: Bench;
  let content = "";

  before(async () => {
    bench = await Bench.make("payload");
    await bench.takeDownloads();
    await must("git", ["clone", "--quiet", `${SAMPLE}/osc-core.git`, bench.path("source")]);
  });
  after(() => bench.remove());

  /** Commits another content of the same size. */
  async function change(from: string, to: string): Promise<void> {
    expect(from.length).to.equal(to.length);
    const file = bench.path("source", FILE);
    content = (await readFile(file, "utf8")).replace(from, to);
    await writeFile(file, content);
    const identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    await must("git", [...identity, "commit", "--quiet", "--allow-empty", "-am", "change"], {}, bench.path("source"));
  }

  const image = (...args: string[]): Promise<Result> =>
    bench.result("image", ["--source-url", bench.path("source"), ...args]);

  const nameOf = (result: Result, index: number): string => result.results.images?.images[index]?.name ?? "";

  for (const [builder, buildkit] of [
    ["the classic builder", "false"],
    ["BuildKit", "true"],
  ] as const) {
    it(`is the new one after a file changed at the same size, with ${builder} and the old image there`, async () => {
      const builderOption = ["--set", `kolla.buildkit=${buildkit}`];
      await change("", "");
      const old = await image(...builderOption);
      expect(old.results.images?.buildkit).to.equal(buildkit === "true");
      const oldLayers = await bench.payloadLayers(nameOf(old, 0), buildkit === "true");

      await change(buildkit === "true" ? "Scheduler" : "scheduler", buildkit === "true" ? "scheduler" : "Scheduler");
      const fresh = await image(...builderOption);
      const told = await bench.inImage(nameOf(fresh, 1), "sha256sum", "/opt/vmidc/bin/quartz.properties");
      expect(told.split(" ")[0]).to.equal(createHash("sha256").update(content).digest("hex"));

      const layers = await bench.payloadLayers(nameOf(fresh, 0), buildkit === "true");
      expect(layers).to.have.length(3);
      expect(layers[0]).to.equal(oldLayers[0]);
      const kolla = String(fresh.results.images?.kolla);
      await noteRan({ kolla, base: "debian", engine: engineOf(buildkit === "true"), outcome: "built" });
      expect(layers[2]).to.not.equal(oldLayers[2]);
    });
  }

  it("is the new one although --skip-existing would keep the image of another build; base is kept", async () => {
    await change("scheduler", "Scheduler");
    const { images, skipped } = (await image("--", "--skip-existing")).results.images ?? {};
    const told = await bench.inImage(images?.[1]?.name ?? "", "sha256sum", "/opt/vmidc/bin/quartz.properties");
    expect(told.split(" ")[0]).to.equal(createHash("sha256").update(content).digest("hex"));
    expect(skipped).to.deep.equal([]);
  });

  it("is missed by name when kolla-build is run without the override", async () => {
    const { kollaCommand, results } = await bench.result("context", ["--source-url", bench.path("source")]);
    const conf = results.context?.conf ?? "";
    const without = (await readFile(conf, "utf8")).replace(/^template_override.*\n/m, "");
    await writeFile(`${conf}.without`, without);
    const command = (kollaCommand ?? []).map((word) => (word === conf ? `${conf}.without` : word));
    const { code, stderr } = await run("env", [...command, "--retries", "0"], { DOCKER_HOST: bench.endpoint });
    await rm(`${conf}.without`);
    expect(code).to.not.equal(0);
    expect(stderr).to.include("osc-base has no payload: no template override fills the block osc_base_payload");
  });

  it("is refused when an archive was changed behind our back, and the cause is the image's own line", async () => {
    const override = bench.path("broken.j2");
    const step = "RUN echo changed >> /opt/vmidc/bin/vmidc.sh";
    await writeFile(override, `{% extends parent_template %}\n{% block osc_base_footer %}\n${step}\n{% endblock %}\n`);
    const overrides = (await bench.setting("kolla.template_override")) as string[];
    const { code, stdout } = await bench.osc("image", [
      ...["--source-url", bench.path("source")],
      ...["--set", `kolla.template_override=${JSON.stringify([...overrides, override])}`],
    ]);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; log: string } };
    expect([code, error.code]).to.deep.equal([7, "KOLLA_FAILED"]);
    expect(error.message).to.include("opt/vmidc/bin/vmidc.sh: FAILED");
    expect(await readFile(error.log, "utf8")).to.include("sha256sum");
  });

  it("is named by a kolla-build.conf that is read back by the real oslo.config with every path as it is, however odd", async () => {
    const out = bench.path("out % ü \"x\" 'x'");
    const { results } = await bench.result("context", ["--source-url", bench.path("source"), "--output-dir", out]);
    const python = await pythonOf(bench.kollaBuild);
    const script = bench.path("read.py");
    await appendFile(
      script,
      [
        "import json, sys",
        "from oslo_config import cfg, types",
        "conf = cfg.ConfigOpts()",
        "conf.register_opts([cfg.MultiOpt(n, types.String()) for n in ('docker_dir', 'template_override')])",
        "conf.register_opts([cfg.ListOpt('osc')], 'profiles')",
        "conf(args=['--config-file', sys.argv[1]], project='test', default_config_files=[])",
        "print(json.dumps([conf.docker_dir, conf.template_override, conf.profiles.osc]))",
      ].join("\n"),
    );
    const read = await must(python, [script, results.context?.conf ?? ""]);
    expect(JSON.parse(read)).to.deep.equal([
      [`${out}/kolla/docker`],
      [`${out}/kolla/template-overrides.j2`],
      ["^osc-base$", "^osc$"],
    ]);
  });
});
