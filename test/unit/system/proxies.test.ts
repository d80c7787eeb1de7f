// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { proxyFacts } from "../../../src/system/proxies.ts";

describe("the proxies of the environment", () => {
  it("are told with their variables, without credentials", () => {
    const { set, wrong, doubtful } = proxyFacts({
      http_proxy: "http://me:secret@proxy:3128",
      HTTPS_PROXY: "me:secret@proxy:3128",
      no_proxy: "localhost,.example.org",
      all_proxy: "",
    });
    expect(set).to.deep.equal([
      "http_proxy=http://***@proxy:3128",
      "HTTPS_PROXY=http://***@proxy:3128",
      "no_proxy=localhost,.example.org",
    ]);
    expect([...wrong, ...doubtful]).to.deep.equal([]);
  });

  it("contradict each other when the two spellings differ", () => {
    const env = { https_proxy: "http://me:secret@a:1", HTTPS_PROXY: "http://b:2", no_proxy: "a", NO_PROXY: "a,b" };
    expect(proxyFacts(env).doubtful).to.deep.equal([
      "https_proxy=http://***@a:1 and HTTPS_PROXY=http://b:2 contradict each other",
      "no_proxy=a and NO_PROXY=a,b contradict each other",
    ]);
    expect(proxyFacts({ https_proxy: "http://a:1", HTTPS_PROXY: "http://a:1" }).doubtful).to.deep.equal([]);
  });

  it("are doubtful where not every program understands them", () => {
    expect(proxyFacts({ all_proxy: "socks5://a:1" }).doubtful[0])
      .to.include("SOCKS")
      .and.include("Maven");
    expect(proxyFacts({ http_proxy: "http://a:1", no_proxy: "*" }).doubtful[0]).to.include("no_proxy=*");
    expect(proxyFacts({ no_proxy: "*" }).doubtful).to.deep.equal([]);
  });

  it("are wrong when they are no addresses", () => {
    for (const value of ["http://", "http:// x", "ftp://a:1", "http://a:99999"]) {
      expect(proxyFacts({ http_proxy: value }).wrong, value).to.have.lengthOf(1);
    }
  });
});
