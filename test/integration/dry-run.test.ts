// SPDX-License-Identifier: Apache-2.0
// The commands that a dry run prints are those that a run then starts.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  configureFakes,
  expectDone,
  fakeDocker,
  fakeMaven,
  kollaBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { filesBelow } from "../support/sandbox.ts";

interface Planned {
  readonly id: string;
  readonly commands: readonly { readonly args: readonly string[]; readonly cwd?: string; readonly when?: string }[];
  readonly unknown?: string;
}

/** A planned command as a pattern: "<commit>" stands for any one word, or part of one. */
function fits(planned: readonly string[], started: readonly string[]): boolean {
  const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const patterns = planned.map(
    (word) =>
      new RegExp(
        `^${word
          .split(/<[^>]*>/)
          .map(escape)
          .join(".+")}$`,
      ),
  );
  return patterns.length === started.length && patterns.every((pattern, at) => pattern.test(String(started[at])));
}

/** What git only asks; a dry run leaves these out. */
const ASKING = /^(--version|rev-parse|rev-list|describe|log|cat-file|for-each-ref|grep|hash-object|update-ref)$/;

describe("the commands of a dry run", () => {
  const box = useSandbox("commands");
  const plan = async (...args: string[]): Promise<Planned[]> => {
    const run = await box.run(["image", "--dry-run", "--json", ...args]);
    expectDone(run);
    return (JSON.parse(run.stdout) as { stages: Planned[] }).stages;
  };
  /** Every call of a program so far, its name in front; of git, but for its settings. */
  const started = (name: string): string[][] => box.calls(name).map((call) => [join(box.bin, name), ...call]);
  /** In which folder a program was started, each time, and with what, as its fake noted it. */
  const places = (name: string) => join(box.root, `places-${name}`);
  const placesOf = (name: string): string[][] =>
    readFileSync(places(name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/\t$/, "").split("\t"));
  const note = (name: string) =>
    `place=$(printf '%s\\t' "$(pwd -P)" "$@")\nprintf '%s\\n' "$place" >>'${places(name)}'`;
  const startedGit = (): string[][] =>
    placesOf("git")
      .filter((call) => !ASKING.test(String(call[9])))
      .map(([place, ...call]) => [String(place), "git", ...call]);

  before(() => {
    configureFakes(box);
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    box.fake("git", { "*": `${note("git")}\nexec ${git} "$@"` });
    fakeMaven(box, { first: note("mvn") });
  });

  it("are exactly those that make or fetch something in the run that follows, in their order", async () => {
    const stages = await plan();
    expect(stages.flatMap(({ unknown }) => unknown ?? [])).to.deep.equal([]);
    const commands = stages.flatMap((stage) => stage.commands);
    const planned = commands.map(({ args }) => args);
    box.forgetCalls();
    rmSync(places("git"));
    expectDone(await box.run(["image"]));

    const of = (program: string) => planned.filter(([first]) => first?.endsWith(program) === true);
    const pairs = [
      // ls-remote twice: before it is decided whether the stage runs, too
      [
        of("git"),
        startedGit()
          .slice(1)
          .map(([, ...call]) => call),
      ],
      [of("/mvn"), started("mvn").filter(([, first]) => first !== "--version")],
      [of("/kolla-build"), started("kolla-build").filter(([, first]) => first !== "--version")],
      [of("/docker"), started("docker").filter(([, first, second]) => first === "buildx" && second === "prune")],
    ] as const;
    for (const [expected, real] of pairs) {
      expect(real.length, JSON.stringify([expected, real], undefined, 1)).to.equal(expected.length);
      for (const [at, command] of expected.entries())
        expect(fits(command, real[at] ?? []), `${command.join(" ")}\n${String(real[at]?.join(" "))}`).to.equal(true);
    }
    expect(pairs.map(([expected]) => expected.length)).to.deep.equal([13, 4, 1, 1]);
    expect(pairs.flatMap(([expected]) => expected)).to.have.length(planned.length);

    // and where it matters, in the folders that were told
    const told = (program: string) => commands.filter(({ args: [first] }) => first?.endsWith(program) === true);
    for (const [at, [place = ""]] of startedGit().slice(1).entries()) {
      const { args, cwd } = told("git")[at] ?? { args: [] };
      const isAnywhere = args.includes("ls-remote") || args.includes("clone");
      if (isAnywhere) expect(cwd, args.join(" ")).to.equal(undefined);
      else expect(place, args.join(" ")).to.satisfy((path: string) => fits([String(cwd)], [path]));
    }
    const builds = told("/mvn").filter(({ args }) => args.includes("package"));
    expect(builds.map(({ cwd }) => cwd)).to.deep.equal(placesOf("mvn").map(([place]) => place));
  });

  it("are printed as the logs then begin", async () => {
    rmSync(join(box.out, "kolla"), { recursive: true });
    const files = filesBelow(join(box.work, "logs"));
    const first = (name: string) => {
      const log = files.find((path) => path.endsWith(name));
      return String(readFileSync(String(log), "utf8").split("\n")[0]);
    };
    const run = await box.run(["image", "--dry-run", "--force"]);
    expectDone(run);
    const printed = run.stdout.split("\n").map((line) => line.trim());
    for (const name of ["osc-core", "sdn-controller-api"]) {
      const line = first(`maven-${name}.log`).replace(/^\$ /, "");
      expect(printed).to.include(`$ (cd ${box.work}/trees/${name} && ${line})`);
    }
    expect(printed).to.include(`$ ${box.bin}/docker buildx prune --force --filter type=source.local`);
    expect(printed.filter((line) => line === first("kolla-build.log"))).to.have.length(1);
  });

  it("of what is up to date are none", async () => {
    expectDone(await box.run(["image"]));
    for (const { commands } of await plan()) expect(commands).to.deep.equal([]);
  });

  it("know what earlier stages have found, and fetch no library that is there", async () => {
    rmSync(join(box.work, "trees"), { recursive: true });
    rmSync(join(box.work, "maven"), { recursive: true });
    const stages = await plan();
    const lines = stages.flatMap(({ commands }) => commands.map(({ args }) => args.join(" ")));
    expect(lines.filter((line) => line.includes(" fetch "))).to.deep.equal([]);
    expect(lines.filter((line) => / checkout --quiet --detach [0-9a-f]{40}$/.test(line))).to.have.length(3);
    const unknown = new Set(
      lines.flatMap((line) => line.match(/<[^>]*>/g) ?? []).map((word) => word.replace(/.*\//, "")),
    );
    const trees = ["sdn-controller-api", "security-mgr-api", "osc-core"].map((name) => `${name}, half made>`);
    expect([...unknown]).to.have.members([...trees, "<new folder>"]);
  });

  it("are those of the container, where that is what OSC is built in", async () => {
    fakeDocker(box, { "'info --format '*": "echo '[]'" });
    const stages = await plan("--force", "--set", "build.runner=container");
    const libraries = stages.find(({ id }) => id === "libraries")?.commands.map(({ args }) => args.slice(1)) ?? [];
    const runs = libraries.filter(([first]) => first === "run");
    expect(runs).to.have.length(2);
    const host = (await plan("--force")).find(({ id }) => id === "libraries")?.commands.map(({ args }) => args) ?? [];
    const maven = host.filter(([first]) => first === join(box.bin, "mvn")).map((words) => words.slice(1));
    for (const [at, words] of runs.entries()) {
      const image = words.indexOf("<id of osc-build>");
      expect(words[image + 1]).to.equal("/usr/local/bin/osc_build_maven");
      expect(words.slice(image + 2)).to.deep.equal(maven[at]);
    }
    const before = libraries.filter(([first]) => first === "rm");
    expect(before).to.have.length(2);
  });

  it("hide credentials", async () => {
    const url = "https://me:canary@osc.invalid/osc-core.git";
    const run = await box.run(["image", "--dry-run", "--source-url", url]);
    expectDone(run);
    expect(run.stdout).to.include("'https://***@osc.invalid/osc-core.git'").and.not.include("canary");
    expect(JSON.stringify(await plan("--source-url", url))).to.not.include("canary");
    expect(kollaBuilds(box)).to.have.length(1);
  });
});
