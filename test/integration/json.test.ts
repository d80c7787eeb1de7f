// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import { configureFakes, expectDone, fakeKolla, useSandbox } from "../support/integration-fakes.ts";
import { VERSION } from "../support/integration-sample.ts";
import { IMAGE_STAGES } from "../support/stage-ids.ts";

interface Answer {
  readonly ok: boolean;
  readonly command: string;
  readonly version: string;
  readonly stages: readonly { readonly id: string; readonly status: string; readonly seconds: number }[];
  readonly error: { readonly code: string; readonly message: string; readonly hint: string; readonly log: string };
}

describe("--json", () => {
  const box = useSandbox("json");
  /** The one JSON object that stdout must be: nothing before it, one newline behind it. */
  const parse = (stdout: string): Answer => {
    expect(stdout).to.match(/^\{.*\}\n$/);
    return JSON.parse(stdout) as Answer;
  };
  const resultFile = () => join(box.out, "result.json");

  before(() => configureFakes(box));

  it("on failure: what, why, what to do and the whole log's path; people are told on stderr", async () => {
    fakeKolla(box, "echo 'E: broken' >&2\nexit 1");
    const run = await box.run(["image", "--json"]);
    expect(run.code).to.equal(7);
    const answer = parse(run.stdout);
    expect(answer).to.have.all.keys("ok", "error");
    expect(answer.ok).to.equal(false);
    expect(answer.error.code).to.equal("KOLLA_FAILED");
    expect(answer.error.message).to.include("E: broken");
    expect(readFileSync(answer.error.log, "utf8")).to.include("E: broken");
    expect(run.stderr).to.include("osc-kolla failed while building the images with kolla-build");
    expect(existsSync(resultFile()), "a result of a run that failed").to.equal(false);
  });

  it("on success: what was built, the same as result.json; people are told on stderr", async () => {
    fakeKolla(box);
    const run = await box.run(["image", "--json"]);
    expectDone(run);
    const answer = parse(run.stdout);
    expect(answer).to.deep.include({ ok: true, command: "image" });
    expect(answer.version).to.match(VERSION);
    expect(answer.stages.map(({ id }) => id)).to.deep.equal(IMAGE_STAGES);
    for (const { status, seconds } of answer.stages) {
      expect(["done", "up-to-date", "skipped"]).to.include(status);
      expect(seconds).to.be.a("number").that.is.at.least(0);
    }
    expect(JSON.parse(readFileSync(resultFile(), "utf8"))).to.deep.equal(answer);
    expect(run.stderr).to.include("Build the images");
  });

  it("with nothing to do: every stage is up to date", async () => {
    const run = await box.run(["image", "--json"]);
    expectDone(run);
    const answer = parse(run.stdout);
    expect(new Set(answer.stages.map(({ status }) => status))).to.deep.equal(new Set(["up-to-date"]));
    expect(JSON.parse(readFileSync(resultFile(), "utf8"))).to.deep.equal(answer);
  });

  it("for a tarball: its path, its size and its digest", async () => {
    const run = await box.run(["tarball", "--json"]);
    expectDone(run);
    const { results } = parse(run.stdout) as unknown as Result;
    const [packed] = results.tarball?.artefacts ?? [];
    expect(readFileSync(String(packed?.file)).length).to.equal(packed?.size);
    expect(readFileSync(String(results.tarball?.checksums), "utf8")).to.include(packed?.sha256);
  });

  it("for a dry run: the plan", async () => {
    const run = await box.run(["image", "--json", "--dry-run"]);
    expectDone(run);
    const answer = parse(run.stdout) as unknown as { dryRun: boolean; stages: { id: string; runs: boolean }[] };
    expect(answer.dryRun).to.equal(true);
    expect(answer.stages.map(({ runs }) => runs)).to.deep.equal(Array(IMAGE_STAGES.length).fill(false));
  });

  it("with --quiet: the same, and no word on stderr", async () => {
    const run = await box.run(["image", "--json", "--quiet"]);
    expectDone(run);
    expect(parse(run.stdout).ok).to.equal(true);
    expect(run.stderr).to.equal("");
  });

  it("without --json: stdout has the result for people, and stderr the progress in plain lines", async () => {
    const run = await box.run(["image"]);
    expectDone(run);
    expect(run.stdout)
      .to.match(/^version {2}1\.0\.0-SNAPSHOT-2-g/)
      .and.to.include("kolla/osc:1");
    // eslint-disable-next-line no-control-regex -- no escape sequence is what is looked for
    expect(run.stderr).not.to.match(/\x1b/);
    expect(run.stdout).to.include("Up to date:\n  all of it\n");
  });
});
