// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { proxiesOf } from "../../../src/maven/proxies.ts";

describe("the machine's proxies, as Maven is told of them", () => {
  it("are none where the environment names none", () => {
    expect(proxiesOf({ PATH: "/bin", https_proxy: "" })).to.deep.equal({ proxies: [], env: {} });
  });

  it("are those of http_proxy and https_proxy, in either spelling, with or without a scheme", () => {
    const { proxies } = proxiesOf({ http_proxy: "proxy:3128", HTTPS_PROXY: "http://secure.example.org:8080/" });
    expect(proxies.map(({ protocol, host, port }) => [protocol, host, port])).to.deep.equal([
      ["http", "proxy", "3128"],
      ["https", "secure.example.org", "8080"],
    ]);
  });

  it("are all_proxy for what has none of its own; SOCKS is nothing that Maven speaks", () => {
    expect(proxiesOf({ all_proxy: "http://p:1" }).proxies).to.have.length(2);
    expect(proxiesOf({ all_proxy: "socks5://p:1" }).proxies).to.deep.equal([]);
  });

  it("have their scheme's port where none is named", () => {
    expect(
      proxiesOf({ http_proxy: "http://p", https_proxy: "https://p" }).proxies.map(({ port }) => port),
    ).to.deep.equal(["80", "443"]);
  });

  it("leave out the hosts of no_proxy, a domain with all below it", () => {
    const { proxies } = proxiesOf({ http_proxy: "p:1", no_proxy: "localhost, .example.org,10.0.0.0/8" });
    expect(proxies[0]?.nonProxyHosts).to.equal("localhost|*.example.org|example.org");
  });

  it("take credentials from variables: none stands in a file", () => {
    const { proxies, env } = proxiesOf({ https_proxy: "http://me:p%40ss@proxy:3128" });
    expect(JSON.stringify(proxies)).to.include("${env.OSC_KOLLA_HTTPS_PROXY_PASSWORD}").and.not.include("p@ss");
    expect(env).to.deep.equal({ OSC_KOLLA_HTTPS_PROXY_USER: "me", OSC_KOLLA_HTTPS_PROXY_PASSWORD: "p@ss" });
  });
});
