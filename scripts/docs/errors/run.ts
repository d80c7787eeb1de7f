// SPDX-License-Identifier: Apache-2.0
/** The pages of errors of the command itself: how it is called, its folders, what it needs, how it ends. */
import * as errors from "../../../src/system/errors.ts";
import type { ErrorPages } from "./page.ts";

type Code =
  | "USAGE"
  | "BAD_CONFIGURATION"
  | "FILE_EXISTS"
  | "UNKNOWN_PATH"
  | "NOT_OURS"
  | "MISSING"
  | "NOT_HERE"
  | "ENGINE_MISSING"
  | "FILE_SYSTEM"
  | "LOCKED"
  | "INTERRUPTED"
  | "DEFECT";

const FULL_DISK = Object.assign(new Error("ENOSPC: no space left on device, write"), {
  code: "ENOSPC",
  syscall: "write",
  path: "/srv/osc/.osc-kolla/state/stage-source.json",
});

/** A stack as node writes it, of nobody's machine. */
function crash(): Error {
  const thrown = new TypeError("Cannot read properties of undefined (reading 'id')");
  thrown.stack = `TypeError: ${thrown.message}\n    at advance (…/dist/pipeline/advance.js:88:21)`;
  return thrown;
}

export const RUN_PAGES: ErrorPages<Code> = {
  USAGE: {
    summary: "the command line cannot be understood",
    means: "A word of the command line is none that the command knows. Nothing was started and nothing was changed.",
    raised: [
      "an unknown command or option, an argument too many, an option without its value",
      "`--set` without `KEY=VALUE`",
      "words behind `--` for a command that starts no kolla-build",
    ],
    steps: [
      "Read the word that the message names, and look it up: `osc-kolla COMMAND --help` lists the options, with an example.",
      'With make, options go into `ARGS`: `make osc-image ARGS="--ref master"`.',
      "Options of kolla-build itself stand behind `--`: `osc-kolla image -- --threads 2`.",
    ],
    example: errors.usage("unknown option '--frobnicate'"),
    settings: [],
    test: ["test/integration/usage.test.ts", "names an unknown option"],
  },
  BAD_CONFIGURATION: {
    summary: "settings are wrong; all faults are named at once",
    means:
      "A setting has a name that there is not, or a value that it does not take. The message has a line for each fault: the file with line and column (or the option, or the variable), what is wrong, and what is allowed. Nothing was started.",
    raised: [
      "`osc-kolla.yaml` is no YAML, or names a setting that there is not, or holds a wrong value",
      "an option, `--set`, or a variable `OSC_KOLLA_…` does so",
      "a file that a setting names is not there: `--config`, `kolla.config`, `kolla.template_override`, `maven.settings`",
      "kolla cannot read your own kolla-build.conf: told with the file, the line, and what kolla has against it",
      "your own configuration gives kolla-build the context of another output folder of osc-kolla, too",
      "two settings contradict each other, such as a JDK other than 8 in the build container",
    ],
    steps: [
      "Go through the lines of the message: each says where. A misspelt name is answered with the nearest one.",
      "[The settings](../settings.md) tells what each one takes; `osc-kolla config init` writes a file with all of them, commented out.",
      "`osc-kolla config` then shows every setting as it is in force, and where it came from.",
    ],
    example: errors.badConfiguration([
      'osc-kolla.yaml:3:11: kolla.engine: "lxc" is not allowed; docker or podman is',
      "OSC_KOLLA_SOURCE_REFF: there is no such setting; do you mean OSC_KOLLA_SOURCE_REF?",
    ]),
    settings: [],
    test: [
      "test/integration/usage.test.ts",
      "names every fault of osc-kolla.yaml at once, each with its line and column",
    ],
  },
  FILE_EXISTS: {
    summary: "a file that would be written is there already",
    means: "The command writes a new file and replaces none that somebody may have edited.",
    raised: [
      "`osc-kolla config init` where `osc-kolla.yaml`, or the file that was named, is there",
      "`osc-kolla context --drop-in DIR` where an `osc-kolla.conf` of somebody else is there",
    ],
    steps: [
      "Name another file: `osc-kolla config init other.yaml`.",
      "Or replace it: `osc-kolla config init --force`.",
    ],
    example: errors.fileExists("/home/you/osc/osc-kolla.yaml"),
    settings: [],
    test: ["test/integration/usage.test.ts", "the file that config init writes can be used at once"],
  },
  UNKNOWN_PATH: {
    summary: "the file that is to be explained is not there",
    means: "What was built last with these settings has no such file, neither in the image nor in the archive.",
    raised: [
      "`osc-kolla explain` is given a path that is misspelt, or one of another build",
      "it is given a file of the base's distribution: it knows what osc-kolla brings into the image",
    ],
    steps: ["Take one of the paths that the message names.", "All paths: `tar -tf` of the archive in `tarballs/`."],
    example: errors.unknownPath("opt/vmidc/bin/jar/osc-servre.jar", ["opt/vmidc/bin/jar/osc-server.jar"]),
    settings: ["work_dir"],
    test: ["test/integration/explain.test.ts", "that is not there is answered with the nearest names"],
  },
  NOT_OURS: {
    summary: "a folder that would be replaced holds what osc-kolla did not write",
    means:
      "The work folder and the folders that are made in the output folder are replaced as a whole. This one has something in it and lacks the mark that osc-kolla leaves in its own, so it was left as it is.",
    raised: [
      "`work_dir` is a folder with other files in it",
      "`output_dir` has a folder `kolla` that somebody else made",
    ],
    steps: [
      "Look into the folder that the message names.",
      "Give osc-kolla a folder of its own: `--work-dir DIR`, `--output-dir DIR`.",
      "Or, if what is in it can go, remove it by hand.",
    ],
    example: errors.notOurs("/srv/projects", "work_dir (--work-dir)"),
    settings: ["work_dir", "output_dir"],
    test: [
      "test/integration/full-disk.test.ts",
      "says that the work folder holds somebody else's files, and leaves them",
    ],
  },
  MISSING: {
    summary: "a program, or something else that the run needs of this machine, is missing or unfit",
    means:
      "Before the first stage runs, what it and all later ones need is looked at, so that a missing kolla is told before minutes of Maven. Several things that are missing are told in one message.",
    raised: [
      "git, Maven, a JDK with its compiler, docker or podman, kolla-build, or the engine's Python SDK is not there",
      "one of them is too old, is another version than wanted, or does not start",
      "BuildKit is asked for (`kolla.buildkit: true`) and docker has no buildx",
      "a disk is full, or a folder may not be written to",
    ],
    steps: [
      "`osc-kolla doctor` looks at all of it, with versions and paths, and has for each fault the command that mends it on this distribution.",
      "On Debian, as root, `make setup` installs what is missing and says beforehand what.",
      "What lies in another place is named in the settings: `maven.command`, `maven.java_home`, `kolla.command`.",
      "OSC needs JDK 8; where there is none, it is built in a container, which needs kolla and an engine.",
    ],
    example: errors.missing(
      "looking for Maven",
      'there is no program "mvn"',
      "Install it (apt-get install maven), or name it with maven.command.",
    ),
    settings: [
      "maven.command",
      "maven.java_home",
      "maven.java_version",
      "build.runner",
      "kolla.command",
      "kolla.python",
      "kolla.engine",
    ],
    test: ["test/integration/missing-programs.test.ts", "Maven: says so before anything is cloned"],
  },
  NOT_HERE: {
    summary: "--offline: something that would have to be fetched is not here yet",
    means:
      "With `--offline` no other machine is asked. What earlier runs fetched is kept in the work folder and is enough for the same commit; this run wants something else.",
    raised: [
      "the commit, branch or tag is not in the clones of the work folder",
      "Maven needs an artifact that is not in its local repository there",
      "a plugin was not downloaded yet",
    ],
    steps: [
      "Run the same command once without `--offline`, where there is a network.",
      "For another machine: take the work folder along, to the same path.",
    ],
    example: errors.notHere(['the ref "v0.8.0" of https://git.example.org/osc-core.git']),
    settings: ["work_dir"],
    test: [
      "test/integration/offline.test.ts",
      "names the repository of which there is no clone, and the plugin that was never downloaded",
    ],
  },
  ENGINE_MISSING: {
    summary: "the container engine does not answer, or does not let this user in",
    means: "The client (docker or podman) is there, but nobody answers it at the address that the message names.",
    raised: [
      "the engine is not running, or runs at another address",
      "the user may not open the engine's socket",
      "podman answers docker's client",
      "docker's client reaches it, and kolla's Python SDK does not, as by ssh without paramiko",
      "the docker context in use has TLS, but not all of ca.pem, cert.pem and key.pem",
    ],
    steps: [
      "Is it running? `systemctl status docker`; `docker version` as the same user.",
      "`Permission denied`: as root `usermod -aG docker USER`, then log in anew.",
      "It runs elsewhere: set `engine.endpoint`, or `DOCKER_HOST`, as in `unix:///run/user/1000/docker.sock`.",
      "Only kolla's SDK does not reach it: in kolla's Python `docker.from_env()` with the same DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH says why.",
      "There is none: as root on Debian `make setup` makes a private one, which `make teardown` removes.",
      "`osc-kolla context` and `osc-kolla tarball` need no engine (where a JDK 8 is on this machine).",
    ],
    example: errors.engineMissing(
      "unix:///var/run/docker.sock",
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    ),
    settings: ["engine.endpoint", "kolla.engine"],
    test: [
      "test/integration/missing-programs.test.ts",
      "says at which address, in the client's words, before anything is cloned",
    ],
  },
  FILE_SYSTEM: {
    summary: "the file system refuses: a full disk, no right to write, a file where a folder should be",
    means:
      "A call of the operating system failed in the middle of a run. Nothing is left half-written under its final name.",
    raised: [
      "the disk, or the quota, is full",
      "the work or output folder may not be written to, or lies on a read-only file system",
      "a file lies where a folder should be",
    ],
    steps: [
      "Full: make room (`df -h DIR`); `osc-kolla clean` removes what these settings no longer need and says how much that is.",
      "No right: give the user of this run the folder, or choose another with `--work-dir` and `--output-dir`.",
      "Run the same command again: it goes on where it stopped.",
    ],
    example: errors.fileSystem(FULL_DISK),
    settings: ["work_dir", "output_dir"],
    test: [
      "test/integration/full-disk.test.ts",
      "for result.json: says so, leaves the old one, and writes it when there is room",
    ],
  },
  LOCKED: {
    summary: "another run holds the work folder or the output folder",
    means: "Two runs in one folder would spoil each other's work. The one that came first goes on undisturbed.",
    raised: ["a living run holds the folder, and has not given it back within `lock_timeout` seconds"],
    steps: [
      "The message names the process and what it does. Wait for it, or let this run wait longer: `--lock-timeout 3600`.",
      "To build side by side, give each run both folders: `--work-dir DIR --output-dir DIR`.",
      "A run that was killed holds nobody up. For a holder on another machine (a shared disk) that is gone for good, remove the file `lock.json` of the folder.",
    ],
    example: errors.locked(
      "/srv/osc/.osc-kolla",
      "process 4711 on builder since 2026-11-23T02:00:00Z (osc-kolla image)",
    ),
    settings: ["lock_timeout", "work_dir", "output_dir"],
    test: [
      "test/integration/interrupted.test.ts",
      "in one work folder: the second one ends with 8 and names the first one, which goes on",
    ],
  },
  INTERRUPTED: {
    summary: "the run was told to stop by a signal",
    means:
      "Somebody pressed Ctrl-C (SIGINT), closed the terminal (SIGHUP), or asked the process to end (SIGTERM). The programs that it had started were ended, too.",
    raised: ["SIGHUP (exit code 129), SIGINT (130), SIGTERM (143)"],
    steps: ["Run the same command again: stages that were finished are not done again."],
    example: errors.interrupted("SIGINT"),
    settings: [],
    test: ["test/integration/interrupted.test.ts", "in the middle of a Maven that does not listen ends all the same"],
  },
  DEFECT: {
    summary: "a defect of osc-kolla itself",
    means:
      "Something happened that the program does not foresee. It is not your fault, whatever the settings: even a wrong one should be told by its name.",
    raised: ["an exception that is none of the others"],
    steps: [
      "The message names a report: versions, command line, settings with where each came from, what was thrown, the last steps of the run. Credentials are masked in it; read it all the same before you send it.",
      "Look whether the defect is known in the project's issues, and report it with that file where it is not.",
      "Meanwhile the same command with `--force`, or a fresh `--work-dir`, may get by.",
    ],
    example: errors.defect(crash(), "/srv/osc/.osc-kolla/logs/defect-2026-11-23T02-00-00-000Z-4711.txt"),
    settings: [],
    test: [
      "test/integration/defect.test.ts",
      "says so, and leaves a report without secrets in the logs of the work folder",
    ],
  },
};
