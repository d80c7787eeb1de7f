// SPDX-License-Identifier: Apache-2.0
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { head } from "../../../src/system/http.ts";

describe("a web server that is asked", () => {
  it("is asked through the proxy of the environment, also where that is named without a scheme", async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(String(request.url));
      response.writeHead(204).end();
    });
    // a proxy is asked for a tunnel
    proxy.on("connect", (request, socket) => {
      asked.push(String(request.url));
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    try {
      const env = { http_proxy: `127.0.0.1:${String(port)}` };
      await head("http://maven.invalid/x", env, new AbortController().signal);
      expect(asked[0]).to.include("maven.invalid");
    } finally {
      await new Promise((resolve) => proxy.close(resolve));
    }
  });
});
