// SPDX-License-Identifier: Apache-2.0
/** The pages of errors of what is made: Maven's build, the distribution, the packing, the images. */
import { KOLLA_HINTS } from "../../../src/kolla/hints.ts";
import { MAVEN_HINTS } from "../../../src/maven/hints.ts";
import * as errors from "../../../src/system/errors.ts";
import { hintFor } from "../../../src/system/hints.ts";
import type { ErrorPages } from "./page.ts";

type Code =
  | "BUILD_FAILED"
  | "ARTIFACTS_MISSING"
  | "REPOSITORY_REFUSES"
  | "BAD_DISTRIBUTION"
  | "STAGING_FAILED"
  | "KOLLA_FAILED"
  | "IMAGE_IN_USE"
  | "SAVE_FAILED"
  | "UNREADABLE"
  | "NOT_AS_PUBLISHED";

const LOGS = "/srv/osc/.osc-kolla/logs/2026-11-23T02-00-00-000Z-4711";

const WERROR = [
  "/srv/osc/.osc-kolla/trees/osc-core/osc-common/src/main/java/A.java:[3,8] [deprecation] x in Y has been deprecated",
  "Failed to execute goal …maven-compiler-plugin:3.8.1:compile (default-compile) on project osc-common: Compilation failure",
  "warnings found and -Werror specified",
].join("\n");

const NO_PACKAGE = [
  "osc-base, step 10 of 21: RUN apt-get -y install openjdk-8-jre-headles",
  "  Building dependency tree...",
  "  E: Unable to locate package openjdk-8-jre-headles",
  "  exit code: 100",
].join("\n");

export const BUILD_PAGES: ErrorPages<Code> = {
  BUILD_FAILED: {
    summary: "Maven failed, or left nothing",
    means:
      "Maven built one of OSC's libraries or OSC itself, and failed. The message names the project and the module, and has the lines that count: the compiler's errors with file and line, the rule of the enforcer, the artifact that could not be resolved and from where. The log has all that Maven printed.",
    raised: [
      "a module does not compile, a test or a rule of the project fails",
      "an artifact is in none of the repositories, or a repository or proxy fails in the middle",
      "the JVM has too little memory, or the kernel ended it",
      "Maven ended well, but what it should leave is not there",
    ],
    steps: [
      "Look your message up in the table below.",
      "To see Maven at work: `osc-kolla … -v`; the log begins with the line that was run.",
      "The work tree stays: you can run that line in it by hand.",
      "When it is mended, run the same command again: the libraries that were built are not built again.",
    ],
    example: errors.buildFailed(
      "osc-common of osc-core",
      WERROR,
      hintFor(WERROR, MAVEN_HINTS) ?? "",
      `${LOGS}/maven-osc-core.log`,
    ),
    settings: [
      "maven.java_home",
      "maven.java_version",
      "build.runner",
      "maven.repositories",
      "maven.settings",
      "maven.tests",
    ],
    test: [
      "test/integration/real-maven.test.ts",
      "with a module that does not compile: names it, and quotes the compiler; then, mended, it is built",
    ],
  },
  ARTIFACTS_MISSING: {
    summary: "artifacts that Maven Central lacks are in none of the repositories",
    means:
      "OSC needs some artifacts that Maven Central never had, and some of the repositories that its poms name are gone. All of them are looked for before Maven runs, so that they are named at once and early.",
    raised: [
      "one of these artifacts is in no repository of the poms, of `maven.repositories`, or of your settings.xml",
    ],
    steps: [
      "A repository that does not answer: see the network and the proxy (`https_proxy`); `osc-kolla doctor --network` asks each.",
      "Name a repository that has them, such as your company's: `--set maven.repositories.mine=https://…`.",
      "Or a folder laid out as a Maven repository: `--set maven.repositories.mine=file:///srv/maven`. [The real OSC](../real-osc.md) tells where their sources are.",
    ],
    example: errors.artifactsMissing([["org.vaadin.addons:popupbutton:2.6.0", "vaadin-addons"]], ["vaadin-addons"]),
    settings: ["maven.repositories", "maven.settings"],
    test: [
      "test/integration/repositories.test.ts",
      "are named all at once where no repository has them, each with the one that should",
    ],
  },
  REPOSITORY_REFUSES: {
    summary: "a Maven repository does not let us in",
    means: "The repository answers 401 or 407: it wants to know who asks. It is said before Maven runs.",
    raised: [
      "a repository of `maven.repositories`, or of the poms, asks for a login that it was not given, or refuses the one it was given",
    ],
    steps: [
      "Give the login by variables, so that no password stands in a file: `maven.repositories.mine: {url: …, username: me, password: '${env.MINE_PASSWORD}'}`.",
      "Set the variable for the run, and try the login by hand: `curl -u me URL`.",
      "Or keep it in your own settings.xml: `maven.settings`.",
    ],
    example: errors.repositoryRefuses("mine", "https://maven.example.org/osc", 401),
    settings: ["maven.repositories", "maven.settings"],
    test: [
      "test/integration/repositories.test.ts",
      "is named with its address when nobody is told; nothing is built, although others have everything",
    ],
  },
  BAD_DISTRIBUTION: {
    summary: "what Maven left cannot be packed as OSC",
    means:
      "The bundle is not the distribution of an OSC that could be started, or has paths that would be unsafe in an image. Every fault is named; nothing of it is packed.",
    raised: [
      "a file that OSC cannot start without is missing, or empty",
      "a path leads out of `opt/vmidc`, is a link, or is there twice",
      "the zip is damaged, or a jar in it, be it OSC's own, another's, or one in a jar",
    ],
    steps: [
      "Look into the bundle that the message names: `unzip -l FILE`.",
      "Is it the right repository and commit? `source.url`, `source.ref`.",
      "Build it anew: the same command with `--from build`.",
    ],
    example: errors.badDistribution("/srv/osc/.osc-kolla/trees/osc-core/target/serverUpgradeBundle.zip", [
      "opt/vmidc/bin/launcher.properties is missing",
      '"opt/vmidc/bin/l" is a link',
    ]),
    settings: ["source.url", "source.ref"],
    test: ["test/integration/distribution.test.ts", "names every fault at once"],
  },
  STAGING_FAILED: {
    summary: "a file could not be written or read while taking out or packing",
    means:
      "The machine refused in the middle of a stage that writes much. What was there before is as it was; nothing is left half-written.",
    raised: [
      "the disk or the quota is full while the distribution, the context or the tarball is written, or a work tree is made",
    ],
    steps: [
      "Make room: `df -h DIR`; `osc-kolla clean` removes what these settings no longer need.",
      "The work folder takes about 1 GB for the real OSC, the output folder 200 MB.",
      "Run the same command again.",
    ],
    example: errors.stagingFailed(
      "packing /srv/osc/out/tarballs/osc-1.0.0.tar.gz",
      "ENOSPC: no space left on device, write",
    ),
    settings: ["work_dir", "output_dir"],
    test: [
      "test/integration/full-disk.test.ts",
      "for the tarball: names it, leaves none, and makes it when there is room",
    ],
  },
  KOLLA_FAILED: {
    summary: "kolla-build failed, or ended well without having built the images",
    means:
      "The stock kolla-build was run on the context. The message names the image and the step that failed, with the last lines of that step's own output (with the classic builder and with BuildKit); or kolla's own words where it came to no step. An image that kolla calls built and that the engine does not have, or that carries another payload, is told, too.",
    raised: [
      "a step of a Dockerfile fails: base (kolla's), osc-base, osc, or one of your template overrides",
      "kolla does not start: its configuration, an override, the engine",
      "kolla ends with 0 and `osc` is not among what it built",
      "an image says by its labels that it was made of something else: an override of yours sets one of ours, or the builder answers from an old cache",
    ],
    steps: [
      "Look your message up in the table below.",
      "The folder beside the log (`kolla-build-images`) has a log for each image.",
      "`osc-kolla … -v` shows all that kolla-build prints; the log begins with the line that was run.",
      "The context stays: when it is mended, the same command runs kolla-build alone.",
    ],
    example: errors.kollaFailed(NO_PACKAGE, hintFor(NO_PACKAGE, KOLLA_HINTS), `${LOGS}/kolla-build.log`),
    settings: [
      "kolla.base",
      "kolla.base_tag",
      "kolla.template_override",
      "kolla.buildkit",
      "kolla.pull",
      "engine.endpoint",
    ],
    test: ["test/e2e/errors.test.ts", "is told with its image, its instruction and its own last lines, by ${builder}"],
  },
  IMAGE_IN_USE: {
    summary: "the engine does not remove an image",
    means: "osc-kolla removes only images that it made and that nobody uses. This one is in use, and stays.",
    raised: [
      "a container, running or stopped, was made of the image",
      "another image stands on it",
      "with `--skip-existing` in force, kolla would keep an image of another build, and this one has to make room for it",
    ],
    steps: [
      "Which containers: `docker ps --all --filter ancestor=IMAGE`; remove them with `docker rm`.",
      "Run the same command again.",
    ],
    example: errors.imageInUse(
      "kolla/osc:1",
      'Error response from daemon: conflict: unable to remove repository reference "kolla/osc:1" (must force) - container 0a1b2c3d4e5f is using its referenced image 99aa88bb77cc',
    ),
    settings: ["engine.endpoint"],
    test: ["test/e2e/errors.test.ts", "is not removed, and said to be in use"],
  },
  SAVE_FAILED: {
    summary: "the engine does not save images",
    means:
      "The images were built, and the engine was asked for them as one tarball (`image save`), for `--save` or to look into one. It failed, or what it gave holds no image. No file is left of it; one that was there before is as it was.",
    raised: [
      "an image was removed while it was being saved",
      "the engine stopped, or has no room for the copy that it makes",
    ],
    steps: [
      "Run the command of the log's first line by hand, with `>images.tar` behind it.",
      "`docker system df` tells what fills the engine.",
      "Run the same command again: the images are not built again.",
    ],
    example: errors.saveFailed(
      ["kolla/osc-base:1", "kolla/osc:1"],
      "Error response from daemon: reference does not exist",
      `${LOGS}/docker.log`,
    ),
    settings: ["image.save", "engine.endpoint"],
    test: ["test/integration/save.test.ts", "leaves nothing where the engine fails, or gives what is no image"],
  },
  UNREADABLE: {
    summary: "an archive, a jar or an image cannot be read",
    means:
      "`osc-kolla diff` reads archives, jars and images to their last byte. This one is damaged, or is nothing of the kind. The message names it (for a jar in an archive, the jar), with what the reader has against it.",
    raised: [
      "an archive or a saved image is cut off, or its checksums do not fit",
      "a jar that was changed cannot be read",
      "a saved image lacks a layer or its configuration",
      "a tarball is compressed by something else than gzip",
    ],
    steps: [
      "Try the usual program on it: `tar -tf FILE`, `unzip -t FILE`.",
      "Get it anew, or build it anew: `osc-kolla tarball --from distribution`.",
    ],
    example: errors.unreadable("osc-1.0.0.tar.gz", "zlib: unexpected end of file"),
    settings: [],
    test: ["test/unit/cli/diff.test.ts", "that is given an archive that is cut off names it"],
  },
  NOT_AS_PUBLISHED: {
    summary: "what was published does not fit",
    means:
      "`osc-kolla verify` holds archives, bill of materials, provenance and image against each other, and with `--rebuild` against their source. Each line names a file and what does not fit. One changed byte is enough.",
    raised: [
      "a file is not the one that SHA256SUMS or the provenance names, is missing, or is not named",
      "the provenance is not as it was written",
      "the bill of materials and the archive do not have the same jars, or not the same commit as the provenance",
      "an image, one of its layers, or a file in it is not the one that was built",
      "with `--rebuild`: another file comes out; the message says which entry of which jar, and which line of a manifest",
    ],
    steps: [
      "Do not use it. Get the named files anew from where they were published, and verify again.",
      "Was it signed? Check the signature: docs/packagers.md has the commands.",
      "With `--rebuild`: is it the same JDK and Maven? The provenance names their versions (`builder.version`).",
    ],
    example: errors.notAsPublished("build/tarballs", ["osc-1.0.0.tar.gz: is not the one that the provenance names"]),
    settings: ["work_dir"],
    test: ["test/integration/verify.test.ts", "says which file it is, whatever kind of file"],
  },
};
