// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { mask } from "../../../src/system/secrets.ts";

describe("credentials in what is printed, logged and recorded", () => {
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
