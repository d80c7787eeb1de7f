// SPDX-License-Identifier: Apache-2.0
/** Fakes of Maven, kolla-build and docker, and the settings under which the command meets them. */
import { expect } from "chai";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LIBRARIES, sample } from "./integration-sample.ts";
import { DISTRIBUTION, zipOf } from "./integration-zip.ts";
import { type Run, Sandbox } from "./sandbox.ts";

/** A sandbox for the tests of a `describe`; an unforeseen call of a fake fails the test in which it happens. */
export function useSandbox(name: string): Sandbox {
  const box = new Sandbox(name);
  afterEach("no fake was called in a way that nobody foresaw", () => {
    expect(box.takeUnforeseen()).to.equal("");
  });
  return box;
}

type Settings = Readonly<Record<string, unknown>>;

/**
 * Writes osc-kolla.yaml into the working directory: the sample built by the fakes. What `make setup` may have recorded
 * in this checkout is overruled.
 *
 * @param changes settings by section, which win over those
 */
export function configure(box: Sandbox, changes: Settings = {}): void {
  const { core, library } = sample();
  const defaults: Settings = {
    work_dir: box.work,
    output_dir: box.out,
    source: { url: core, ref: "master" },
    libraries: LIBRARIES.map((name) => ({ name, url: library(name) })),
    maven: { command: join(box.bin, "mvn"), java_version: "any" },
    kolla: {
      ...{ command: join(box.bin, "kolla-build"), python: join(box.bin, "kolla-python") },
      ...{ pull: true, template_override: [] },
    },
    engine: { endpoint: endpointOf(box) },
  };
  const merged = Object.entries({ ...defaults, ...changes }).map(([key, value]) => {
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    return [key, isSection ? { ...(defaults[key] as object | undefined), ...value } : value];
  });
  // JSON is YAML
  box.write("cwd/osc-kolla.yaml", JSON.stringify(Object.fromEntries(merged)));
}

export const endpointOf = (box: Sandbox): string => `unix://${box.root}/docker.sock`;

/** How the command calls Maven to build something. */
const MAVEN_BUILDS =
  "'-B -ntp -s '*' -Duser.home='*' -Dmaven.repo.local='*' clean package install:install -DskipTests -P !java-jre-get'";

/** How it has Maven copy bnd's launcher, which the sample's poms want, into a folder. */
const MAVEN_COPIES = [
  "'-B -ntp -s '*' -Duser.home='*' -Dmaven.repo.local='*' org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
  "-Dartifact=biz.aQute.bnd:biz.aQute.launcher:3.3.0 -DoutputDirectory='*",
].join(" ");

export interface FakeMavenOptions {
  /** what it leaves of osc-core; the smallest good distribution, otherwise */
  readonly bundle?: Uint8Array;
  /** lines of sh in place of leaving a bundle */
  readonly osc?: string;
  /** lines of sh that run before anything is built */
  readonly first?: string;
  /** what it says of the Java that it runs on */
  readonly java?: string;
  /** lines of sh in place of copying bnd's launcher into $folder */
  readonly launcher?: string;
}

/** A Maven that builds the libraries at once, and for osc-core leaves a bundle. */
export function fakeMaven(box: Sandbox, options: FakeMavenOptions = {}): void {
  const bundle = box.write("bundle.zip", options.bundle ?? zipOf(DISTRIBUTION));
  const java = options.java ?? "Java version: 17.0.9, vendor: Nobody, runtime: /nowhere/java";
  const osc = options.osc ?? `mkdir target\nln '${bundle}' target/serverUpgradeBundle.zip`;
  const library = [
    `version=$(sed -n 's|^  <version>\\(.*\\)</version>|\\1|p' pom.xml | head -n 1)`,
    `for word in "$@"; do case $word in -Dmaven.repo.local=*) repository=\${word#*=} ;; esac; done`,
    `folder=$repository/org/osc/api/$name/$version`,
    `mkdir -p "$folder"`,
    `cp pom.xml "$folder/$name-$version.pom"`,
    `echo jar >"$folder/$name-$version.jar"`,
  ].join("\n");
  const launcher = options.launcher ?? `echo jar >"$folder/biz.aQute.launcher-3.3.0.jar"`;
  box.fake("mvn", {
    "--version": `echo 'Apache Maven 3.8.7'\necho '${java}'`,
    [MAVEN_COPIES]: [`for word in "$@"; do folder=\${word#*=}; done`, `mkdir -p "$folder"`, launcher].join("\n"),
    [MAVEN_BUILDS]: [
      options.first ?? ":",
      "name=${PWD##*/}",
      `if [ "$name" = osc-core ]; then`,
      osc,
      "else",
      library,
      "fi",
    ].join("\n"),
  });
}

/** The builds that Maven was asked for so far, each as its arguments. */
export const mavenCalls = (box: Sandbox): string[][] => box.calls("mvn").filter((words) => words.includes("package"));

/** How many they are. */
export const mavenBuilds = (box: Sandbox): number => mavenCalls(box).length;

/** Images as kolla's summary lists them. */
export const names = (...images: readonly string[]) => images.map((name) => ({ name }));

/** The names that the fakes give the images. */
const IMAGES = ["kolla/osc-base:1", "kolla/osc:1"] as const;

/** How a kolla-build ends well: rendered Dockerfiles, a summary, images in the engine. */
export function kollaSucceeds(box: Sandbox, summary: object = { built: names("base", "osc-base", "osc") }): string {
  mkdirSync(join(box.root, "images"), { recursive: true });
  return [
    `mkdir -p "$work/docker/osc"`,
    `echo 'FROM ${IMAGES[0]}' >"$work/docker/osc/Dockerfile"`,
    `echo '${JSON.stringify(summary)}' >"$summary"`,
    `calls=$(wc -l <'${join(box.root, "calls", "kolla-build")}')`,
    // as the override of our conf, the last one, has it; without one there, that of our drop-in
    "conf=$HOME/.kolla/kolla-build.conf.d/osc-kolla.conf",
    `for word in "$@"; do`,
    `  if [ "$before" = --config-file ] && grep -q ^template_override "$word"; then conf=$word; fi`,
    "  before=$word",
    "done",
    `override=$(sed -n 's/^template_override = //p' "$conf")`,
    `labels=$(sed -n 's/^LABEL \\([^=]*\\)=\\(".*"\\)$/"\\1":\\2/p' "$override" | paste -sd , -)`,
    ...["osc-base", "osc"].map((name) => `echo "sha256:${name}-$calls {$labels}" >'${join(box.root, "images", name)}'`),
  ].join("\n");
}

/** A kolla-build; `builds` are lines of sh that may use $work, $summary and $logs. */
export function fakeKolla(box: Sandbox, builds: string = kollaSucceeds(box), version = "23.0.0"): void {
  const read = [
    `for word in "$@"; do`,
    `  case $before in --work-dir) work=$word ;; --summary-json-file) summary=$word ;; --logs-dir) logs=$word ;; esac`,
    "  before=$word",
    "done",
    `case $work in /*) ;; *) echo "kolla-build: --work-dir is not absolute" >>'${box.root}/unforeseen' ;; esac`,
    `[ ! -e "$work" ] || echo "kolla-build: --work-dir is not fresh" >>'${box.root}/unforeseen'`,
    `[ ! -e "$summary" ] || echo "kolla-build: there is an old summary" >>'${box.root}/unforeseen'`,
    `[ -d "$logs" ] || echo "kolla-build: --logs-dir is not there" >>'${box.root}/unforeseen'`,
  ];
  box.fake("kolla-build", { "--version": `echo ${version}`, "'--config-file '*": [...read, builds].join("\n") });
}

/** How kolla's Python is asked for the SDK of an engine. */
export const SDK = "'-c import docker'* | '-c import podman'*";

/** The Python of that kolla: it has the SDKs, which reach the engine, and reads the operator's configuration. */
export function fakePython(box: Sandbox, changes: Readonly<Record<string, string>> = {}): void {
  const readable = { facts: [], files: [], options: [], images: [], rendered: [], differences: [] };
  box.fake("kolla-python", {
    // what kolla can do is not told, and taken from its version
    "'-c import json'*": "echo null",
    [SDK]: "echo 7.2.0",
    "'-B '*/kolla-oracle' '*": `echo '${JSON.stringify(readable)}'`,
    ...changes,
  });
}

export const kollaBuilds = (box: Sandbox): string[][] =>
  box.calls("kolla-build").filter(([first]) => first !== "--version");

/** How docker is asked where its data lies. */
export const ASKED_STORAGE = "'info --format {{.Driver}} {{.DockerRootDir}}'";

/** A docker with buildx, whose images are files. */
export function fakeDocker(box: Sandbox, changes: Readonly<Record<string, string>> = {}): void {
  mkdirSync(join(box.root, "images"), { recursive: true });
  const inspects = ["osc-base", "osc"].map((name, at) => [
    `'image inspect ${String(IMAGES[at])}'`,
    [
      `read -r id labels <'${join(box.root, "images", name)}' || exit 1`,
      `echo '[{"Id":"'"$id"'","Size":1000,"RepoDigests":["kolla/${name}@sha256:pushed"],"RootFS":{"Layers":["sha256:layer"]},"Config":{"Labels":'"$labels"'}}]'`,
    ].join("\n"),
  ]);
  box.fake("docker", {
    version: "echo 'Version: 28'",
    [ASKED_STORAGE]: `echo 'overlay2 ${box.root}/engine'`,
    "'buildx version'": "echo v0.13",
    "'buildx prune --force --filter type=source.local'": "echo 'Total: 0B'",
    ...(Object.fromEntries(inspects) as Record<string, string>),
    ...changes,
  });
}

/** Removes all images from the fake docker, as `docker image rm` would. */
export function forgetImages(box: Sandbox): void {
  rmSync(join(box.root, "images"), { recursive: true });
  mkdirSync(join(box.root, "images"));
}

/** The fakes, and the settings for them. */
export function configureFakes(box: Sandbox, settings: Settings = {}): void {
  configure(box, settings);
  fakeMaven(box);
  fakeKolla(box);
  fakePython(box);
  fakeDocker(box);
}

/** A run ended well. */
export function expectDone(run: Run): void {
  expect(run, run.stderr).to.include({ code: 0, endedBy: null });
}

/** A run ended with this code, said all of these on stderr, and printed nothing as if it were a result. */
export function expectFailure(run: Run, code: number, ...facts: readonly string[]): void {
  expect(run.code, run.stderr).to.equal(code);
  expect(run.stdout).to.equal("");
  for (const fact of facts) expect(run.stderr).to.include(fact);
}

/** Nothing is left under a temporary name. */
export function expectNothingHalfWritten(box: Sandbox): void {
  expect(box.halfWritten()).to.deep.equal([]);
}
