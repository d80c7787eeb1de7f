// SPDX-License-Identifier: Apache-2.0
/** The pages of errors of the sources: OSC's repository, its libraries, patches, plugins and JRE. */
import { GIT_HINTS } from "../../../src/git/hints.ts";
import * as errors from "../../../src/system/errors.ts";
import { hintFor } from "../../../src/system/hints.ts";
import type { ErrorPages } from "./page.ts";

type Code =
  | "SOURCE_UNREACHABLE"
  | "BAD_REF"
  | "UNKNOWN_REF"
  | "CLONE_DAMAGED"
  | "NO_VERSION"
  | "SOURCE_SHAPE"
  | "LIBRARY_VERSION"
  | "BAD_PATCH"
  | "BAD_PLUGIN"
  | "BAD_JRE";

const URL = "https://git.example.org/osc-core.git";
const NO_HOST = `fatal: unable to access '${URL}/': Could not resolve host: git.example.org`;

export const SOURCE_PAGES: ErrorPages<Code> = {
  SOURCE_UNREACHABLE: {
    summary: "a repository cannot be reached or read",
    means:
      "git could not ask the repository, or fetch from it. The message ends with git's own last words, and with what they mean where that is known.",
    raised: [
      "the address is wrong, the network or a proxy fails, the server's certificate is not trusted",
      "the server asks for credentials; git is never let ask for them",
      "a path is no repository, or belongs to another user",
    ],
    steps: [
      "Try it by hand, as the same user: `git ls-remote URL`.",
      "Credentials: a credential helper of git, an ssh agent, or `https://USER:TOKEN@…` in `source.url` (it is masked in every output and log, and is in no image).",
      "A proxy: `https_proxy` in the environment. A company's own authority: `GIT_SSL_CAINFO=FILE`.",
      "No network at all: a clone in a folder will do, `--source-url /srv/osc-core.git`; a full one with tags.",
    ],
    example: errors.sourceUnreachable(
      URL,
      NO_HOST,
      hintFor(NO_HOST, GIT_HINTS),
      "/srv/osc/.osc-kolla/logs/2026-11-23T02-00-00-000Z-4711/git.log",
    ),
    settings: ["source.url", "libraries"],
    test: ["test/integration/source.test.ts", "says that nobody answers at an address"],
  },
  BAD_REF: {
    summary: "a ref is not a name that git allows",
    means:
      "The name would be taken as an option of git, or as an expression, or is no name by git's rules. It was given to no program.",
    raised: ["`--ref`, `source.ref` or a library's `ref` begins with `-`, has blanks, `..`, `~`, `^`, `:` …"],
    steps: ["Give a branch (`master`), a tag (`v0.8.0`) or a commit id, whole or its first seven digits."],
    example: errors.badRef("master~1"),
    settings: ["source.ref", "libraries"],
    test: ["test/integration/libraries.test.ts", "refuses a ref that git would take for an option"],
  },
  UNKNOWN_REF: {
    summary: "the repository has no such branch, tag or commit",
    means: "The repository was reached, and was asked. The message lists names that it has.",
    raised: [
      "`--ref`, `source.ref` or a library's `ref` names none of its branches and tags, and no commit of its history",
    ],
    steps: [
      "Choose one of the names in the message.",
      "A tag or branch that somebody has only at home has to be pushed: `git push origin NAME`.",
      "A commit that is on no branch and behind no tag is not fetched: give it a tag.",
    ],
    example: errors.unknownRef("v9.9.9", URL, ["master", "v0.6.0", "v0.8.0"]),
    settings: ["source.ref", "source.url", "libraries"],
    test: ["test/integration/source.test.ts", "lists the branches and tags that there are, for a name that is none"],
  },
  CLONE_DAMAGED: {
    summary: "a clone in the work folder is damaged; it has been removed",
    means:
      "git could not read what it had once written into its clone in the work folder. What was read from it cannot be trusted, so the clone was removed.",
    raised: ["the disk or the file system is damaged", "something else wrote into the work folder"],
    steps: [
      "Run it again: the repository is cloned anew.",
      "When it happens again, look at the disk (`dmesg`, `smartctl`), or take another one: `--work-dir`.",
    ],
    example: errors.cloneDamaged(
      "/srv/osc/.osc-kolla/clones/osc-55620ad8254a.git",
      "error: inflate: data stream error (incorrect data check)",
    ),
    settings: ["work_dir"],
    test: [
      "test/integration/damage.test.ts",
      "in a clone is told as what it is, whatever git was reading, and the next run clones anew",
    ],
  },
  NO_VERSION: {
    summary: "no annotated tag is reachable, so OSC's build would find no version",
    means:
      "OSC's poms run `git describe --long` and an enforcer rule compares the result with the version in the pom. A repository without tags, with lightweight tags only, or without history cannot be built; it is told here rather than after minutes of Maven.",
    raised: ["`git describe --long` fails for the commit that is to be built"],
    steps: [
      "A fork often has no tags: `git push --tags` from a clone of the original.",
      "A shallow clone: `git fetch --unshallow --tags` in it.",
      "Lightweight tags do not count; an annotated one is made by `git tag -a NAME COMMIT`.",
    ],
    example: errors.noVersion(URL, "4441c96f21b0", "fatal: No names found, cannot describe anything."),
    settings: ["source.url", "source.ref"],
    test: ["test/integration/source.test.ts", "says that a repository without tags cannot be built"],
  },
  SOURCE_SHAPE: {
    summary: "the repository lacks a file, or a line in it, that OSC has",
    means: "It is probably another repository than OSC's, or a commit of a time when it looked otherwise.",
    raised: [
      "the commit has no `osc-server/pom.xml`",
      "that pom does not say which version of a library it wants",
      "a library's repository has no pom.xml with a version",
    ],
    steps: ["Check `source.url` and `source.ref`.", "A library that this OSC does not use has to go from `libraries`."],
    example: errors.sourceShape(
      "reading osc-server/pom.xml of commit 4441c96f21b0",
      "the commit has no such file",
      "Is this a repository of OSC? See source.url.",
    ),
    settings: ["source.url", "source.ref", "libraries"],
    test: ["test/integration/source.test.ts", "says that a repository without osc-server/pom.xml is none of OSC"],
  },
  LIBRARY_VERSION: {
    summary: "a library's commit does not give the version that OSC asks for",
    means:
      "OSC's pom names a version of each of its own libraries, and Maven would look for that one in vain. A SNAPSHOT is built from the last commit before the release.",
    raised: [
      "the `ref` of a library has another version in its pom",
      "no commit of the library fits the version that OSC asks for",
    ],
    steps: [
      "Leave the library's `ref` out: what fits is then found by itself.",
      "Or give the ref whose pom has the version in the message.",
      "No such commit: the repository lacks tags, or this OSC needs a newer library; see `libraries[].url`.",
    ],
    example: errors.libraryVersion(
      "sdn-controller-api",
      "2.0.0-SNAPSHOT",
      "1.0.0 in the pom of 3f1c2ab",
      "Leave libraries[].ref out, or name a commit of that version.",
    ),
    settings: ["libraries"],
    test: [
      "test/integration/libraries.test.ts",
      "says which version OSC asks for and which one the configured ref has",
    ],
  },
  BAD_PATCH: {
    summary: "a patch cannot be read, or does not apply",
    means:
      "Patches are applied in their order to the work tree before Maven runs. This one fails; the message has git's words. Nothing was built.",
    raised: [
      "a file or folder of `source.patches` is not there",
      "a file is no patch, does not fit the commit, or would write outside of the work tree",
    ],
    steps: [
      "Try it by hand in a clone of the commit: `git apply --check FILE`.",
      "Make it anew for this commit (`git diff`, `git format-patch`), or choose the commit that it was made for with `--ref`.",
      "Those of a folder are taken in the order of their names; a later one may need an earlier one.",
    ],
    example: errors.badPatch(
      "0002-log.patch",
      "error: patch failed: README.md:1\nerror: README.md: patch does not apply",
    ),
    settings: ["source.patches", "source.ref"],
    test: [
      "test/integration/patches.test.ts",
      "that do not fit are named, with the part that git rejects; what was made before stays",
    ],
  },
  BAD_PLUGIN: {
    summary: "a plugin to be packed with OSC cannot be had, or is not the one that was meant",
    means:
      "The .bar files of `plugins` are taken before Maven runs. This one is not there, cannot be downloaded, or is another file than its sha256 says.",
    raised: [
      "the path is not there, or the URL does not answer with a file",
      "what was downloaded has another sha256 than the settings name",
      "two plugins have one name, or a name has characters that a path in the image must not have",
    ],
    steps: [
      "A path: it counts from the folder of osc-kolla.yaml.",
      "A URL: `curl -fLO URL`, then `sha256sum FILE`. A changed sha256 is either a newer release (then change the setting) or not what you want in your image.",
    ],
    example: errors.badPlugin("nsc.bar", "https://files.example.org/nsc.bar: answers 404"),
    settings: ["plugins"],
    test: ["test/integration/plugins.test.ts", "that cannot be had are told before Maven runs:"],
  },
  BAD_JRE: {
    summary: "the JRE to be bundled cannot be had, is not the one that was meant, or is none",
    means:
      "The tarball of `image.java.jre` is taken out and looked at before Maven runs. This one is not there, cannot be downloaded, is another file than its sha256 says, or holds something that must not come into an image. The message has every fault, ten at most.",
    raised: [
      "the path is not there, or the URL does not answer with a file",
      "what was downloaded has another sha256 than the settings name",
      "it is no tarball, or a damaged one, or packed by something else than gzip",
      "it has not one folder at its top with an executable `bin/java` in it: a JRE for macOS or Windows has not",
      "a name in it leads out of it or is there twice, a link leads out of it or to nothing, or it holds a device",
    ],
    steps: [
      "Look into it: `tar -tvf FILE | head`. Wanted is what every distributor of Java 8 has for Linux: `jdk8u442-b06-jre/bin/java`.",
      "A .tar.xz or .zip: pack it again, `tar -czf jre.tar.gz FOLDER`.",
      "A URL: `curl -fLO URL`, then `sha256sum FILE`, and compare it with what its publisher says.",
    ],
    example: errors.badJre(
      "OpenJDK8U-jre_x64_mac_hotspot_8u442b06.tar.gz",
      "there is no bin/java in its one folder: is it a JRE for Linux?",
    ),
    settings: ["image.java.jre"],
    test: ["test/integration/jre.test.ts", "that cannot be had or packed are told before Maven runs:"],
  },
};
