// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { oracleText, reportOfOracle } from "../../../src/cli/oracle-text.ts";
import { releaseOf } from "../../../src/kolla/releases.ts";
import type { Oracle } from "../../../src/stages/oracle.ts";
import { runCommand } from "../../support/unit-command.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";

const kollaIn = (venv: string, version: string, major: number) => ({
  ...{ file: `${venv}/bin/kolla-build`, python: `${venv}/bin/python`, version, major },
  release: releaseOf(major),
});
const KOLLA = kollaIn("/venv", "23.0.0", 23);
const OTHER = kollaIn("/old", "20.6.0", 20);
const CONF = "/etc/kolla/kolla-build.conf";

const ORACLE: Oracle = {
  kolla: KOLLA,
  args: ["--config-file", CONF, "--profile", "it's"],
  answer: {
    facts: [],
    files: [{ file: CONF, default: true }],
    options: [
      { section: "DEFAULT", name: "base", value: "debian", origin: [{ file: CONF, line: 2 }] },
      {
        section: "DEFAULT",
        name: "profile",
        value: ["a", "b"],
        origin: [{ file: CONF, line: 3 }, { commandLine: true }],
      },
      { section: "DEFAULT", name: "registry", value: null, origin: [] },
      { section: "DEFAULT", name: "tag", value: "1", origin: [{ environment: "OS_DEFAULT__TAG" }] },
      { section: "cron", name: "type", value: "url", origin: [] },
    ],
    images: ["base", "cron"],
    rendered: [
      {
        name: "cron",
        from: "kolla/base:1",
        stands_on: "base",
        template: "/t/cron",
        dockerfile: "FROM x\n\n \n\nRUN y\n",
      },
      { name: "base", from: "debian:trixie", stands_on: null, template: "/t/base", dockerfile: null },
    ],
    differences: [],
  },
  findings: [
    { id: "kolla-options", title: "options", level: "good", found: "2 set", mend: "" },
    { id: "kolla-refused", title: "configuration", level: "bad", found: "it stops", mend: "mend it" },
  ],
  upgrade: undefined,
};

const UPGRADE: Oracle["upgrade"] = {
  kolla: OTHER,
  changes: {
    findings: [],
    changed: [{ name: "base_tag", before: "trixie", after: null }],
    imagesGone: ["cron"],
    imagesNew: [],
    differences: [
      { name: "cron", diff: "-FROM x\n+FROM y" },
      { name: "base", diff: "" },
    ],
  },
};

describe("what doctor --kolla tells", () => {
  it("is the line, the files, each option with its origin, the Dockerfile, and in the end what was found", () => {
    expect(oracleText(reportOfOracle(ORACLE), false)).to.equal(
      [
        "kolla 23.0.0 is asked about",
        `  /venv/bin/kolla-build --config-file ${CONF} --profile 'it'\\''s'`,
        "",
        "Files, in the order in which kolla reads them",
        `  ${CONF}`,
        "",
        "Options",
        "  OPTION    FROM                                         VALUE",
        "  base      /etc/kolla/kolla-build.conf:2                debian",
        "  profile   /etc/kolla/kolla-build.conf:3, command line  a, b",
        "  registry  default                                      -",
        "  tag       OS_DEFAULT__TAG                              1",
        "",
        "Dockerfile of cron, by /t/cron",
        "  FROM x",
        "",
        "  RUN y",
        "",
        "base: FROM debian:trixie, by /t/base",
        "",
        "Findings",
        "✔ good     options        2 set",
        "✖ bad      configuration  it stops",
        "                          → mend it",
        "",
        "1 good, 0 warning, 1 bad: kolla-build stops before what is bad is mended.",
        "",
      ].join("\n"),
    );
  });

  it("has what another kolla would change, before what was found", () => {
    const text = oracleText(reportOfOracle({ ...ORACLE, upgrade: UPGRADE }), false);
    expect(text).to.include(
      [
        "With kolla 20.6.0 (/old/bin/kolla-build)",
        "  base_tag: trixie → -",
        "  images that it does not have: cron",
        "  Dockerfile of cron:",
        "  -FROM x",
        "  +FROM y",
        "  Dockerfile of base: the same",
        "  nothing in the configuration becomes wrong",
        "",
        "Findings",
      ].join("\n"),
    );
  });

  it("has the same words with colours", () => {
    const report = reportOfOracle({ ...ORACLE, upgrade: UPGRADE });
    const coloured = oracleText(report, true);
    expect(coloured).to.include("\x1b[1mFindings\x1b[22m");
    // eslint-disable-next-line no-control-regex -- colours
    expect(coloured.replaceAll(/\x1b\[\d+m/g, "")).to.equal(oracleText(report, false));
  });
});

describe("doctor --kolla that is called wrongly", () => {
  const folder = temporaryFolder();
  const doctor = (...args: string[]) => runCommand(["doctor", ...args], { cwd: folder() });

  it("is told so with 2", async () => {
    for (const [args, words] of [
      [["--image", "cron"], "--image is an option of --kolla"],
      [["--against", "20"], "--against is an option of --kolla"],
      [["--kolla", "--network"], "leave --network out"],
    ] as const) {
      const { exitCode, stderr } = await doctor(...args);
      expect([exitCode, stderr]).to.satisfy(([code, said]: [number, string]) => code === 2 && said.includes(words));
    }
  });

  it("needs a kolla, and ends with 3 where there is none", async () => {
    const { exitCode, stderr } = await doctor("--kolla", "--set", "kolla.command=./no-kolla");
    expect(exitCode, stderr).to.equal(3);
    expect(stderr).to.include('there is no program "');
  });
});
