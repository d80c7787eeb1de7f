// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { runCommand } from "../../support/unit-command.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

interface Told {
  readonly ok: boolean;
  readonly command: string;
  readonly settings: Readonly<Record<string, { readonly value: unknown; readonly origin: string }>>;
}

describe("the command config", () => {
  const folder = temporaryFolder();
  const run = (...argv: string[]) => runCommand(argv, { cwd: folder() });
  const rows = (text: string) => new Map(text.split("\n").map((line) => [line.split(/ {2,}/)[0] ?? "", line] as const));

  it("shows every setting with its value and where that came from", async () => {
    await put(join(folder(), "etc/mine.yaml"), "source:\n  ref: v0.8.0\noutput_dir: out\n");
    const given = { cwd: folder(), env: { OSC_KOLLA_KOLLA_TAG: "t1" } };
    const { exitCode, stdout } = await runCommand(
      ["config", "--config", "etc/mine.yaml", "--base", "rocky", "--set", "kolla.base_tag=9", "--push"],
      given,
    );
    expect(exitCode).to.equal(0);
    const shown = rows(stdout);
    expect(shown.get("source.ref")).to.match(/^source\.ref {2,}etc\/mine\.yaml:2:8 {2,}v0\.8\.0$/);
    expect(shown.get("output_dir"))
      .to.match(/ etc\/mine\.yaml:3:13 {2,}\//)
      .and.include(join(folder(), "etc/out"));
    expect(shown.get("kolla.tag")).to.match(/ OSC_KOLLA_KOLLA_TAG {2,}t1$/);
    expect(shown.get("kolla.base")).to.match(/ --base {2,}rocky$/);
    expect(shown.get("kolla.base_tag")).to.match(/ --set kolla\.base_tag {2,}"9"$/);
    expect(shown.get("kolla.push")).to.match(/ --push {2,}true$/);
    expect(shown.get("kolla.namespace")).to.match(/ default {2,}-$/);
  });

  it("takes an option before the same setting by --set, and the last --set of several", async () => {
    const { stdout } = await run(
      "config",
      "--tag",
      "a",
      "--set",
      "kolla.tag=b",
      "--set",
      "source.ref=c",
      "--set",
      "source.ref=d=e",
    );
    expect(rows(stdout).get("kolla.tag")).to.match(/ --tag {2,}a$/);
    expect(rows(stdout).get("source.ref")).to.match(/ {2,}d=e$/);
  });

  it("shows no password", async () => {
    for (const more of [[], ["--json"]]) {
      const { stdout } = await run("config", "--source-url", "https://user:hunter2@host/osc", ...more);
      expect(stdout).to.include("https://***@host/osc").and.not.include("hunter2");
    }
  });

  it("is aligned in columns, values of several lines too", async () => {
    const { stdout } = await run("config", "--set", "libraries=[{name: a, url: /a}, {name: b, url: /b}]");
    const lines = stdout.trimEnd().split("\n");
    const at = lines[0]?.indexOf("VALUE") ?? 0;
    expect(lines[0]).to.match(/^SETTING +FROM +VALUE$/);
    for (const line of lines) expect(line.slice(at - 2, at + 1)).to.match(/^ {2}\S|^ {3}/);
    expect(stdout).to.match(/^libraries +--set libraries +- name: a\n +url: \/a\n +- name: b\n +url: \/b\n/m);
  });

  it("shows the origin of each Maven repository", async () => {
    await put(join(folder(), "osc-kolla.yaml"), "maven:\n  repositories:\n    a.b: https://a\n    a: https://b\n");
    const { stdout } = await run("config", "--set", "maven.repositories.c=https://c");
    const shown = rows(stdout);
    expect(shown.get("maven.repositories.a.b")).to.match(/ osc-kolla\.yaml:3:10 {2,}https:\/\/a$/);
    expect(shown.get("maven.repositories.a")).to.match(/ osc-kolla\.yaml:4:8 {2,}https:\/\/b$/);
    expect(shown.get("maven.repositories.c")).to.match(/ --set maven\.repositories\.c {2,}https:\/\/c$/);
  });

  it("tells programs the same", async () => {
    const { stdout, stderr } = await run("config", "--tag", "t1", "--json");
    const { ok, command, settings } = JSON.parse(stdout) as Told;
    expect([ok, command, stderr]).to.deep.equal([true, "config", ""]);
    expect(settings["kolla.tag"]).to.deep.equal({ value: "t1", origin: "--tag" });
    expect(settings["kolla.namespace"]).to.deep.equal({ value: null, origin: "default" });
    expect(settings["maven.java_version"]).to.deep.equal({ value: 8, origin: "default" });
  });

  it("init writes a file once, and again when it is forced", async () => {
    const file = join(folder(), "osc-kolla.yaml");
    expect(await run("config", "init")).to.include({ exitCode: 0, stdout: `${file}\n` });
    expect((await run("config")).exitCode).to.equal(0);
    await put(file, "# mine\n");
    const refused = await run("config", "init");
    expect([refused.exitCode, refused.stdout]).to.deep.equal([2, ""]);
    expect(refused.stderr).to.include(file).and.include("--force");
    expect(await readFile(file, "utf8")).to.equal("# mine\n");
    expect((await run("config", "init", "--force")).exitCode).to.equal(0);
    expect(await readFile(file, "utf8")).to.include("#work_dir: .osc-kolla");
  });

  it("init writes where it is told to", async () => {
    expect((await run("config", "init", "etc/mine.yaml")).exitCode).to.equal(0);
    expect(await readdir(folder())).to.deep.equal(["etc"]);
    expect((await run("config", "--config", "etc/mine.yaml")).exitCode).to.equal(0);
  });

  it("schema prints a JSON schema", async () => {
    const { exitCode, stdout } = await run("config", "schema");
    expect(exitCode).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ title: "Settings of osc-kolla" });
  });
});
