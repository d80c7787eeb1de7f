// SPDX-License-Identifier: Apache-2.0
/** The sample's git repositories, and others made of them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CHECKOUT, newFolder } from "./sandbox.ts";

/** What the sample's master is, whoever makes it. */
export const VERSION = /^1\.0\.0-SNAPSHOT-2-g[0-9a-f]{7,}$/;

export const LIBRARIES = ["sdn-controller-api", "security-mgr-api"] as const;

export interface Sample {
  /** absolute paths of bare repositories */
  readonly core: string;
  readonly library: (name: string) => string;
  /** the folder that holds them */
  readonly folder: string;
}

let made: Sample | undefined;

/** The repositories that scripts/make-sample.sh makes; made once. Nobody may change them. */
export function sample(): Sample {
  if (made !== undefined) return made;
  const folder = join(newFolder("sample"), "repositories");
  execFileSync(join(CHECKOUT, "scripts", "make-sample.sh"), [folder], { stdio: ["ignore", "ignore", "inherit"] });
  made = { folder, core: join(folder, "osc-core.git"), library: (name) => join(folder, `${name}.git`) };
  return made;
}

/** Runs git for a test, whatever the person who runs the tests has configured. */
export function git(folder: string, ...args: readonly string[]): string {
  const who = ["AUTHOR", "COMMITTER"].flatMap((role) => [
    [`GIT_${role}_NAME`, "A test"],
    [`GIT_${role}_EMAIL`, "test@osc.invalid"],
    [`GIT_${role}_DATE`, "1525176000 +0000"],
  ]);
  const env = {
    PATH: process.env["PATH"],
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    ...(Object.fromEntries(who) as Record<string, string>),
  };
  const quiet = { stdio: ["ignore", "pipe", "pipe"] as ("ignore" | "pipe")[] };
  return execFileSync("git", args, { cwd: folder, env, encoding: "utf8", ...quiet }).trim();
}

/** A work tree with all of a repository's branches and tags, to be changed by a test. */
export function checkoutOf(repository: string): string {
  const folder = join(newFolder("checkout"), "tree");
  git("/", "clone", "--quiet", repository, folder);
  return folder;
}

/** Commits files (undefined: removed) on top of what a work tree has checked out. */
export function commit(
  tree: string,
  files: Readonly<Record<string, string | undefined>>,
  message = "A change",
): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(tree, path);
    if (content === undefined) {
      git(tree, "rm", "--quiet", "-r", "--", path);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      git(tree, "add", "--", path);
    }
  }
  git(tree, "commit", "--quiet", "--message", message);
  return git(tree, "rev-parse", "HEAD");
}
