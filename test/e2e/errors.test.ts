// SPDX-License-Identifier: Apache-2.0
/** What people are told when the real kolla-build and the real engine fail. */
import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { Bench, type Ended } from "../support/e2e.ts";

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly log: string;
}

describe("a failure of the real programs", () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.make("errors");
    await bench.takeDownloads();
  });
  after(() => bench.remove());

  const errorOf = ({ stdout }: Ended): Failure => (JSON.parse(stdout) as { error: Failure }).error;

  /** A run of `image` with one override more than is in force here for each block. */
  async function imageWith(blocks: readonly string[], ...args: string[]): Promise<Ended> {
    const files = await Promise.all(
      blocks.map(async (line, at) => {
        const file = bench.path(`override-${String(at)}.j2`);
        await writeFile(file, `{% extends parent_template %}\n{% block osc_base_footer %}\n${line}\n{% endblock %}\n`);
        return file;
      }),
    );
    const here = ((await bench.setting("kolla.template_override")) ?? []) as string[];
    return bench.osc("image", ["--set", `kolla.template_override=${JSON.stringify([...here, ...files])}`, ...args]);
  }

  for (const [builder, buildkit] of [
    ["the classic builder", "false"],
    ["BuildKit", "true"],
  ] as const) {
    it(`is told with its image, its instruction and its own last lines, by ${builder}`, async () => {
      const step = "RUN for n in $(seq 100); do echo line $n; done && ls /no/such/folder";
      const run = await imageWith([step], "--set", `kolla.buildkit=${buildkit}`);
      const { code, message, log } = errorOf(run);
      expect([run.code, code]).to.deep.equal([7, "KOLLA_FAILED"]);
      expect(message).to.match(/osc-base, step \d+ of \d+: RUN for n in .* && ls \/no\/such\/folder\n/);
      expect(message).to.match(/\n {2}line 100\n {2}ls: cannot access '\/no\/such\/folder'.*\n {2}exit code: 2$/);
      expect(message).to.not.match(/line 50|Traceback|CalledProcessError/);
      expect(await readFile(log, "utf8")).to.include("line 50");
    });
  }

  it("is told with what to do about kolla's message: a block that two overrides fill", async () => {
    const run = await imageWith(["RUN true", "RUN true"]);
    const { code, message, hint } = errorOf(run);
    expect([run.code, code]).to.deep.equal([7, "KOLLA_FAILED"]);
    expect(message).to.include("block 'osc_base_footer' defined twice").and.not.include("Traceback");
    expect(hint).to.include("every file of kolla.template_override");
  });

  describe("an image that a container uses", () => {
    it("is not removed, and said to be in use", async () => {
      const { results } = await bench.result("image");
      const name = String(results.images?.images.at(-1)?.name);
      const container = await bench.docker("create", name);
      try {
        const run = await bench.osc("clean", ["--images"]);
        const { code, message } = errorOf(run);
        expect([run.code, code]).to.deep.equal([7, "IMAGE_IN_USE"]);
        expect(message).to.include(name).and.include(container.slice(0, 12));
      } finally {
        await bench.docker("rm", container);
      }
    });
  });
});
