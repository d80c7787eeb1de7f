// SPDX-License-Identifier: Apache-2.0
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { failureLines, imageFailure, kollaWords } from "../../../src/kolla/failure.ts";
import { KOLLA_HINTS } from "../../../src/kolla/hints.ts";
import { hintFor } from "../../../src/system/hints.ts";
import { said, saidBy } from "../../support/said.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

const failing = (name: string): string[] => imageFailure("osc-base", said(`kolla/${name}.log`));
const words = (name: string): string[] => kollaWords(said(`kolla/tail-${name}.log`).trimEnd().split("\n"));

describe("the step of an image that failed", () => {
  const RUN = "RUN apt-get -y install no-such-package";
  const APT = ["Reading package lists...", "Building dependency tree...", "Reading state information..."];

  for (const [builder, step] of [
    ["classic", "10 of 21"],
    ["buildkit", "8 of 9"],
  ] as const) {
    it(`is its instruction, its output and its exit code, by the ${builder} builder`, () => {
      expect(failing(`package-${builder}`)).to.deep.equal([
        `osc-base, step ${step}: ${RUN}`,
        ...APT.map((line) => `  ${line}`),
        "  E: Unable to locate package no-such-package",
        "  exit code: 100",
      ]);
    });

    it(`is told with the blanks of a continued line in one, by the ${builder} builder`, () => {
      expect(failing(`command-${builder}`)).to.deep.equal([
        `osc-base, step ${step}: RUN echo one && ls /no/such/folder && echo two`,
        "  one",
        "  ls: cannot access '/no/such/folder': No such file or directory",
        "  exit code: 2",
      ]);
    });

    it(`is told with its last lines only, by the ${builder} builder`, () => {
      const lines = failing(`many-lines-${builder}`);
      expect(lines).to.have.lengthOf(13);
      expect(lines.slice(-3)).to.deep.equal(["  line 60", "  cp: cannot stat something", "  exit code: 1"]);
    });

    it(`is told where it has no output, by the ${builder} builder`, () => {
      const [title, ...output] = failing(`copy-${builder}`);
      expect(title).to.equal(`osc-base, step ${step}: COPY no-such-file /tmp/`);
      expect(output).to.have.lengthOf(1);
      expect(output[0]).to.include("no-such-file").and.include("not");
    });

    it(`is the pull of the base image, by the ${builder} builder`, () => {
      const [title, cause] = failing(`pull-manifest-${builder}`);
      expect(title).to.include("127.0.0.1:5999/debian:nope");
      expect(cause).to.match(/manifest unknown|not found/);
    });
  }

  it("is told without colours, Python's frames, and what is said twice", () => {
    for (const file of saidBy("kolla").filter((name) => !name.startsWith("tail-"))) {
      const lines = failing(file.replace(/\.log$/, ""));
      expect(lines.length, file).to.be.within(2, 13);
      // eslint-disable-next-line no-control-regex -- no escape sequence is what is looked for
      expect(lines.join("\n"), file).to.not.match(/\x1b|Traceback|CalledProcessError|kolla\.common|\.py"/);
      expect(new Set(lines).size, file).to.equal(lines.length);
    }
  });

  it("is known of podman's output, and of a kolla before 17", () => {
    const podman = 'STEP 2/3: RUN false\nError: building at STEP "RUN false": exit status 1\n';
    expect(imageFailure("osc", podman)[0]).to.equal("osc, step 2 of 3: RUN false");
    const old = [
      "INFO:kolla.common.utils.osc-base:Step 3/12 : RUN apt-get update",
      "INFO:kolla.common.utils.osc-base: ---> Running in 0a1b2c3d",
      "ERROR:kolla.common.utils.osc-base:Error'd with the following message",
      "ERROR:kolla.common.utils.osc-base:The command '/bin/sh -c apt-get update' returned a non-zero code: 100",
    ];
    expect(imageFailure("osc-base", old.join("\n"))).to.deep.equal([
      "osc-base, step 3 of 12: RUN apt-get update",
      "  exit code: 100",
    ]);
  });

  it("is the end of the log where no step is told", () => {
    expect(imageFailure("osc", "one\n\ntwo\n")).to.deep.equal(["osc:", "  one", "  two"]);
  });

  it("is told of each image that failed, and of no other", async () => {
    const folder = temporary();
    await put(join(folder, "osc-base.log"), said("kolla/package-classic.log"));
    await symlink("osc-base.log", join(folder, "000_FAILED_osc-base.log"));
    await put(join(folder, "base.log"), "not this one");
    await put(join(folder, "000_FAILED_osc.log"), "the parent failed\n");
    expect(await failureLines(folder, ["tail"])).to.match(
      /^osc-base, step 10 of 21: RUN .*\n[^]*\n {2}exit code: 100\nosc:\n {2}the parent failed$/,
    );
  });

  const temporary = temporaryFolder();
});

describe("kolla-build's own last words", () => {
  it("are its errors and the exception, without the frames of Python", () => {
    expect(words("nodir")).to.deep.equal(["FileNotFoundError: [Errno 2] No such file or directory: '/nope/docker'"]);
    expect(words("twice")).to.deep.equal([
      "Syntax error in template: template-overrides.j2",
      "block 'x' defined twice",
    ]);
    expect(words("nodaemon")[0]).to.equal("Unable to connect to container engine daemon, exiting");
    expect(words("nodaemon")[1]).to.match(/^Exception caught: .*No such file or directory/);
    expect(words("badopt")).to.deep.equal(["kolla-build: error: unrecognized arguments: --nosuchoption"]);
  });

  it("keep the places in templates", () => {
    expect(words("undef").slice(-2)).to.deep.equal([
      `File "<template>", line 11, in block 'osc_base_footer'`,
      "jinja2.exceptions.UndefinedError: 'nothing' is undefined",
    ]);
  });

  it("are its last lines where none of these is there", async () => {
    const tail = Array.from({ length: 50 }, (_, n) => `line ${String(n)}`);
    const lines = kollaWords([...tail, " ", ""]);
    expect(lines.at(-1)).to.equal("line 49");
    expect(lines.length).to.be.within(3, 10);
    expect(await failureLines("/nowhere", tail)).to.equal(lines.join("\n"));
  });
});

describe("what to do about a failure of kolla-build", () => {
  /** By the file with what was really said, the beginning of what its hint says. */
  const HINTS: Readonly<Record<string, RegExp>> = {
    "apt-certificate-buildkit": /^The image does not know the authority/,
    "apt-expired-buildkit": /^The package mirror is out of date/,
    "apt-gone-buildkit": /^The package mirror has no such file/,
    "apt-host-buildkit": /^The build reaches no such host.*offline-base\.j2/,
    "apt-release-buildkit": /^The package mirror has no such file/,
    "copy-buildkit": /^The template asks for a file/,
    "copy-classic": /^The template asks for a file/,
    "curl-certificate-buildkit": /^The image does not know the authority/,
    "extrepo-classic": /^The build reaches no such host.*offline-base\.j2/,
    "host-classic": /^The build reaches no such host/,
    "killed-buildkit": /^The kernel ended the step/,
    "package-buildkit": /no package of that name/,
    "package-classic": /no package of that name/,
    "payload-buildkit": /was not in force/,
    "payload-classic": /was not in force/,
    "proxy-buildkit": /^The proxy wants a user/,
    "pull-denied-classic": /^The registry does not let you in/,
    "pull-manifest-buildkit": /^The registry has no such image/,
    "pull-manifest-classic": /^The registry has no such image/,
    "pull-nohost-buildkit": /^The engine does not reach the registry/,
    "pull-nohost-classic": /^The engine does not reach the registry/,
    "pull-private-buildkit": /^The registry does not let you in/,
    "pull-private-classic": /^The registry does not let you in/,
    "pull-tls-classic": /^The engine does not trust the registry's certificate/,
    "release-classic": /^This release of kolla builds on another release/,
    "space-buildkit": /^The engine's disk is full/,
    "space-classic": /^The engine's disk is full/,
    "tail-badbase": /does not take that value/,
    "tail-badopt": /behind --/,
    "tail-dash": /profile with a dash/,
    "tail-denied": /^Your user may not use the engine/,
    "tail-nobuildx": /^Install docker's buildx plugin/,
    "tail-nodaemon": /^Start the engine/,
    "tail-nodir": /^A path that kolla-build was given is not there/,
    "tail-nooverride": /^A path that kolla-build was given is not there/,
    "tail-noprofile": /^The profile `osc`/,
    "tail-nosdk": /pip install docker/,
    "tail-syntax": /^One of the template overrides is wrong/,
    "tail-twice": /^kolla joins all override files/,
    "tail-undef": /^A template override uses a variable/,
    "tail-unknown-user": /remove \[osc-user\]/,
  };

  for (const file of saidBy("kolla")) {
    const name = file.replace(/\.log$/, "");
    it(`is told by its own words: ${name}`, () => {
      const lines = name.startsWith("tail-") ? words(name.replace("tail-", "")) : failing(name);
      const hint = hintFor(lines.join("\n"), KOLLA_HINTS);
      const expected = HINTS[name];
      if (expected === undefined) expect(hint).to.equal(undefined);
      else expect(hint).to.match(expected);
    });
  }

  it("is known of every message by what a program really said, and of these by their words alone", () => {
    const told = saidBy("kolla").map((file) => {
      const name = file.replace(/\.log$/, "");
      return hintFor((name.startsWith("tail-") ? words(name.slice(5)) : failing(name)).join("\n"), KOLLA_HINTS);
    });
    const others = KOLLA_HINTS.filter(({ hint }) => !told.includes(hint)).map(({ says }) => says);
    // an option that a template override names, and this release lacks
    expect(others).to.deep.equal(["NoSuchOptError: no such option …"]);
  });

  it("is told of what other releases and engines say", () => {
    const SAID: readonly (readonly [words: string, hint: RegExp])[] = [
      [
        "Error response from daemon: manifest for debian:nope not found: manifest unknown: manifest unknown",
        /has no such image/,
      ],
      ["pull access denied for nosuch, repository does not exist or may require 'docker login'", /docker login/],
      ['Get "https://r.example/v2/": x509: certificate signed by unknown authority', /does not trust/],
      ["curl: (56) Received HTTP code 407 from proxy after CONNECT", /The proxy wants a user/],
      ["Temporary failure resolving 'mirror.example'", /offline-base/],
      ["gpg: keyserver receive failed: Server indicated a failure", /offline-base/],
      ["oslo_config.cfg.NoSuchOptError: no such option tag in group [DEFAULT]", /names an option/],
    ];
    for (const [text, hint] of SAID) expect(hintFor(text, KOLLA_HINTS), text).to.match(hint);
    expect(hintFor("something else", KOLLA_HINTS)).to.equal(undefined);
  });
});
