// SPDX-License-Identifier: Apache-2.0
/** What a run loads before it knows that there is something to do; see docs/decisions/0006-one-bundle.md. */
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The packages among the modules that `entry` imports, by itself or by way of others, before anything runs. */
async function packagesAtStart(entry: string): Promise<Set<string>> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    outdir: "out",
    platform: "node",
    format: "esm",
    external: ["xmlbuilder2"],
    logLevel: "error",
  });
  const found = new Set<string>([entry]);
  for (const path of found) {
    for (const { path: imported, kind } of metafile.inputs[path]?.imports ?? [])
      if (kind !== "dynamic-import") found.add(imported);
  }
  const names = [...found].map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

describe("a run with nothing to do", () => {
  it("loads no package that only few runs use", async () => {
    const packages = await packagesAtStart("src/cli/commands/build.ts");
    expect(packages).to.include("listr2");
    const rare = ["tar", "yauzl", "yazl", "undici", "@cyclonedx/cyclonedx-library"];
    expect([...packages].filter((name) => rare.includes(name))).to.deep.equal([]);
  });

  it("that only asks for help loads no settings", async () => {
    const packages = await packagesAtStart("src/cli/main.ts");
    expect(packages).to.include("commander");
    expect([...packages].filter((name) => ["zod", "yaml", "execa", "listr2"].includes(name))).to.deep.equal([]);
  });
});
