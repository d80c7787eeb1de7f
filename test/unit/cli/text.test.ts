// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { failureOf, failureText } from "../../../src/cli/failure.ts";
import type { Result } from "../../../src/cli/result.ts";
import { planText, resultText } from "../../../src/cli/text.ts";
import type { StageId } from "../../../src/pipeline/stage.ts";
import { kollaFailed, usage } from "../../../src/system/errors.ts";
import { fakeStage } from "../../support/unit-stage.ts";

describe("what people read", () => {
  it("of a failure is what was being done, why it failed, what to do, and where the whole log is", () => {
    expect(failureText(kollaFailed("osc-base:\n  no payload", "Do this.", "/srv/logs/kolla-build.log"))).to.equal(
      "osc-kolla failed while building the images with kolla-build:\n" +
        "  osc-base:\n" +
        "    no payload\n" +
        "Do this.\n" +
        "The whole log: /srv/logs/kolla-build.log\n" +
        "More about KOLLA_FAILED: docs/errors/KOLLA_FAILED.md\n",
    );
    expect(failureText(kollaFailed("x", undefined, "/l"))).to.equal(
      "osc-kolla failed while building the images with kolla-build:\n  x\nThe whole log: /l\n" +
        "More about KOLLA_FAILED: docs/errors/KOLLA_FAILED.md\n",
    );
    expect(failureText(usage("x"))).to.not.include("log");
  });

  it("is what a program is told of it", () => {
    expect(failureOf(kollaFailed("x", "Do this.", "/l"))).to.deep.equal({
      ok: false,
      error: {
        code: "KOLLA_FAILED",
        message: "building the images with kolla-build: x",
        hint: "Do this.",
        log: "/l",
        page: "docs/errors/KOLLA_FAILED.md",
      },
    });
  });

  describe("in the end", () => {
    const common = {
      ok: true,
      version: "1.0.0-SNAPSHOT-2-gabc",
      stages: [
        { id: "source", status: "up-to-date", seconds: 0 },
        { id: "build", status: "done", seconds: 1 },
      ],
      resultFile: "/out/result.json",
    };
    const text = (results: object, more: object = {}): string =>
      resultText({ ...common, results: { source: { commit: "abc" }, ...results }, ...more } as unknown as Result);

    it("is what was made: names, sizes, digests, absolute paths; and what was up to date", () => {
      const images = [{ name: "kolla/osc-base:1", size: 2e8, id: "sha256:1" }];
      const artefacts = [
        { kind: "distribution", file: "/out/t/osc.tar.gz", size: 1e6, sha256: "f00" },
        { kind: "tar-checksum", file: "/out/t/osc.tar.sha256", size: 68, sha256: "ba4" },
      ];
      const tarball = { artefacts, checksums: "/out/t/SHA256SUMS" };
      const told = text({ images: { images, endpoint: null }, context: { conf: "/out/k.conf" }, tarball });
      expect(told.split("\n").slice(0, 12)).to.deep.equal([
        "version  1.0.0-SNAPSHOT-2-gabc",
        "commit   abc",
        "image    kolla/osc-base:1  200.0 MB",
        "         sha256:1",
        "context  /out/k.conf",
        "tarball  /out/t/osc.tar.gz",
        "         1.0 MB  sha256:f00",
        "sums     /out/t/SHA256SUMS",
        "result   /out/result.json",
        "",
        "Up to date:",
        "  source",
      ]);
    });

    it("says so where all was up to date", () => {
      const stages = [{ id: "source", status: "up-to-date", seconds: 0 }];
      expect(text({}, { stages })).to.include("Up to date:\n  all of it\n");
    });

    it("fits into 60 columns, but for paths, digests and commands, which stay whole", () => {
      const ids = ["jre", "source", "plugins", "builder", "artifacts", "libraries", "build", "distribution", "context"];
      const stages = [...ids.map((id) => ({ id, status: "up-to-date" })), { id: "images", status: "done" }];
      const images = {
        images: [{ name: "kolla/osc:1", size: 123e6, id: `sha256:${"a".repeat(64)}` }],
        engine: "docker",
        endpoint: null,
      };
      const lines = text({ images, source: { commit: "b".repeat(40) } }, { stages }).split("\n");
      const wide = lines.filter((line) => line.length > 60);
      expect(wide.map((line) => line.trim().split(/[ :]/)[0])).to.deep.equal(["sha256", "curl"]);
      expect(lines).to.include.members([
        "  jre, source, plugins, builder, artifacts, libraries,",
        "  build, distribution, context",
      ]);
    });

    it("is followed by the commands that come next, which a shell can run", () => {
      const made = { images: [{ name: "kolla/osc:1", size: 1, id: "sha256:1" }], endpoint: "unix:///a b", tls: {} };
      const run = "run --rm --network host --tmpfs /tmp kolla/osc:1\n";
      const images = { ...made, engine: "docker" };
      expect(text({ images })).to.include(`  DOCKER_HOST='unix:///a b' docker ${run}`);
      expect(text({ images: { ...made, engine: "podman" } })).to.include(`  podman --url 'unix:///a b' ${run}`);
      const tls = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/a b" };
      expect(text({ images: { ...images, endpoint: "tcp://b:2376", tls } })).to.include(
        `  DOCKER_HOST=tcp://b:2376 DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH='/a b' docker ${run}`,
      );
      const tarball = { artefacts: [], checksums: "/o/my sums/SHA256SUMS" };
      expect(text({ tarball })).to.include("  (cd '/o/my sums' && sha256sum --check SHA256SUMS)\n");
      const kollaCommand = ["kolla-build", "--config-file", "/a b"];
      expect(text({ context: { conf: "/c" } }, { kollaCommand })).to.include("  kolla-build --config-file '/a b'\n");
    });
  });

  it("of a plan is a line for each stage, in columns, and its commands as a shell takes them", () => {
    const stage = (id: StageId) => fakeStage(id, [], () => "", []);
    const git = { args: ["git", "fetch", "--", "https://me:canary@example.org/a b.git"] };
    const mvn = { args: ["mvn", "-P", "!x", "<commit>"], cwd: "/srv/a tree", when: "the poms name it" };
    const plan = [
      { stage: stage("source"), because: undefined, commands: [], unknown: undefined },
      { stage: stage("libraries"), because: "--force", commands: [git, mvn], unknown: undefined },
      { stage: stage("images"), because: "--force", commands: [], unknown: "there is no program docker" },
    ];
    expect(planText(plan).split("\n")).to.deep.equal([
      "source     is up to date",
      "libraries  would run: --force",
      "  $ git fetch -- 'https://***@example.org/a b.git'",
      "  $ (cd '/srv/a tree' && mvn -P '!x' '<commit>')  # if the poms name it",
      "images     would run: --force",
      "  its commands are not known: there is no program docker",
      "",
    ]);
  });
});
