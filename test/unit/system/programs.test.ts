// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, rm, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { findProgram, programMemory } from "../../../src/system/programs.ts";
import { thrownBy } from "../../support/unit-failure.ts";
import { put, putProgram, temporaryFolder } from "../../support/unit-folder.ts";

describe("a program", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);
  const find = (command: string, ...path: string[]) => findProgram(command, { PATH: path.join(":") }, folder());

  it("is found on PATH, in the first folder that has it", async () => {
    const second = await putProgram(at("b/mvn"), "true");
    expect(await find("mvn", at("a"), at("b"))).to.equal(second);
    const first = await putProgram(at("a/mvn"), "true");
    expect(await find("mvn", at("a"), at("b"))).to.equal(first);
    expect(await find("mvn", at("b"), at("a"))).to.equal(second);
  });

  it("is not a folder, nor a file that cannot be run, nor a link to nothing", async () => {
    await mkdir(at("a/mvn"), { recursive: true });
    await put(at("b/mvn"), "", 0o644);
    await mkdir(at("c"));
    await symlink("absent", at("c/mvn"));
    expect(await find("mvn", at("a"), at("b"), at("c"))).to.equal(undefined);
    const there = await putProgram(at("d/mvn"), "true");
    expect(await find("mvn", at("a"), at("b"), at("c"), at("d"))).to.equal(there);
  });

  it("is never taken from the working directory by its name alone", async () => {
    await putProgram(at("mvn"), "true");
    await putProgram(at("bin/mvn"), "true");
    const before = process.cwd();
    process.chdir(folder());
    try {
      expect(await find("mvn", "", ".", "bin")).to.equal(undefined);
      expect(await findProgram("mvn", {}, folder())).to.equal(undefined);
    } finally {
      process.chdir(before);
    }
  });

  it("is found by its path, relative to the working directory", async () => {
    const there = await putProgram(at("bin/mvn"), "true");
    expect(await find("bin/mvn")).to.equal(there);
    expect(await find("./bin/mvn")).to.equal(there);
    expect(await find(there)).to.equal(there);
    expect(await find("./mvn", at("bin"))).to.equal(undefined);
  });
});

describe("what a program said of itself", () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), "bin/mvn");
  const state = () => join(folder(), "state");
  let asked = 0;

  beforeEach(async () => {
    asked = 0;
    await putProgram(file(), "true");
  });

  const ask = (readOnly = false, files = [file()], name = "maven") =>
    programMemory(state(), readOnly)(name, files, () => Promise.resolve(`answer ${String(++asked)}`));

  it("is remembered by later runs, so that it is not started again", async () => {
    expect([await ask(), await ask(), await ask()]).to.deep.equal(["answer 1", "answer 1", "answer 1"]);
  });

  it("is asked once by those who ask at the same time, and again after a failure", async () => {
    const remember = programMemory(state(), true);
    let asks = 0;
    const slowly = () => Promise.resolve(`answer ${String((asks += 1))}`);
    const ask = () => remember("mvn", [file()], slowly);
    expect(await Promise.all([ask(), ask()])).to.deep.equal(["answer 1", "answer 1"]);
    expect(await ask()).to.equal("answer 1");
    const fails = () => remember("kolla", [file()], () => Promise.reject(new Error(String((asks += 1)))));
    expect(String(await thrownBy(fails))).to.include("2");
    expect(String(await thrownBy(fails))).to.include("3");
  });

  it("is asked again when its file is another one", async () => {
    await ask();
    await utimes(file(), 5, 5);
    expect(await ask()).to.equal("answer 2");
    await putProgram(file(), "false # longer");
    expect(await ask()).to.equal("answer 3");
    await rm(file());
    expect(await ask()).to.equal("answer 4");
    expect(await ask()).to.equal("answer 4");
  });

  it("is asked again when a link leads to another file", async () => {
    const link = join(folder(), "bin/java");
    await symlink(file(), link);
    await ask(false, [link]);
    await rm(link);
    await symlink(await putProgram(join(folder(), "bin/other"), "true"), link);
    expect(await ask(false, [link])).to.equal("answer 2");
  });

  it("is asked again when it stands on other files", async () => {
    await ask();
    expect(await ask(false, [file(), join(folder(), "jdk8/bin/java")])).to.equal("answer 2");
  });

  it("is kept apart for each program", async () => {
    await ask(false, [file()], "maven");
    expect(await ask(false, [file()], "kolla-build")).to.equal("answer 2");
    expect(await ask(false, [file()], "maven")).to.equal("answer 1");
  });

  it("is not written down by a dry run, which knows what a run before it wrote", async () => {
    expect(await ask(true)).to.equal("answer 1");
    expect(await readdir(folder())).to.deep.equal(["bin"]);
    await ask();
    expect(await ask(true)).to.equal("answer 2");
  });

  it("is not remembered when it failed", async () => {
    const failure = new Error("no JDK");
    const remember = programMemory(state(), false);
    expect(await thrownBy(() => remember("maven", [file()], () => Promise.reject(failure)))).to.equal(failure);
    expect(await ask()).to.equal("answer 1");
  });

  it("is asked again when what was remembered is torn", async () => {
    await ask();
    for (const name of await readdir(state())) await put(join(state(), name), '{"key": "');
    expect(await ask()).to.equal("answer 2");
  });
});
