// SPDX-License-Identifier: Apache-2.0
/** What is made from the schema: the commented file, the JSON schema, the reference page. */
import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { expect } from "chai";
import { parse } from "yaml";
import { makePages } from "../../../scripts/docs/pages.ts";
import { SETTING_OPTIONS } from "../../../src/cli/options.ts";
import { jsonSchema } from "../../../src/config/json-schema.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { sampleFile } from "../../../src/config/sample.ts";
import {
  allowedBy,
  environmentName,
  findSetting,
  isSection,
  knownOf,
  namesIn,
  SETTINGS,
  typeOf,
} from "../../../src/config/settings.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

const CHECKOUT = new URL("../../../", import.meta.url);

/** As a person would remove the # before every setting. */
const uncommented = (): string => sampleFile().replaceAll(/^( *)#(?! |$)/gm, "$1");

describe("every setting", () => {
  for (const { key, type } of SETTINGS) {
    it(`${key} says what it means and what it takes, and has a default or an example`, () => {
      const { description, default: value, examples } = knownOf(type);
      expect(description).to.match(/\w/);
      expect(allowedBy(type)).to.match(/\w/);
      expect(value !== undefined || (examples ?? []).length > 0).to.equal(true);
    });

    it(`${key} takes its own examples, by --set and by its variable`, async () => {
      for (const example of knownOf(type).examples ?? []) {
        const text = typeof example === "string" ? example : JSON.stringify(example);
        const request = { env: {}, cwd: "/cwd", setupFile: "/nowhere/setup.json" };
        const byOption = await loadConfig({ ...request, options: [[key, text, "--set"]] });
        const byVariable = await loadConfig({ ...request, options: [], env: { [environmentName(key)]: text } });
        expect(byOption.config).to.deep.equal(byVariable.config);
      }
    });
  }

  it("stands in a section that says what it is for", () => {
    for (const name of namesIn("").filter(isSection)) expect(knownOf(typeOf(name)).description, name).to.match(/\w/);
  });

  it("has a variable of its own", () => {
    const names = SETTINGS.map(({ key }) => environmentName(key));
    expect(new Set(names).size).to.equal(names.length);
  });

  it("that has an option is one", () => {
    for (const [flags, key] of SETTING_OPTIONS) expect(findSetting(key), flags).to.not.equal(undefined);
  });
});

describe("the commented file", () => {
  const folder = temporaryFolder();
  const load = async (content: string) => {
    await put(`${folder()}/osc-kolla.yaml`, content);
    return loadConfig({ options: [], env: {}, cwd: folder(), setupFile: "/nowhere/setup.json" });
  };

  it("changes nothing as it is", async () => {
    const { settings } = await load(sampleFile());
    expect(settings.filter(({ origin }) => origin !== "default")).to.deep.equal([]);
  });

  it("gives every setting its default, or an example, with all comments removed", async () => {
    const { settings } = await load(uncommented());
    const given = settings.filter(({ origin }) => origin.startsWith("osc-kolla.yaml:")).map(({ key }) => key);
    // an empty map has no part that could come from anywhere
    expect([...given, "maven.repositories"]).to.have.members(SETTINGS.map(({ key }) => key));
    const known = new Map(settings.map(({ key, value }) => [key, value]));
    for (const { key, type } of SETTINGS) {
      const { default: value } = knownOf(type);
      if (value !== undefined && !key.endsWith("_dir")) expect(known.get(key), key).to.deep.equal(value);
    }
  });

  it("fits on a narrow screen, and tells how an editor finds the schema", () => {
    for (const line of sampleFile().split("\n")) expect(line.length).to.be.at.most(122);
    expect(sampleFile()).to.include("# yaml-language-server: $schema=").and.include("osc-kolla config schema");
  });
});

describe("the JSON schema for editors", () => {
  const check = new Ajv({ strict: true, allowUnionTypes: true }).compile(jsonSchema());
  const accepts = (yaml: string) => check(parse(yaml));

  it("takes what the command takes", async () => {
    const demo = await readFile(new URL("fixtures/demo.yaml", CHECKOUT), "utf8");
    for (const yaml of [demo, sampleFile(), uncommented(), "kolla:\n", "{}", "maven: {java_version: any}"]) {
      expect(accepts(yaml), JSON.stringify(check.errors)).to.equal(true);
    }
  });

  it("refuses what the command refuses", () => {
    const wrong = [
      "sauce: 1",
      "kolla: {colour: red}",
      "kolla: {engine: lxc}",
      "kolla: {tag: 1.0}",
      "kolla: {tag: a b}",
    ];
    const inside = ["libraries: [{name: a}]", "output_dir: /a$b", "maven: {java_version: 7}", "kolla: {push: maybe}"];
    for (const yaml of [...wrong, ...inside]) expect(accepts(yaml), yaml).to.equal(false);
  });

  it("has words for every setting, and nothing of ours alone", () => {
    const text = JSON.stringify(jsonSchema());
    for (const { type } of SETTINGS) expect(text).to.include(JSON.stringify(knownOf(type).description));
    expect(text).to.not.match(/"(allowed|relative|secret|variable)":/);
  });
});

describe("the pages that are made from the code", () => {
  it("are as `npm run docs` would write them", async () => {
    for (const { file, content } of await makePages()) {
      expect(await readFile(file, "utf8"), `${file} is old: npm run docs`).to.equal(content);
    }
  });

  it("name every setting, with its variable and its option", async () => {
    const page = (await makePages()).find(({ file }) => file.endsWith("docs/settings.md"))?.content ?? "";
    for (const { key } of SETTINGS)
      expect(page)
        .to.include(`## \`${key}\``)
        .and.include(`\`${environmentName(key)}\``);
    for (const [flags] of SETTING_OPTIONS) expect(page).to.include(`\`${flags}\``);
  });
});
