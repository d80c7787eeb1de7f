// SPDX-License-Identifier: Apache-2.0
/** The real Maven in tests. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { configure, expectDone } from "./integration-fakes.ts";
import { Sandbox } from "./sandbox.ts";

/** A JVM that starts fast rather than running fast: these builds are small. */
export const QUICK = { MAVEN_OPTS: "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" };

function program(name: string): string {
  const places = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name));
  const found = places.find(existsSync);
  if (found === undefined) throw new Error(`these tests need ${name} on PATH: make setup ARGS=--tests`);
  return found;
}

const realMaven = (): string => program("mvn");

/**
 * The real Maven behind a program that counts its calls.
 *
 * @param day what Maven and all that it starts takes for today, as in +400d
 */
export function countMaven(box: Sandbox, day?: string): void {
  const clock = day === undefined ? "" : `'${program("faketime")}' -f '${day}' `;
  const become = `exec ${clock}'${realMaven()}' "$@"`;
  box.fake("mvn", { "--version": become, "'-B -ntp '*": become });
}

let warm: Promise<string> | undefined;

/** A local repository with all that the sample's build takes from elsewhere; filled once for all tests of this process. */
export const warmRepository = (): Promise<string> => (warm ??= fill());

async function fill(): Promise<string> {
  const box = new Sandbox("warm");
  configure(box);
  countMaven(box);
  expectDone(await box.run(["tarball"], { env: QUICK }));
  return join(box.work, "maven/.m2/repository");
}

/** Gives a work folder such a repository, without what was built here. */
export async function fillRepository(work: string): Promise<void> {
  cpSync(await warmRepository(), join(work, "maven/.m2/repository"), {
    recursive: true,
    filter: (path) => !path.endsWith("/org/osc"),
  });
}

export interface PlainMaven {
  /** $HOME, which bnd looks at */
  readonly home: string;
  /** what Java takes for the home folder */
  readonly userHome: string;
  /** the local repository */
  readonly repository: string;
}

/** What Maven prints when a person runs it in a work tree, without the tool; it must fail. */
export function failureOfMaven(tree: string, { home, userHome, repository }: PlainMaven, ...args: string[]): string {
  const folders = [`-Duser.home=${userHome}`, `-Dmaven.repo.local=${repository}`];
  const { status, stdout } = spawnSync(realMaven(), ["-B", "-ntp", ...folders, ...args], {
    cwd: tree,
    env: { ...process.env, ...QUICK, HOME: home },
    encoding: "utf8",
  });
  if (status !== 1) throw new Error(`mvn ${args.join(" ")} ended with ${String(status)}:\n${stdout}`);
  return stdout;
}
