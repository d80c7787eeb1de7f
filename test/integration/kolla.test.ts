// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  endpointOf,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeKolla,
  forgetImages,
  kollaBuilds,
  kollaSucceeds,
  mavenBuilds,
  names,
  useSandbox,
} from "../support/integration-fakes.ts";

describe("when kolla-build fails", () => {
  const box = useSandbox("kolla-fails");
  const summary = (content: object) => `echo '${JSON.stringify(content)}' >"$summary"`;

  before("the context is there", async () => {
    configureFakes(box);
    expectDone(await box.run(["context"]));
  });

  beforeEach(() => box.forgetCalls());

  afterEach("nothing half-written, the lock is free, no result of an image", () => {
    expectNothingHalfWritten(box);
    expect(existsSync(join(box.work, "lock.json"))).to.equal(false);
    const result = JSON.parse(readFileSync(join(box.out, "result.json"), "utf8")) as { command: string };
    expect(result.command).to.equal("context");
  });

  it("says which image failed, with the lines of that image's own log", async () => {
    const log = [
      "INFO:kolla.common.utils.osc-base:Step 3/12 : RUN apt-get -y install openjdk-8-jre-headless",
      "ERROR:kolla.common.utils.osc-base:Error'd with the following message",
      "E: Unable to locate package openjdk-8-jre-headless",
    ];
    fakeKolla(
      box,
      [
        ...log.map((line) => `echo "${line}" >>"$logs/osc-base.log"`),
        `ln -s osc-base.log "$logs/000_FAILED_osc-base.log"`,
        `echo "only kolla's own words" >&2`,
        summary({ built: [], failed: [{ name: "osc-base", status: "error" }], skipped: [] }),
        "exit 1",
      ].join("\n"),
    );
    const run = await box.run(["image"]);
    const step = "osc-base, step 3 of 12: RUN apt-get -y install openjdk-8-jre-headless";
    expectFailure(run, 7, step, "E: Unable to locate package openjdk-8-jre-headless", "kolla-build.log");
    expect(run.stderr).not.to.include("only kolla's own words");
    expect(run.stderr).not.to.include("INFO:kolla.common");
  });

  it("says kolla-build's own last words where no image has a log, and names a whole log that holds them", async () => {
    fakeKolla(box, "echo 'INFO:kolla:going' \necho 'Syntax error in template: /his/override.j2' >&2\nexit 1");
    const run = await box.run(["image"]);
    expectFailure(run, 7, "Syntax error in template: /his/override.j2", "template overrides is wrong");
    const log = /^The whole log: (\/.*)$/m.exec(run.stderr)?.[1];
    expect(readFileSync(String(log), "utf8")).to.include("Syntax error in template: /his/override.j2");
  });

  it("does not believe exit code 0 when osc is not in the summary", async () => {
    fakeKolla(box, `echo 'nothing matched' >&2\n${summary({ built: names("base"), failed: [], not_matched: [] })}`);
    expectFailure(await box.run(["image"]), 7, "without building osc", "nothing matched");
  });

  it("does not believe exit code 0 when there is no summary", async () => {
    fakeKolla(box, "echo 'strange' >&2");
    expectFailure(await box.run(["image"]), 7, "without building osc", "strange");
  });

  it("does not believe a summary when the engine has no such image", async () => {
    fakeKolla(box, `${kollaSucceeds(box)}\nrm '${box.root}/images/osc'`);
    expectFailure(await box.run(["image"]), 7, "kolla/osc:1", "the engine has no such image");
  });

  it("does not believe a summary that is no JSON", async () => {
    fakeKolla(box, `echo '{"built":' >"$summary"`);
    expectFailure(await box.run(["image"]), 7, "without building osc");
  });

  it("says that kolla-build was killed", async () => {
    fakeKolla(box, "echo 'last line before the end' >&2\nkill -9 $$");
    expectFailure(await box.run(["image"]), 7, "SIGKILL", "last line before the end");
  });

  it("leaves no work folder of kolla's behind for the next run, which needs no Maven", async () => {
    fakeKolla(box, `mkdir -p "$work/docker" && echo old >"$work/docker/old"\nexit 1`);
    expectFailure(await box.run(["image"]), 7);
    fakeKolla(box, "exit 1");
    expectFailure(await box.run(["image"]), 7);
    expect(mavenBuilds(box)).to.equal(0);
  });
});

describe("after kolla-build failed", () => {
  const box = useSandbox("kolla-mended");

  it("the same command succeeds once the fault is mended, and runs the images' stage alone", async () => {
    configureFakes(box);
    fakeKolla(box, "echo broken >&2\nexit 1");
    expectFailure(await box.run(["image"]), 7, "broken");
    fakeKolla(box);
    box.forgetCalls();
    const run = await box.run(["image", "--json"]);
    expectDone(run);
    expect(mavenBuilds(box)).to.equal(0);
    const { stages } = JSON.parse(run.stdout) as { stages: { id: string; status: string }[] };
    expect(stages.filter(({ status }) => status === "done").map(({ id }) => id)).to.deep.equal([
      "images",
      "image-provenance",
    ]);
  });

  it("an image that kolla-build skipped because it was there already counts as built", async () => {
    fakeKolla(box, kollaSucceeds(box, { built: [], skipped: names("base", "osc-base", "osc") }));
    forgetImages(box);
    expectDone(await box.run(["image"]));
  });
});

describe("how kolla-build is called", () => {
  const box = useSandbox("kolla-called");
  const ours = () => join(box.out, "kolla", "kolla-build.conf");
  const lastCall = () => kollaBuilds(box).at(-1) ?? [];
  /** A run of `image` that kolla-build is called in (no image is there), and the arguments it was called with. */
  const called = async (...args: string[]): Promise<string[]> => {
    forgetImages(box);
    const run = await box.run(["image", "--json", ...args]);
    expectDone(run);
    return lastCall();
  };

  before(() => configureFakes(box));

  it("with our configuration and profile, a fresh absolute work folder, a summary, logs, and no retries", async () => {
    const args = await called();
    const work = args[args.indexOf("--work-dir") + 1];
    const logs = args[args.indexOf("--logs-dir") + 1];
    expect(work).to.match(/^\/.*\/kolla-work\/[0-9a-f]+$/);
    expect(args).to.deep.equal([
      ...["--config-file", ours(), "--profile", "osc", "--base", "debian", "--pull"],
      ...["--retries", "0", "--buildkit"],
      ...["--work-dir", work, "--summary-json-file", join(box.work, "kolla-work", "summary.json"), "--logs-dir", logs],
    ]);
    expect(existsSync(String(work)), "removed after use").to.equal(false);
  });

  it("with another work folder each time", async () => {
    const before = lastCall();
    const after = await called();
    expect(after[after.indexOf("--work-dir") + 1]).not.to.equal(before[before.indexOf("--work-dir") + 1]);
  });

  it("after BuildKit's copies of local contexts were dropped", () => {
    expect(box.calls("docker")).to.deep.include(["buildx", "prune", "--force", "--filter", "type=source.local"]);
  });

  it("with what the command line says in kolla's own names, and what stands after -- as it is", async () => {
    const settings = ["--base-tag", "trixie", "--tag", "1.2", "--namespace", "acme", "--registry", "r.invalid:5000"];
    const args = await called(...settings, "--push", "--", "--threads", "2", "--build-args=a b");
    expect(args.slice(4, args.indexOf("--work-dir"))).to.deep.equal([
      ...["--base", "debian", ...settings, "--pull", "--push", "--retries", "0", "--buildkit"],
      // behind ours, so that they count
      ...["--threads", "2", "--build-args=a b"],
    ]);
  });

  it("with the operator's own default file first and ours last, and --base debian where he names no base", async () => {
    const his = box.write("home/.kolla/kolla-build.conf", "[DEFAULT]\nnamespace = acme\n");
    const args = await called();
    expect(args.slice(0, 8)).to.deep.equal([
      ...["--config-file", his, "--config-file", ours(), "--profile", "osc", "--base", "debian"],
    ]);
  });

  it("without a base where the operator's file names one", async () => {
    box.write("home/.kolla/kolla-build.conf", "[DEFAULT]\nbase = ubuntu\n");
    expect(await called()).not.to.include("--base");
  });

  it("with the base of the command line, whatever the operator's file names", async () => {
    const args = await called("--base", "debian");
    expect(args[args.indexOf("--base") + 1]).to.equal("debian");
    expect(args.filter((word) => word === "--base")).to.have.length(1);
  });

  it("without a base where one of the operator's drop-ins names one", async () => {
    box.write("home/.kolla/kolla-build.conf", "[DEFAULT]\nnamespace = acme\n");
    box.write("home/.kolla/kolla-build.conf.d/base.conf", "[DEFAULT]\nbase = ubuntu\n");
    const args = await called();
    expect(args).not.to.include("--base");
    expect(
      args.filter((word) => word === "--config-file"),
      "drop-ins are read by kolla-build anyway",
    ).to.have.length(2);
  });

  it("without BuildKit when docker has no buildx, or when a setting says so", async () => {
    expect(await called("--set", "kolla.buildkit=false")).to.include("--nobuildkit");
    configureFakes(box);
    const docker = readFileSync(join(box.bin, "docker"), "utf8");
    box.write("bin/docker", docker.replace("echo v0.13", "echo 'unknown command: buildx' >&2\nexit 1"), 0o755);
    expect(await called()).to.include("--nobuildkit");
    const run = await box.run(["image", "--set", "kolla.buildkit=true"]);
    expectFailure(run, 3, "docker has no buildx plugin");
    configureFakes(box);
  });

  it("without an option that it would not know before release 23", async () => {
    fakeKolla(box, undefined, "22.2.0");
    const args = await called();
    expect(args).not.to.include("--buildkit");
    expect(args).not.to.include("--nobuildkit");
    fakeKolla(box);
  });

  it("with an environment that holds the engine's address, and nothing that was not foreseen", async () => {
    const env = {
      CANARY_TOKEN: "canary-1",
      AWS_SECRET_ACCESS_KEY: "canary-2",
      LC_ALL: "de_DE.UTF-8",
      TZ: "Asia/Tokyo",
    };
    expectDone(await box.run(["image", "--force"], { env }));
    for (const program of ["kolla-build", "mvn", "docker"]) {
      const seen = box.environmentOf(program);
      expect(JSON.stringify(seen), program).not.to.include("canary");
      expect(seen, program).to.include({ LC_ALL: "C.UTF-8", TZ: "UTC" });
    }
    for (const program of ["kolla-build", "docker"]) {
      expect(box.environmentOf(program)).to.include({ DOCKER_HOST: endpointOf(box), HOME: box.home });
    }
    expect(box.environmentOf("mvn"))
      .to.include({ HOME: join(box.work, "maven") })
      .and.not.to.have.property("DOCKER_HOST");
  });
});
