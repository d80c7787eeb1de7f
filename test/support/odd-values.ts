// SPDX-License-Identifier: Apache-2.0
/** Values with a meaning of their own somewhere: in oslo.config files, templates, Dockerfiles, XML, YAML, shells. */
import fc from "fast-check";

const ODD = [
  ...["{{ x }}", "{% raw %}", "{#", "%(x)s", "${env.X}", "\\", "\\n", '"', "'", "`x`", "$", "$(x)", "#", ";", "="],
  ...[
    "[x]",
    ",",
    ":",
    "|",
    "&",
    "&amp;",
    "<x>",
    "]]>",
    "<!--",
    " ",
    "\u00a0",
    "ü",
    "日本",
    "😀",
    "\ufeff",
    "~",
    "*",
    "--",
  ],
];

/** Anything that a person could type, and worse. */
export const oddText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ODD) }, fc.string({ unit: "grapheme", maxLength: 5 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(""));

/** An absolute path of a folder or file that could lie on a disk, without control characters. */
export const oddPath: fc.Arbitrary<string> = oddText.map((text) => `/x${text.replaceAll(/[\p{Cc}\0]/gu, "")}`);
