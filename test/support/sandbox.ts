// SPDX-License-Identifier: Apache-2.0
/** A place of its own for a test: folders, a home, fake programs on PATH, and the compiled command as a child process. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The command as people start it; it runs what is compiled in dist/. */
const COMMAND = join(CHECKOUT, "bin", "osc-kolla.js");

/** What a run of the command came to. */
export interface Run {
  readonly code: number | null;
  readonly endedBy: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** beside (and before) the caller's own environment; undefined removes a variable */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** the working directory; the sandbox's own, otherwise */
  readonly cwd?: string;
  /** a line of sh that runs before the command, in the same process: umask, ulimit */
  readonly before?: string;
}

/** A run that has not ended yet. */
export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Run>;
}

/** Variables of the caller that would change what the command does. */
const OWN_VARIABLES = /^(OSC_KOLLA_.*|DOCKER_.*|CONTAINER_.*|CI|MAVEN_OPTS|GIT_(?!SSL).*)$/;

/** How names look that the command writes under before it renames. */
const TEMPORARY = /\.tmp-\d+-[0-9a-f]{12}$/;

/** How the paths of all sandboxes begin, those of other processes too. */
export const SANDBOXES = join(tmpdir(), "osc-kolla-test-");

/** All sandboxes of this process lie in one folder, so that nothing stays behind, however the tests end. */
let everything: string | undefined;

function base(): string {
  if (everything !== undefined) return everything;
  const folder = realpathSync(mkdtempSync(SANDBOXES));
  process.once("exit", () => {
    if (process.env["KEEP_SANDBOXES"] === undefined) rmSync(folder, { recursive: true, force: true });
    else console.log(`kept: ${folder}`);
  });
  everything = folder;
  return folder;
}

/** A new, empty folder that goes away when the tests have ended. */
export function newFolder(name: string): string {
  return mkdtempSync(join(base(), `${name}-`));
}

export class Sandbox {
  readonly #name: string;
  #root: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Made when it is first asked for. */
  get root(): string {
    if (this.#root === undefined) {
      if (!existsSync(join(CHECKOUT, "dist"))) throw new Error("dist/ is not there: run `npm run build` first");
      this.#root = newFolder(this.#name);
      for (const folder of ["home", "bin", "calls", "cwd"]) mkdirSync(join(this.#root, folder));
    }
    return this.#root;
  }

  /** $HOME of everything that runs here. */
  get home(): string {
    return join(this.root, "home");
  }

  /** The first folder on PATH. */
  get bin(): string {
    return join(this.root, "bin");
  }

  get cwd(): string {
    return join(this.root, "cwd");
  }

  /** The work and output folders that `configure` names. */
  get work(): string {
    // by its name the folder is taken for ours also when a test has put something into it
    return join(this.root, "work", ".osc-kolla");
  }

  get out(): string {
    return join(this.root, "out");
  }

  /** Writes a file below the sandbox, with the folders above it; returns its absolute path. */
  write(path: string, content: string | Uint8Array, mode = 0o644): string {
    const file = join(this.root, path);
    mkdirSync(join(file, ".."), { recursive: true });
    // never through a link to a real program
    rmSync(file, { force: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  }

  /**
   * Puts a fake program on PATH. Every call is noted, with its environment; one that nobody foresaw exits with 97 and
   * fails the test.
   *
   * @param calls patterns of sh's `case` for all arguments joined by blanks, each with the lines to run
   * @returns absolute path
   */
  fake(name: string, calls: Readonly<Record<string, string>>): string {
    const notes = join(this.root, "calls", name);
    const cases = Object.entries(calls).map(([pattern, body]) => `${pattern})\n${body}\n;;`);
    const script = [
      "#!/bin/sh",
      `noted=$(printf '%s\\t' "$@")`,
      `printf '%s\\n' "$noted" >>'${notes}'`,
      `cat /proc/$$/environ >'${notes}.env'`,
      `case "$*" in`,
      ...cases,
      `*)\necho "unforeseen: ${name} $*" >>'${join(this.root, "unforeseen")}'\nexit 97\n;;`,
      "esac",
      "",
    ].join("\n");
    return this.write(join("bin", name), script, 0o755);
  }

  /** The calls of a fake so far, each as its arguments. */
  calls(name: string): string[][] {
    const file = join(this.root, "calls", name);
    const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    return lines.map((line) => line.replace(/\t$/, "").split("\t"));
  }

  /** The environment that a fake was last called with. */
  environmentOf(name: string): Record<string, string> {
    const content = readFileSync(join(this.root, "calls", `${name}.env`), "utf8");
    const pairs = content.split("\0").filter((pair) => pair !== "");
    return Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
  }

  /** Forgets the calls so far. */
  forgetCalls(): void {
    rmSync(join(this.root, "calls"), { recursive: true });
    mkdirSync(join(this.root, "calls"));
  }

  /** Calls of fakes that no test foresaw, which are forgotten then; a test's afterEach wants none. */
  takeUnforeseen(): string {
    const file = join(this.root, "unforeseen");
    const told = existsSync(file) ? readFileSync(file, "utf8") : "";
    rmSync(file, { force: true });
    return told;
  }

  /** Starts the command. */
  start(args: readonly string[], options: RunOptions = {}): Running {
    const env = this.#environment(options.env ?? {});
    const shell = `${options.before ?? ":"}; exec "$@"`;
    const child = spawn("/bin/sh", ["-c", shell, "sh", process.execPath, COMMAND, ...args], {
      cwd: options.cwd ?? this.cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString("utf8");
    const done = new Promise<Run>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, endedBy) => resolve({ code, endedBy, stdout: text(stdout), stderr: text(stderr) }));
    });
    return { child, done };
  }

  /** Runs the command to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    return this.start(args, options).done;
  }

  #environment(extra: Readonly<Record<string, string | undefined>>): Record<string, string> {
    const inherited = Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name));
    const loopback = { no_proxy: "127.0.0.1,localhost", NO_PROXY: "127.0.0.1,localhost" };
    const own = { PATH: `${this.bin}${delimiter}${process.env["PATH"] ?? ""}`, HOME: this.home, ...loopback };
    const all: Record<string, string | undefined> = { ...Object.fromEntries(inherited), ...own, ...extra };
    return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined));
  }

  /** A PATH with this sandbox's fakes and every program of the caller's PATH but for those named. */
  pathWithout(...names: readonly string[]): string {
    const folder = join(this.root, `programs-without-${names.join("-")}`);
    const path = `${this.bin}${delimiter}${folder}`;
    if (existsSync(folder)) return path;
    mkdirSync(folder);
    for (const place of (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute)) {
      for (const name of existsSync(place) ? readdirSync(place) : []) {
        const link = join(folder, name);
        if (!names.includes(name) && isRunnable(join(place, name)) && !existsSync(link)) {
          symlinkSync(join(place, name), link);
        }
      }
    }
    return path;
  }

  /** What lies in the work and output folders under names that are only meant for half-written things. */
  halfWritten(): string[] {
    return [this.work, this.out].flatMap((folder) => filesBelow(folder).filter((path) => TEMPORARY.test(path)));
  }
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Absolute paths of all that lies below a folder, folders too; none where it isn't there. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return [path, ...(entry.isDirectory() ? filesBelow(path) : [])];
    });
}

/** Every path below a folder with type, mode, size, owner and times: two equal ones mean that nothing was touched. */
export function fullListing(folder: string): string[] {
  if (!existsSync(folder)) return ["(not there)"];
  return [folder, ...filesBelow(folder)].map((path) => {
    const { mode, size, uid, ino, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
    return [path, mode, size, uid, ino, mtimeNs, ctimeNs].join(" ");
  });
}
