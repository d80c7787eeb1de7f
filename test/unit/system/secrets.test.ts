// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { mask as maskForRun, Secrets } from "../../../src/system/secrets.ts";
import { ENCODINGS } from "../../support/encodings.ts";
import { runCommand } from "../../support/unit-command.ts";
import { temporaryFolder } from "../../support/unit-folder.ts";

describe("credentials in what is printed, logged and recorded", () => {
  const mask = (text: string) => new Secrets().mask(text);

  it("are never there, wherever the URL stands", () => {
    // @ and / in a password are written as %40 and %2F in a URL
    const character = fc.constantFrom(...Array.from("abcXYZ0189!$&'()*+,;=~._-%:#?[]\"<>\\^`{|}ü€"));
    const secret = fc.array(character, { minLength: 1, maxLength: 20 }).map((letters) => `s3${letters.join("")}cr3t`);
    const scheme = fc.constantFrom("https", "http", "HTTPS", "git+https", "ssh", "ftp");
    const user = fc.constantFrom("", "user", "user%40host", "x-token-auth");
    const around = fc.constantFrom("", " ", "fatal: '", '"', "(", "\t", "=", "\n", "[", "url=");
    fc.assert(
      fc.property(around, scheme, user, secret, (before, name, who, password) => {
        const masked = mask(`${before}${name}://${who}:${password}@host.example:8443/path' not found`);
        expect(masked).to.equal(`${before}${name}://***@host.example:8443/path' not found`);
      }),
    );
  });

  it("may be a token in the place of the user's name", () => {
    expect(mask("https://ghp_abcdef@github.com/a/b")).to.equal("https://***@github.com/a/b");
    expect(mask("https://@host/x")).to.not.include("https://@");
  });

  it("are removed from each of several URLs on a line", () => {
    expect(mask("from https://a:b@h/1 to http://c:d@h/2, see https://h/3")).to.equal(
      "from https://***@h/1 to http://***@h/2, see https://h/3",
    );
  });

  it("are not the user of an ssh URL, which is needed to use it; its password is one", () => {
    expect(mask("ssh://git@host/a.git")).to.equal("ssh://git@host/a.git");
    expect(mask("ssh://git:pw@host/a.git")).to.equal("ssh://***@host/a.git");
  });

  it("are not seen where there are none", () => {
    const plain = [
      "https://host/a@b",
      "git@host:a/b.git",
      "a@b.c",
      "http://[::1]:8080/x",
      "user: x@y",
      "",
      "file:///a@b",
      "1:2@3",
    ];
    for (const text of plain) expect(mask(text)).to.equal(text);
  });

  it("stay masked when it is done twice", () => {
    const once = mask("https://a:b@h/1");
    expect(mask(once)).to.equal(once);
  });
});

describe("a secret that is remembered", () => {
  const run = new Secrets();
  const mask = (text: string) => run.mask(text);
  const letters = Array.from("abcXYZ0189!$&'()*+,;=~._-%:#?[]\"<>\\^`{|}@/ü€😀");
  const value = fc
    .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 16 })
    // a blank at its end would not be remembered
    .map((some) => `Cänary${some.join("")}0`);
  const secrets = [...fc.sample(value, 30), "Cänary\\\\81#9,%0"];
  before(() => secrets.forEach((secret) => run.remember(secret)));

  for (const [name, encode] of ENCODINGS) {
    it(`is masked ${name}, and nothing around it`, () => {
      for (const secret of secrets) expect(mask(`said "${encode(secret)}" to`), secret).to.equal('said "***" to');
    });
  }

  it("is taken from URLs, with or without their encoding, and from what is called a password", () => {
    run.rememberIn("http://me:zebra%2Fcrossing@proxy:3128 ftp://quite-a-long-token-1@h");
    run.rememberIn("-Xmx1g -Djavax.net.ssl.trustStorePassword=gnu/herd,more -Dx=y");
    const told = mask("zebra/crossing zebra%2fcrossing quite-a-long-token-1 gnu/herd -Xmx1g x=y me proxy");
    expect(told).to.equal("*** *** *** *** -Xmx1g x=y me proxy");
    expect(() => run.rememberIn("http://me:100%zz@h")).not.to.throw();
    expect(mask("it was 100%zz")).to.equal("it was ***");
  });

  it("is masked as a word of its own where it is short", () => {
    run.remember("tiger");
    expect(mask("the tiger, tigers, http://me:tiger@h")).to.equal("the ***, tigers, http://***@h");
  });

  it("is let alone where it is so short, or such a number, that it stands everywhere", () => {
    for (const short of ["", "abc", "12345", undefined]) run.remember(short);
    expect(mask("abc 12345 undefined")).to.equal("abc 12345 undefined");
  });

  it("is let alone where it is a name or in a path of this run: its messages could not be understood", () => {
    run.remember("okapi");
    run.keepReadable("/srv/okapi/work");
    expect(mask("in /srv/okapi/work with okapi")).to.equal("in /srv/okapi/work with okapi");
    expect(mask("https://me:okapi@h")).to.equal("https://***@h");
    run.keepReadable("");
    expect(mask("okapi")).to.equal("***");
  });

  it("need not be known in an Authorization header, nor behind a slash that should have been encoded", () => {
    expect(mask("> Authorization: Basic bWU6cGFzcw==")).to.equal("> Authorization: Basic ***");
    expect(mask('{"authorization":"Bearer abc.def"}')).to.equal('{"authorization":"Bearer ***"}');
    // docker info says so of its plugins
    expect(mask('{"Authorization":null,"x":[{"Authorization": ["a"]}]}')).to.include(
      'null,"x":[{"Authorization": ["a"',
    );
    expect(mask("to 'http://me:pa/ss@host/x'")).to.equal("to 'http://***@host/x'");
    expect(mask("http://host:8080/@scope/x")).to.equal("http://host:8080/@scope/x");
  });
});

describe("the secrets of a run", () => {
  const folder = temporaryFolder();
  const run = (...argv: string[]) => runCommand(argv, { cwd: folder() });

  it("are masked, while it runs and after, until the next one begins, which knows its own alone", async () => {
    await run("config", "--set", "source.url=https://me:zebrafinch@host.example/osc.git");
    expect(maskForRun("a zebrafinch")).to.equal("a ***");
    await run("config", "--set", "source.url=https://me:hummingbird@host.example/osc.git");
    expect(maskForRun("a zebrafinch, a hummingbird")).to.equal("a zebrafinch, a ***");
  });

  it("are masked though the run before it had a folder of such a name", async () => {
    await run("config", "--set", "work_dir=/srv/hummingbird");
    expect((await run("config", "--set", "source.url=https://me:hummingbird@h/x")).stdout).to.not.include(
      "hummingbird",
    );
    expect(maskForRun("a hummingbird")).to.equal("a ***");
  });
});
