// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { defaultOption, renderConf } from "../../../src/kolla/conf.ts";
import { messageBy } from "../../support/unit-failure.ts";

type Sections = Record<string, Record<string, string[]>>;

/** Reads a file as oslo.config does (iniparser.py, and the interpolation of cfg.py with no option known). */
function osloRead(content: string): Sections {
  const sections: Sections = {};
  let section = "DEFAULT";
  for (const raw of content.split(/\r\n|\r|\n/)) {
    const line = raw.trimEnd();
    if (line === "" || /^[#;]/.test(line)) continue;
    if (/^[ \t]/.test(line)) throw new Error(`a continuation of nothing: ${line}`);
    if (line.startsWith("[")) {
      if (!line.endsWith("]") || line.length <= 2) throw new Error(`no section: ${line}`);
      section = line.slice(1, -1);
      continue;
    }
    const at = line.search(/[=:]/);
    if (at < 0) throw new Error(`no assignment: ${line}`);
    let value = line.slice(at + 1).trim();
    if (/^["']/.test(value) && value.at(0) === value.at(-1)) value = value.slice(1, -1);
    const options = (sections[section] ??= {});
    (options[line.slice(0, at).trim()] ??= []).push(interpolate(value));
  }
  return sections;
}

/** `\$` and `$$` are a dollar; a name behind a single one would be looked up: the writer must never leave one. */
function interpolate(value: string): string {
  return value.replaceAll("\\$", "$$$$").replaceAll(/\$(\$|\{?[a-z_])/gi, (_, found: string) => {
    if (found !== "$") throw new Error(`$${found} would be looked up`);
    return "$";
  });
}

describe("the kolla-build.conf that is written", () => {
  const single = (value: string) => osloRead(renderConf({ DEFAULT: { docker_dir: value } }, "c"))["DEFAULT"];

  /** what could stand in a path */
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom("$", "$$", "${x}", "$home", '"', "'", " ", "\t", "=", ":", "#", ";", "[", "]", "%", ",", "\\"),
        fc.string({ unit: "grapheme" }),
      ),
    )
    .map((parts) => parts.join(""));

  /** a name behind a dollar would be looked up, a backslash before one is lost, a line break begins another option */
  const canHold = (value: string) => !/[\r\n]|\$[\w{$]|\\\$/.test(value);

  it("is read back by kolla with every value as it was, whatever is in it", () => {
    fc.assert(
      fc.property(text.filter(canHold), (value) => {
        expect(single(value)).to.deep.equal({ docker_dir: [value] });
      }),
      {
        numRuns: 500,
        examples: [["$"], ["a$/b"], ['"'], ['""'], ["'a'"], [" a "], [""], ["#"], ["[x]"], ["a = b"], ['"a'], ["a\\b"]],
      },
    );
  });

  it("is refused with a name behind a dollar, which kolla would look up", async () => {
    for (const value of ["/a$HOME/b", "${x}", "a$$b", "$1"]) {
      expect(await messageBy(() => single(value))).to.include(JSON.stringify(value));
    }
  });

  it("is read back with all sections, options and repeated values in their order", () => {
    const conf = {
      DEFAULT: { docker_dir: ["/one", "/two", "/three"], template_override: "/o.j2" },
      profiles: { osc: "^osc-base$,^osc$" },
    };
    expect(osloRead(renderConf(conf, "c"))).to.deep.equal({
      DEFAULT: { docker_dir: ["/one", "/two", "/three"], template_override: ["/o.j2"] },
      profiles: { osc: ["^osc-base$,^osc$"] },
    });
  });

  it("keeps the patterns of the profile as they are", () => {
    const written = renderConf({ profiles: { osc: "^osc-base$,^osc$" } }, "what it is");
    expect(written).to.equal("# what it is\n\n[profiles]\nosc = ^osc-base$,^osc$\n");
  });

  it("is refused with a line break in a value, which would be another option", async () => {
    for (const value of ["a\nbase = rocky", "a\r\nb", "a\r", "\n"]) {
      expect(await messageBy(() => single(value))).to.include(JSON.stringify(value));
    }
  });
});

describe("what is looked for in the operator's own conf", () => {
  it("is found in [DEFAULT], however it is written", () => {
    for (const line of ["base=rocky", "base = rocky  ", "base: rocky", "base\t=\trocky"]) {
      expect(defaultOption(`# mine\n[DEFAULT]\n${line}\n[profiles]\n`, "base"), line).to.equal("rocky");
    }
    expect(defaultOption("[DEFAULT]\r\nbase-tag = 9\r\n", "base_tag")).to.equal("9");
    // oslo.config takes options before any section for those of DEFAULT
    expect(defaultOption("base = rocky", "base")).to.equal("rocky");
  });

  it("is the last one where it stands several times, across sections too", () => {
    expect(defaultOption("[DEFAULT]\nbase = a\nbase = b\n[x]\nbase = c\n[DEFAULT]\nbase = d\n", "base")).to.equal("d");
  });

  it("is not found in comments, other sections, other options and continuations", () => {
    const content =
      "#base = a\n;base = b\n[DEFAULT]\nbase_tag = c\nname = x\n  base = d\nmy-base = e\n[other]\nbase = f\n";
    expect(defaultOption(content, "base")).to.equal(undefined);
    expect(defaultOption("", "base")).to.equal(undefined);
  });
});
