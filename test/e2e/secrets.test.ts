// SPDX-License-Identifier: Apache-2.0
/** Canary secrets of a real run: the images carry none, neither in their history and configuration nor in a layer. */
import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import fsExtra from "fs-extra";
import { Bench, must } from "../support/e2e.ts";

const CANARY = "canary-7f3a-of-a-real-run";
const FORMS = [
  CANARY,
  ...["", "m", "me"].map((user) => Buffer.from(`${user}:${CANARY}`).toString("base64").slice(4, -4)),
];

const SETTINGS = `<settings><servers><server>
  <id>nobody</id><username>me</username><password>${CANARY}</password>
</server></servers></settings>`;

/** What may not stand in a program's output, a file or an image. */
const expectNone = (content: Buffer | string, where: string): void => {
  for (const form of FORMS) expect(content.includes(form), `${form} in ${where}`).to.equal(false);
};

describe("the secrets of a real run", () => {
  let bench: Bench;
  let proxy: string;
  const images = () => ["osc-base", "osc", "osc-build"].map((name) => `kolla/${name}:${bench.tag}`);

  before(async () => {
    bench = await Bench.make("secrets");
    // one that nothing here uses
    proxy = `http://me:${CANARY}@127.0.0.1:9`;
    await fsExtra.outputFile(bench.path("settings.xml"), SETTINGS);
    const auth = Buffer.from(`me:${CANARY}`).toString("base64");
    await fsExtra.outputJson(bench.path("docker/config.json"), { auths: { "registry.example.org": { auth } } });
  });
  after(() => bench.remove());

  const run = (...args: string[]) =>
    bench.osc("image", ["--set", `maven.settings=${bench.path("settings.xml")}`, ...args], {
      ftp_proxy: proxy,
      FTP_PROXY: proxy,
      MAVEN_OPTS: `-Dcanary.password=${CANARY}`,
      DOCKER_CONFIG: bench.path("docker"),
      SOMEBODYS_TOKEN: CANARY,
    });

  it("are in no output when the images and the build container are made", async () => {
    const container = ["--set", "build.runner=container", "--set", "maven.java_version=8"];
    const { code, stdout, stderr } = await run(...container, "--", "--build-args", `canary_proxy:${proxy}`);
    expect(code, stderr).to.equal(0);
    expectNone(`${stdout}${stderr}`, "the output");
  });

  it("are in no file of the work and output folders", async () => {
    for (const folder of ["work", "out"]) {
      const found = await must("sh", ["-c", `grep -rlF '${CANARY}' '${bench.path(folder)}' || true`]);
      expect(found, folder).to.equal("");
    }
  });

  it("are in no image: its history, its configuration and the content of its layers", async () => {
    for (const image of images()) {
      expectNone(await bench.docker("history", "--no-trunc", image), `the history of ${image}`);
      expectNone(await bench.docker("inspect", image), `the configuration of ${image}`);
      const folder = bench.path("saved");
      await fsExtra.emptyDir(folder);
      await bench.docker("save", "--output", `${folder}.tar`, image);
      await must("tar", ["-xf", `${folder}.tar`, "-C", folder]);
      const files = (await must("find", [folder, "-type", "f"])).trim().split("\n");
      expect(files.length, image).to.be.greaterThan(5);
      for (const file of files) {
        const content = await readFile(file);
        expectNone(content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content, `${file} of ${image}`);
      }
    }
  });

  it("are in no output and no log when kolla-build fails, which quotes its build arguments then", async () => {
    const broken = bench.path("broken.j2");
    await writeFile(broken, "{% extends parent_template %}\n{% block osc_footer %}\nRUN false\n{% endblock %}\n");
    const { code, stdout, stderr } = await run(
      ...[
        "--set",
        `kolla.template_override=${JSON.stringify([...((await bench.setting("kolla.template_override")) as string[]), broken])}`,
      ],
      ...["--", "--build-args", `canary_proxy:${proxy}`],
    );
    expect(code, stderr).to.equal(7);
    expectNone(`${stdout}${stderr}`, "the output");
    const logs = await must("sh", ["-c", `grep -rhF 'canary_proxy=' '${bench.path("work/logs")}' || true`]);
    expect(logs).to.include("***");
    expectNone(logs, "the logs");
  });
});
