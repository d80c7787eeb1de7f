// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { lastWords } from "../../../src/git/client.ts";
import { GIT_HINTS } from "../../../src/git/hints.ts";
import { hintFor } from "../../../src/system/hints.ts";

const SHRUG = [
  "fatal: Could not read from remote repository.",
  "",
  "Please make sure you have the correct access rights",
  "and the repository exists.",
].join("\n");

/** What git (2.39) and ssh really said; what of it is quoted; what is to be done. */
const SAID: readonly (readonly [text: string, quoted: string, hint: RegExp])[] = [
  ["fatal: Authentication failed for 'http://h/osc.git/'", "", /check the credentials/],
  ["fatal: could not read Username for 'http://h': terminal prompts disabled", "", /check the credentials/],
  ["fatal: unable to access 'http://h/osc.git/': The requested URL returned error: 403", "", /check the credentials/],
  [
    "fatal: unable to access 'https://h/osc.git/': server certificate verification failed. CAfile: /etc/ssl/ca.crt CRLfile: none",
    "",
    /GIT_SSL_CAINFO/,
  ],
  ["fatal: unable to access 'https://git.invalid/osc.git/': Could not resolve host: git.invalid", "", /https_proxy/],
  ["fatal: unable to access 'https://h/osc.git/': Could not resolve proxy: proxy.invalid", "", /the proxy that fails/],
  ["fatal: unable to access 'https://h/osc.git/': CONNECT tunnel failed, response 501", "", /the proxy that fails/],
  ["fatal: repository 'http://h/nosuch/osc.git/' not found", "", /Check the URL/],
  [
    "fatal: unable to write loose object file: No space left on device\nremote: Total 24 (delta 3), reused 0 (delta 0), pack-reused 0        \nfatal: unpack-objects failed",
    "fatal: unable to write loose object file: No space left on device\nfatal: unpack-objects failed",
    /Make room/,
  ],
  [
    `fatal: detected dubious ownership in repository at '/srv/osc.git'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory /srv/osc.git\n${SHRUG}`,
    "fatal: detected dubious ownership in repository at '/srv/osc.git'",
    /safe\.directory/,
  ],
  [
    `ssh: connect to host localhost port 1: Connection refused\r\n${SHRUG}`,
    "ssh: connect to host localhost port 1: Connection refused",
    /the network/,
  ],
  [
    `git@h: Permission denied (publickey).\r\n${SHRUG}`,
    "git@h: Permission denied (publickey).",
    /check the credentials/,
  ],
  [`Host key verification failed.\r\n${SHRUG}`, "Host key verification failed.", /ssh HOST/],
  [
    "error: copy-fd: write returned: No space left on device\nfatal: cannot copy '/usr/share/git-core/templates/x' to '/srv/x': No space left on device",
    "",
    /^Make room/,
  ],
  [
    `fatal: '/srv/gone.git' does not appear to be a git repository\n${SHRUG}`,
    "fatal: '/srv/gone.git' does not appear to be a git repository",
    /Check the URL/,
  ],
];

describe("what git says at its end", () => {
  for (const [text, quoted, hint] of SAID) {
    it(`is quoted, with what to do about it: ${text.split("\n")[0]?.slice(0, 70) ?? ""}`, () => {
      const words = lastWords(new Error(text));
      expect(words).to.equal(quoted === "" ? text : quoted);
      expect(hintFor(words, GIT_HINTS)).to.match(hint);
    });
  }

  it("is its shrug, where nothing else was said", () => {
    expect(lastWords(new Error(SHRUG))).to.include("the repository exists");
    expect(lastWords(new Error(""))).to.equal("");
  });
});
