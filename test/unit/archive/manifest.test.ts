// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import * as fc from "fast-check";
import { editManifest, headersOf } from "../../../src/archive/manifest.ts";

const LINES = [
  "Manifest-Version: 1.0",
  `Import-Package: ${"a.b.c;version=1,".repeat(3)}`.slice(0, 70),
  ` ${"d.e.f,".repeat(9)}`,
  "Build-Time: 2018-07-09T12:00:00Z",
  "",
  "Name: jar/a.jar",
  "SHA-Digest: abc",
  "",
];

describe("a manifest", () => {
  it("keeps every byte of what is not changed, whatever ends its lines", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = LINES.join(end);
      const { bytes, edited } = editManifest(Buffer.from(text), (_, name) =>
        name === "Build-Time" ? "never" : undefined,
      );
      expect(bytes.toString()).to.equal(text.replace("2018-07-09T12:00:00Z", "never"));
      expect(edited).to.deep.equal(["Build-Time"]);
    }
  });

  it("shows each header unfolded, with the section that it is in", () => {
    const seen: string[][] = [];
    editManifest(Buffer.from(LINES.join("\r\n")), (section, name, value) => {
      seen.push([section ?? "main", name, value]);
      return undefined;
    });
    expect(seen.map(([section, name]) => `${String(section)} ${String(name)}`)).to.deep.equal([
      "main Manifest-Version",
      "main Import-Package",
      "main Build-Time",
      "jar/a.jar SHA-Digest",
    ]);
    expect(seen[1]?.[2]).to.match(/^a\.b\.c;.*d\.e\.f,$/);
  });

  it("tells of each header the line on which it begins, whatever ends its lines, folded ones and sections counted", () => {
    const sections = Array.from({ length: 2000 }, (_, at) => [
      `Name: ${String(at)}.class`,
      "SHA-256-Digest: x",
      " y",
      "",
    ]);
    for (const end of ["\n", "\r\n", "\r"]) {
      const lines = [...LINES, ...sections.flat()];
      const headers = headersOf(Buffer.from(lines.join(end)));
      expect(headers).to.have.length(5 + 2 * sections.length);
      for (const { name, line } of headers) expect(lines[line - 1], String(line)).to.match(new RegExp(`^${name}: `));
      expect(headers.at(-1)).to.deep.equal({
        section: "1999.class",
        name: "SHA-256-Digest",
        value: "xy",
        line: lines.length - 2,
      });
    }
  });

  it("has no line of more than 72 bytes where a value was set, and reads back as that value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }), (value) => {
        fc.pre(!/[\r\n\0]/.test(value));
        const { bytes } = editManifest(Buffer.from("A: x\r\nB: y\r\n\r\n"), (_, name) =>
          name === "A" ? value : undefined,
        );
        for (const line of bytes.toString("latin1").split("\r\n")) expect(line.length).to.be.at.most(72);
        const read: Record<string, string> = {};
        editManifest(bytes, (_, name, found) => {
          read[name] = found;
          return undefined;
        });
        expect(read).to.deep.equal({ A: value, B: "y" });
      }),
    );
  });
});
