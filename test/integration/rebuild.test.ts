// SPDX-License-Identifier: Apache-2.0
// What was published is built again from its source, by the real Maven.
import { expect } from "chai";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rebuildFolder } from "../../src/stages/rebuild.ts";
import { readStatement, sealed, type Statement, statementText } from "../../src/stages/statement.ts";
import { pathsOf } from "../../src/pipeline/paths.ts";
import { configure, expectDone, expectFailure, useSandbox } from "../support/integration-fakes.ts";
import { countMaven, fillRepository, QUICK } from "../support/integration-maven.ts";
import { checkoutOf, commit, git, sample } from "../support/integration-sample.ts";

const COMMON = "osc-common/src/main/java/org/osc/core/common/BuildInfo.java";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("what was published and is built again", () => {
  const box = useSandbox("rebuild");
  const tarballs = () => join(box.out, "tarballs");
  const named = (end: string): string => String(readdirSync(tarballs()).find((name) => name.endsWith(end)));
  const read = (name: string): string => readFileSync(join(tarballs(), name), "utf8");
  const statement = (): Statement => readStatement(read(named(".intoto.json")));

  /** The work folder of the rebuild gets what Maven would fetch. */
  async function prepare(): Promise<void> {
    const found = { file: "", statement: statement() };
    const paths = pathsOf({ work_dir: box.work, output_dir: box.out });
    await fillRepository(join(rebuildFolder(found, paths), ".osc-kolla"));
  }

  /** Has the published files tell of another commit, in all that tells of one. */
  function claim(other: string): void {
    const { subject, predicate, ...rest } = statement();
    const own = String(predicate.buildDefinition.resolvedDependencies[0]?.digest["gitCommit"]);
    const bill = read(named(".cdx.json")).replaceAll(own, other);
    const sums = read("SHA256SUMS").replace(sha256(read(named(".cdx.json"))), sha256(bill));
    const files = new Map([
      [named(".cdx.json"), bill],
      ["SHA256SUMS", sums],
    ]);
    const digested = subject.map((one) => {
      const text = files.get(one.name);
      return text === undefined ? one : { ...one, digest: { sha256: sha256(text) } };
    });
    const text = JSON.stringify({ ...rest, subject: digested, predicate }).replaceAll(own, other);
    files.set(named(".intoto.json"), statementText(sealed(JSON.parse(text) as Statement)));
    for (const [name, content] of files) writeFileSync(join(tarballs(), name), content);
  }

  before("one line of the source changed, and published", async () => {
    const tree = checkoutOf(sample().core);
    const source = readFileSync(join(tree, COMMON), "utf8");
    commit(tree, { [COMMON]: source.replace("{", '{\n    static final String MORE = "more";\n') });
    configure(box, { source: { url: tree, ref: git(tree, "rev-parse", "HEAD") } });
    countMaven(box);
    await fillRepository(box.work);
    expectDone(await box.run(["tarball"], { env: QUICK }));
  });

  it("from the commit that it names, is the same", async () => {
    await prepare();
    const run = await box.run(["verify", "--rebuild", tarballs()], { env: QUICK });
    expectDone(run);
    expect(run.stdout).to.match(/✔ \d+ files are the same when they are built again from their source\n$/);
  });

  it("from a commit that lacks a line of it, is told with jar, class and line of the manifest", async () => {
    const master = git(sample().core, "rev-parse", "master");
    claim(master);
    await prepare();
    expectDone(await box.run(["verify", tarballs()]));
    const run = await box.run(["verify", "--rebuild", tarballs()], { env: QUICK });
    expectFailure(
      run,
      6,
      `${named(".tar.gz")}: is another one when it is built again`,
      "opt/vmidc/bin/jar/osc-common.jar",
      "~ class org.osc.core.common.BuildInfo",
      "+ Implementation-Build: 1.0.0-SNAPSHOT-2-g",
      "NOT_AS_PUBLISHED",
    );
  });
});
