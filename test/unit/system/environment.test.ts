// SPDX-License-Identifier: Apache-2.0
import { userInfo } from "node:os";
import { expect } from "chai";
import fc from "fast-check";

import { childEnvironment, homeOf } from "../../../src/system/environment.ts";

describe("the home folder", () => {
  it("is HOME, and where that says nothing what passwd says, whatever this process has", () => {
    expect(homeOf({ HOME: "/home/me" })).to.equal("/home/me");
    expect([homeOf({}), homeOf({ HOME: "" })]).to.deep.equal([userInfo().homedir, userInfo().homedir]);
  });
});

describe("what the programs that are started see of the environment", () => {
  const FIXED = { LC_ALL: "C.UTF-8", TZ: "UTC" };
  const seen = (...names: string[]) => {
    const env = childEnvironment(Object.fromEntries(names.map((name) => [name, "value"])));
    return names.filter((name) => env[name] === "value");
  };

  it("is no secret that the caller happens to have there", () => {
    const SECRETS = [
      ...["AWS_SECRET_ACCESS_KEY", "AWS_SECRET", "GITHUB_TOKEN", "GH_TOKEN", "NPM_TOKEN", "DOCKER_PASSWORD"],
      ...["OS_PASSWORD", "VAULT_TOKEN", "OSC_KOLLA_SOURCE_URL", "SSH_PRIVATE_KEY", "MAVEN_PASSWORD", "path"],
    ];
    expect(seen(...SECRETS)).to.deep.equal([]);
  });

  it("is nothing that changes what programs do", () => {
    const CHANGES = [
      ...[
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "NODE_OPTIONS",
        "PYTHONPATH",
        "GIT_DIR",
        "GIT_CONFIG_GLOBAL",
        "GIT_SSH_COMMAND",
      ],
      ...["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "MAVEN_ARGS", "PAGER", "EDITOR", "BASH_ENV", "ENV", "IFS"],
    ];
    expect(seen(...CHANGES)).to.deep.equal([]);
  });

  it("is nothing that is not on a list, whatever it is called", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const env = childEnvironment({ [`X_${name}`]: "value" });
        expect(env).to.deep.equal(FIXED);
      }),
    );
  });

  it("is what programs need: where they are, proxies, certificates, the engine, Java", () => {
    const NEEDED = [
      ...["PATH", "HOME", "USER", "TMPDIR", "SSH_AUTH_SOCK"],
      ...["http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"],
      ...["SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE", "PIP_CERT", "REQUESTS_CA_BUNDLE"],
      ...["NODE_EXTRA_CA_CERTS", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH"],
      ...["JAVA_HOME", "MAVEN_OPTS"],
    ];
    expect(seen(...NEEDED)).to.deep.equal(NEEDED);
  });

  it("is always the same language and time zone", () => {
    expect(childEnvironment({ LC_ALL: "de_DE.UTF-8", LANG: "de", LC_MESSAGES: "de", TZ: "Asia/Tokyo" })).to.deep.equal(
      FIXED,
    );
  });

  it("is not there where the caller has none", () => {
    expect(childEnvironment({ PATH: undefined })).to.deep.equal(FIXED);
  });

  it("is what a program needs beside, which counts before the caller's", () => {
    const env = childEnvironment(
      { JAVA_HOME: "/theirs", HOME: "/home" },
      { JAVA_HOME: "/ours", X: "1", HOME: undefined },
    );
    expect(env).to.deep.equal({ ...FIXED, JAVA_HOME: "/ours", X: "1" });
  });
});
