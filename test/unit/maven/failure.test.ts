// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { MAVEN_HINTS } from "../../../src/maven/hints.ts";
import { FailureWords } from "../../../src/maven/output.ts";
import { hintFor } from "../../../src/system/hints.ts";
import { said, saidBy } from "../../support/said.ts";

function wordsOf(text: string): FailureWords {
  const words = new FailureWords();
  for (const line of text.split("\n")) words.take(line);
  return words;
}

const maven = (name: string) => wordsOf(said(`maven/${name}.txt`));

describe("why Maven failed", () => {
  it("is what the compiler says, each error with its details", () => {
    const { module, lines } = maven("sym");
    expect(module).to.equal("sym");
    expect(lines[0]).to.match(/^Failed to execute goal .*: Compilation failure/);
    expect(lines.slice(1)).to.deep.equal([
      "/srv/osc/sym/src/main/java/A.java:[1,35] cannot find symbol",
      "  symbol:   variable undefinedVariable",
      "  location: class A",
      "/srv/osc/sym/src/main/java/A.java:[1,55] cannot find symbol",
      "  symbol:   variable missingOther",
      "  location: class A",
    ]);
  });

  it("is the warnings that -Werror makes errors of", () => {
    const { lines } = maven("werror");
    expect(lines[0]).to.equal("bootstrap class path not set in conjunction with -source 8");
    expect(lines.at(-1)).to.equal("warnings found and -Werror specified");
  });

  it("is which artifact, from where, and why", () => {
    expect(maven("nodep").module).to.equal("nodep");
    expect(maven("nodep").lines).to.deep.equal([
      "Could not find artifact org.vaadin.addons:popupbutton:jar:2.6.0 in central (https://central.example/maven2)",
    ]);
    const [line, ...more] = maven("r401").lines;
    expect(line).to.match(/^Could not transfer artifact \S+ from\/to mine \(http:\S+\): authentication failed .* 401/);
    expect(more).to.deep.equal([]);
  });

  it("is why the list of plugins could not be had, where Maven only says that there is no plugin", () => {
    const [line, ...more] = maven("prefix").lines;
    expect(line).to.match(/^No plugin found for prefix 'install'/);
    expect(more[0]).to.match(
      /^Could not transfer metadata \S+ from\/to osc-kolla-mirror \(https:\S+\): transfer failed/,
    );
    expect(more).to.have.lengthOf(2);
  });

  it("is the enforcer's own message", () => {
    expect(maven("enforcer").lines.slice(0, 2)).to.deep.equal([
      "Rule 0: org.apache.maven.plugins.enforcer.RequireMavenVersion failed with message:",
      "Detected Maven Version: 3.8.7 is not in the allowed range [9.0,).",
    ]);
  });

  it("is the exception that ended the JVM before Maven could say anything", () => {
    expect(maven("oom").lines).to.deep.equal([
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    ]);
  });

  it("is said in few lines, without Maven's advice, colours and stack traces", () => {
    for (const file of saidBy("maven")) {
      const { lines } = maven(file.replace(/\.txt$/, ""));
      expect(lines.length, file).to.be.within(1, 12);
      // eslint-disable-next-line no-control-regex -- no escape sequence is what is looked for
      expect(lines.join("\n"), file).to.not.match(/\x1b|\[Help|Re-run Maven|cwiki|\tat /);
    }
    const many = Array.from({ length: 500 }, (_, n) => `[ERROR] error ${String(n)}`).join("\n");
    expect(wordsOf(many).lines[0]).to.equal("error 0");
    expect(wordsOf(many).lines).to.have.lengthOf(12);
  });

  it("is not told by output without an error", () => {
    const { module, lines } = wordsOf("[INFO] Building x 1\n[WARNING] y\nz\n[INFO] BUILD SUCCESS");
    expect([module, lines]).to.deep.equal([undefined, []]);
  });
});

describe("what to do about a failure of Maven", () => {
  /** By the file with what was really said. */
  const HINTS: Readonly<Record<string, RegExp>> = {
    blocked: /^Maven asks no repository whose URL begins with http:/,
    enforcer: /^The lines above say what the project asks for/,
    host: /^The repository does not answer/,
    nodep: /^None of the repositories has it/,
    oom: /MAVEN_OPTS=-Xmx/,
    parent: /^None of the repositories has it/,
    pkix: /^Java does not trust the certificate/,
    prefix: /^Maven does not tell why it got nothing.*SSL_CERT_FILE/,
    r401: /^The repository does not let you in/,
    r403: /^The repository does not let you in/,
    r407: /^The proxy wants a user/,
    r503: /^The repository does not answer/,
    space: /^Make room/,
    werror: /a JDK newer than 8/,
  };

  for (const file of saidBy("maven")) {
    const name = file.replace(/\.txt$/, "");
    it(`is told by its own words: ${name}`, () => {
      const hint = hintFor(maven(name).lines.join("\n"), MAVEN_HINTS);
      const expected = HINTS[name];
      if (expected === undefined) expect(hint).to.equal(undefined);
      else expect(hint).to.match(expected);
    });
  }
});
