// SPDX-License-Identifier: Apache-2.0
import { RunLog } from "../../../src/system/log.ts";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execFileSync } from "node:child_process";
import { expect } from "chai";
import fc from "fast-check";
import { lastLines, type ProcessRequest, runProcess } from "../../../src/system/process.ts";
import { quote } from "../../../src/system/quote.ts";
import { thrownBy } from "../../support/unit-failure.ts";
import { put, temporaryFolder } from "../../support/unit-folder.ts";

describe("a program that is started", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);
  const sh = (script: string, request: Partial<ProcessRequest> = {}) =>
    runProcess({
      file: "/bin/sh",
      args: ["-c", script],
      cwd: folder(),
      env: { PATH: "/usr/bin:/bin" },
      ...request,
    });

  const isRunning = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      // a zombie has ended, although nobody asked for its end yet
      return !/^State:\s+Z/m.test(execFileSync("cat", [`/proc/${String(pid)}/status`], { encoding: "utf8" }));
    } catch {
      return false;
    }
  };
  const eventually = async (what: () => boolean | Promise<boolean>): Promise<boolean> => {
    for (let tries = 0; tries < 400; tries++) {
      if (await what()) return true;
      await sleep(10);
    }
    return false;
  };
  const exists = (name: string) =>
    stat(at(name)).then(
      ({ size }) => size > 0,
      () => false,
    );

  it("ends well, and what it printed is known", async () => {
    expect(await sh("echo one; echo two; echo three >&2")).to.deep.include({
      exitCode: 0,
      endedBy: undefined,
      timedOut: false,
      startError: undefined,
      stdout: "one\ntwo",
    });
  });

  it("is quoted with its last lines that say something", async () => {
    const result = await sh("echo first; echo; echo why; echo; echo; exit 1");
    expect([lastLines(result, 1), lastLines(result, 3)]).to.deep.equal(["why", "first\n\nwhy"]);
    expect(lastLines(await sh("echo; exit 3"), 2)).to.equal("it ended with 3, without a word");
  });

  it("fails without an exception: only the caller knows what that means", async () => {
    const result = await sh("echo why >&2; exit 7");
    expect([result.exitCode, result.tail, result.stdout]).to.deep.equal([7, ["why"], ""]);
  });

  it("is said to have been killed when it was", async () => {
    expect(await sh("kill -KILL $$")).to.deep.include({ exitCode: undefined, endedBy: "SIGKILL", timedOut: false });
  });

  it("gives its output as bytes, all of it, however late somebody begins to read", async () => {
    const bytes: Buffer[] = [];
    const output = async (stdout: AsyncIterable<Uint8Array>): Promise<void> => {
      expect(await eventually(() => exists("written"))).to.equal(true);
      // execa drops what is there in the next turn of the event loop
      await sleep(20);
      for await (const chunk of stdout) bytes.push(Buffer.from(chunk));
    };
    const { stdout, tail } = await sh(`printf '\\377\\n\\0'; echo said >&2; echo x >'${at("written")}'`, { output });
    expect(Buffer.concat(bytes)).to.deep.equal(Buffer.from([0xff, 0x0a, 0]));
    expect([stdout, tail]).to.deep.equal(["", ["said"]]);
  });

  it("reads what it is given, and what cannot be given to its end fails when it has ended", async () => {
    const many = Array.from({ length: 50 }, () => Buffer.alloc(10_000, "x"));
    expect((await sh("wc -c", { input: many })).stdout).to.equal("500000");
    // one that does not want all of it
    expect((await sh("head -c 3", { input: many })).stdout).to.equal("xxx");
    const broken = (function* () {
      yield Buffer.from("x");
      throw new Error("a file has changed");
    })();
    expect(await thrownBy(() => sh(`cat >'${at("read")}'`, { input: broken }))).to.have.property(
      "message",
      "a file has changed",
    );
    expect(await readFile(at("read"), "utf8")).to.equal("x");
  });

  it("ends where nobody wants its output, and what they failed with is told", async () => {
    const output = async (stdout: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of stdout) throw new Error(`no room for ${String(chunk.length > 0)}`);
    };
    expect(await thrownBy(() => sh("exec yes", { output }))).to.have.property("message", "no room for true");
  });

  it("is said not to be there, or not to be one", async () => {
    expect(await sh("", { file: at("absent") })).to.deep.include({ exitCode: undefined, startError: "ENOENT" });
    await put(at("text"), "text", 0o644);
    expect(await sh("", { file: at("text") })).to.deep.include({ startError: "EACCES" });
  });

  it("is quoted with its last lines, of both streams in their order", async () => {
    const result = await sh("seq 1 5000; echo last >&2");
    expect(result.tail.length).to.be.within(50, 500);
    expect(result.tail.at(-1)).to.equal("last");
    expect(result.tail.slice(0, -1)).to.deep.equal(
      Array.from({ length: result.tail.length - 1 }, (_, n) => String(5001 - result.tail.length + 1 + n)),
    );
    expect(result.stdout.split("\n")).to.have.lengthOf(5000);
  });

  it("is followed line by line while it runs", async () => {
    const lines: string[] = [];
    await sh("printf 'a\\nb'; sleep 0; printf 'c\\n\\nd'", { onLine: (line) => lines.push(line) });
    expect(lines).to.deep.equal(["a", "bc", "", "d"]);
  });

  it("gets the environment and the folder that it is given, nothing else, and no input", async () => {
    process.env["OSC_KOLLA_TEST_SECRET"] = "1";
    try {
      const { stdout } = await sh("pwd; cat; env", { env: { PATH: "/usr/bin:/bin", A: "b" } });
      expect(stdout.split("\n")[0]).to.equal(folder());
      expect(stdout).to.include("A=b").and.not.include("OSC_KOLLA_TEST_SECRET").and.not.include("HOME=");
    } finally {
      delete process.env["OSC_KOLLA_TEST_SECRET"];
    }
  });

  it("gets each argument as it is", async () => {
    const args = ["$HOME", "a b", "", "'", "*", "\n", "-n"];
    const { stdout } = await sh("", { args: ["-c", 'for a in "$@"; do printf "<%s>" "$a"; done', "sh", ...args] });
    expect(stdout).to.equal(args.map((arg) => `<${arg}>`).join(""));
  });

  it("writes a log that begins with its command line, is appended to, and is private", async () => {
    const program = new RunLog(at("logs"), new Date(0)).program("x");
    const log = program.path;
    await sh("echo one", { log: program });
    await sh("echo two >&2; exit 1", { log: program });
    expect(await readFile(log, "utf8")).to.equal(
      "$ /bin/sh -c 'echo one'\none\n$ /bin/sh -c 'echo two >&2; exit 1'\ntwo\n",
    );
    expect((await stat(log)).mode & 0o777).to.equal(0o600);
  });

  it("leaves no password anywhere: not in the log, the last lines, the output, nor what is followed", async () => {
    const lines: string[] = [];
    const program = new RunLog(at("logs"), new Date(0)).program("x");
    const log = program.path;
    const result = await sh("echo https://u:hunter2@h/x; echo https://u:hunter2@h/y >&2", {
      log: program,
      onLine: (line) => lines.push(line),
    });
    const all = [await readFile(log, "utf8"), result.stdout, ...result.tail, ...lines].join("\n");
    expect(all).to.not.include("hunter2");
    expect(all).to.include("https://***@h/x").and.include("https://***@h/y");
  });

  describe("and its whole family", () => {
    /** A parent with a child that does not want to end; ids are written to files. */
    const FAMILY =
      "sh -c 'trap \"\" TERM; echo $$ > child; while :; do sleep 0.05; done' >/dev/null 2>&1 & echo $! ; wait";

    it("end when the run is told to stop, with the run's reason", async () => {
      const controller = new AbortController();
      const reason = new Error("stopped by SIGINT");
      const ended = thrownBy(() => sh(FAMILY, { signal: controller.signal }));
      expect(await eventually(() => exists("child"))).to.equal(true);
      const pid = Number(await readFile(at("child"), "utf8"));
      expect(isRunning(pid)).to.equal(true);
      controller.abort(reason);
      expect(await ended).to.equal(reason);
      expect(await eventually(() => !isRunning(pid))).to.equal(true);
    });

    it("end when their time is over, which is not said to be a failure of their own", async () => {
      const result = await sh(FAMILY, { timeout: 300 });
      expect([result.timedOut, result.exitCode, result.endedBy]).to.deep.equal([true, undefined, "SIGTERM"]);
      const pid = Number(await readFile(at("child"), "utf8"));
      expect(await eventually(() => !isRunning(pid))).to.equal(true);
    });

    it("are not started at all when the run was told to stop before", async () => {
      const signal = AbortSignal.abort(new Error("stopped"));
      const thrown = await thrownBy(() => sh("touch started", { signal }));
      expect(thrown).to.equal(signal.reason);
      expect(await exists("started")).to.equal(false);
    });

    it("do not hear of a run that is told to stop later", async () => {
      const controller = new AbortController();
      await sh("true", { signal: controller.signal });
      controller.abort();
    });
  });
});

describe("a command line that is shown", () => {
  it("can be pasted into a shell, whatever is in it", () => {
    const word = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const script = `for a in ${words.map(quote).join(" ")}; do printf '%s\\0' "$a"; done`;
        const printed = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
        expect(printed.split("\0").slice(0, -1)).to.deep.equal(words);
      }),
      { numRuns: 50 },
    );
  });

  it("has no needless quotes", () => {
    const plain = ["--tag", "a.b/c:d", "^osc$".replace("$", ""), "A=b", "x,y@z%"];
    expect(plain.map(quote)).to.deep.equal(plain);
    expect(quote("")).to.equal("''");
  });
});
