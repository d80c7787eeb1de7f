// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Differences } from "../../../src/stages/diff.ts";
import { savedImage } from "../../support/saved-image.ts";
import { type TarMember, tarballOf } from "../../support/tarballs.ts";
import { type Ran, runCommand } from "../../support/unit-command.ts";
import { put, putProgram, temporaryFolder } from "../../support/unit-folder.ts";
import { type CraftedEntry, craftZip } from "../../support/unit-zip.ts";

const manifest = (...headers: readonly string[]) => ["Manifest-Version: 1.0", ...headers, "", ""].join("\r\n");

const jar = (...entries: readonly CraftedEntry[]): Buffer =>
  craftZip([{ name: "META-INF/MANIFEST.MF", content: manifest("Implementation-Version: 1.0") }, ...entries]);

const BIN = "opt/vmidc/bin/";

/** A small distribution as packagers get it. */
function packed(changes: Readonly<Record<string, string | Uint8Array | undefined>> = {}, top = "osc-1"): Buffer {
  const files: Record<string, string | Uint8Array | undefined> = {
    "vmidc.sh": "#!/bin/sh\n",
    "jar/gson-2.5.jar": jar({ name: "com/gson/A.class", content: "a" }),
    "jar/osc-server.jar": jar({ name: "org/osc/Server.class", content: "1" }),
    "config/http.cfg": "# comment\nport=8090\nkeystore.password=old-canary\n",
    ...changes,
  };
  const members = Object.entries(files).flatMap(([path, content]): TarMember[] =>
    content === undefined ? [] : [{ path: `${top}/${BIN}${path}`, content }],
  );
  return tarballOf([{ path: `${top}/`, type: "Directory" }, ...members]);
}

describe("osc-kolla diff", () => {
  const folder = temporaryFolder();
  const diff = (...args: readonly string[]): Promise<Ran> => runCommand(["diff", ...args], { cwd: folder() });

  /** What two archives differ in, for programs. */
  async function differences(a: Uint8Array, b: Uint8Array): Promise<Differences & { equal: boolean }> {
    await put(join(folder(), "a.tar.gz"), a);
    await put(join(folder(), "b.tar.gz"), b);
    const ran = await diff("--json", "a.tar.gz", "b.tar.gz");
    expect(ran.exitCode, ran.stderr).to.equal(0);
    return JSON.parse(ran.stdout) as Differences & { equal: boolean };
  }

  it("of one tree in two folders finds nothing, and ends with 0 though asked for an exit code", async () => {
    await put(join(folder(), "a.tar.gz"), packed());
    await put(join(folder(), "b.tar.gz"), packed({}, "osc-2"));
    const ran = await diff("--exit-code", "a.tar.gz", "b.tar.gz");
    expect([ran.exitCode, ran.stdout]).to.deep.equal([0, "No differences.\n"]);
  });

  it("ends with 6 where anything differs and an exit code is asked for, else with 0", async () => {
    await put(join(folder(), "a.tar.gz"), packed());
    await put(join(folder(), "b.tar.gz"), packed({ "vmidc.sh": "#!/bin/bash\n" }));
    expect((await diff("--exit-code", "a.tar.gz", "b.tar.gz")).exitCode).to.equal(6);
    const ran = await diff("a.tar.gz", "b.tar.gz");
    expect([ran.exitCode, ran.stdout]).to.deep.equal([0, `Files changed: 1\n  ${BIN}vmidc.sh (content)\n`]);
  });

  it("tells jars that came, went, and have another version, with their classes", async () => {
    const { jars } = await differences(
      packed({ "jar/old-1.0.jar": jar() }),
      packed({
        "jar/gson-2.5.jar": undefined,
        "jar/gson-2.8.jar": jar({ name: "com/gson/B.class", content: "b" }),
        "jar/new.jar": jar(),
      }),
    );
    expect(jars.added).to.deep.equal([{ path: `${BIN}jar/new.jar`, version: "1.0" }]);
    expect(jars.removed).to.deep.equal([{ path: `${BIN}jar/old-1.0.jar`, version: "1.0" }]);
    expect(jars.changed).to.deep.equal([
      {
        path: `${BIN}jar/gson-2.8.jar`,
        was: `${BIN}jar/gson-2.5.jar`,
        from: "2.5",
        to: "2.8",
        entries: [
          { path: "com/gson/A.class", class: "com.gson.A", change: "removed" },
          { path: "com/gson/B.class", class: "com.gson.B", change: "added" },
        ],
      },
    ]);
  });

  it("names the class and the line of the manifest that changed, in jars in jars too", async () => {
    const server = (build: string, code: string) =>
      craftZip([
        { name: "META-INF/MANIFEST.MF", content: manifest(`Build: ${build}`, "", "Name: a/", `Sealed: ${code}`) },
        { name: "org/osc/Server$1.class", content: code },
        { name: "lib/in.jar", content: craftZip([{ name: "pom.properties", content: `#now\nversion=${code}\n` }]) },
      ]);
    await put(join(folder(), "a.jar"), server("x".repeat(80).replace(/(.{60})/, "$1\r\n "), "1"));
    await put(join(folder(), "b.jar"), server("2", "2"));
    await put(join(folder(), "a", BIN, "jar/osc-server.jar"), server("1", "1"));
    await put(join(folder(), "b", BIN, "jar/osc-server.jar"), server("2", "2"));
    const { stdout } = await diff("a", "b");
    expect(stdout.split("\n")).to.deep.equal([
      "Jars changed: 1",
      `  ${BIN}jar/osc-server.jar`,
      "    ~ META-INF/MANIFEST.MF",
      "      line 2 - Build: 1",
      "             + Build: 2",
      "      line 5 - a/: Sealed: 1",
      "             + a/: Sealed: 2",
      "    ~ lib/in.jar!/pom.properties",
      "      line 2 - version=1",
      "             + version=2",
      "    ~ class org.osc.Server$1",
      "",
    ]);
    const alone = JSON.parse((await diff("--json", "a.jar", "b.jar")).stdout) as Differences;
    expect(alone.jars.removed).to.deep.equal([{ path: "a.jar", version: null }]);
  });

  it("tells the keys of properties in a jar, and no password", async () => {
    const withSecrets = (port: string, password: string) =>
      jar({ name: "security.properties", content: `port=${port}\nkeystore.password=${password}\n` });
    const of = (port: string, password: string) => packed({ "jar/x.jar": withSecrets(port, password) });
    const { jars } = await differences(of("1", "old-canary"), of("2", "new-canary"));
    expect(jars.changed[0]?.entries).to.deep.equal([
      {
        path: "security.properties",
        change: "changed",
        keys: [
          { key: "keystore.password", from: "***", to: "***" },
          { key: "port", from: "1", to: "2" },
        ],
      },
    ]);
    const { stdout } = await diff("a.tar.gz", "b.tar.gz");
    expect(stdout).to.include("      port = 1 → 2\n").and.not.include("canary");
  });

  it("says of a jar whose entries alone changed their order that it is that", async () => {
    const [a, b] = [
      { name: "a", content: "a" },
      { name: "b", content: "b" },
    ] as const;
    const { jars } = await differences(packed({ "jar/x.jar": jar(a, b) }), packed({ "jar/x.jar": jar(b, a) }));
    expect(jars.changed.map(({ path, entries }) => [path, entries])).to.deep.equal([[`${BIN}jar/x.jar`, []]]);
  });

  it("tells the keys of configuration files, and no password", async () => {
    const http = "# another comment\nport=8443\nkeystore.password=new-canary\nhost=a\\\n  b\n";
    const ran = await differences(packed({ "gone.conf": "a=1\n" }), packed({ "config/http.cfg": http }));
    expect(ran.settings).to.deep.equal([
      {
        path: `${BIN}config/http.cfg`,
        keys: [
          { key: "host", from: null, to: "ab" },
          { key: "keystore.password", from: "***", to: "***" },
          { key: "port", from: "8090", to: "8443" },
        ],
      },
      { path: `${BIN}gone.conf`, keys: [{ key: "a", from: "1", to: null }] },
    ]);
    expect(JSON.stringify(ran)).to.not.include("canary");
    expect((await diff("a.tar.gz", "b.tar.gz")).stdout)
      .to.include("    port = 8090 → 8443\n")
      .and.not.include("canary");
  });

  it("tells comments, modes, and files that became links", async () => {
    const tree = (comment: string, more: TarMember) =>
      tarballOf([
        { path: `${BIN}http.cfg`, content: `${comment}\na=1\n` },
        { ...more, path: `${BIN}run` },
      ]);
    const { files, settings } = await differences(
      tree("# a", { path: "", content: "x", mode: 0o644 }),
      tree("# b", { path: "", type: "SymbolicLink", to: "x", mode: 0o777 }),
    );
    expect(settings).to.deep.equal([]);
    expect(files.changed).to.deep.equal([
      { path: `${BIN}http.cfg`, what: "comments, order or blanks" },
      { path: `${BIN}run`, what: "file, now link; mode 644, now 777" },
    ]);
  });

  describe("of images", () => {
    const dpkg = (...packages: readonly string[]) => ({
      path: "var/lib/dpkg/status",
      content: packages
        .map((one) => one.split(" "))
        .map(([name, version, status = "installed"]) =>
          ["", `Package: ${String(name)}`, `Status: install ok ${status}`, `Version: ${String(version)}`, ""].join(
            "\n",
          ),
        )
        .join(""),
    });

    it("tells packages, settings of the image, and files as the layers leave them", async () => {
      const base = [{ path: "etc/gone", content: "x" }, { path: "etc/all/a", content: "a" }, dpkg("bash 5.2", "old 1")];
      const a = savedImage([base], { Env: ["PATH=/bin", "TOKEN=canary"], User: "root" });
      const top = [
        { path: "etc/.wh.gone" },
        { path: "etc/all/.wh..wh..opq" },
        { path: "etc/hard", content: "h" },
        { path: "etc/same", type: "Link", to: "etc/hard" },
        dpkg("bash 5.3", "old 1 config-files", "new 2"),
      ] as const;
      const b = savedImage([base, [], top], { Env: ["PATH=/usr/bin", "TOKEN=b"], User: "root" }, { packed: true });
      const { files, packages, image } = await differences(a, b);
      expect(files.removed).to.deep.equal(["etc/all/a", "etc/gone"]);
      expect(files.added).to.deep.equal(["etc/hard", "etc/same"]);
      expect(packages).to.deep.equal([
        { name: "bash", from: "5.2", to: "5.3" },
        { name: "new", from: null, to: "2" },
        { name: "old", from: "1", to: null },
      ]);
      expect(image).to.deep.equal([
        { key: "Env PATH", from: "/bin", to: "/usr/bin" },
        { key: "Env TOKEN", from: "***", to: "***" },
      ]);
    });

    it("and an archive compares what lies in OSC's own folder", async () => {
      const file = { path: `${BIN}vmidc.sh`, content: "#!/bin/sh\n" };
      const { equal } = await differences(
        savedImage([[{ path: "etc/os-release", content: "x" }, file]]),
        tarballOf([file]),
      );
      expect(equal).to.equal(true);
    });
  });

  it("that is given what is not there says so, and touches nothing", async () => {
    await put(join(folder(), "a.tar.gz"), packed());
    const ran = await diff("a.tar.gz", "B.tar.gz");
    expect([ran.exitCode, ran.stdout]).to.deep.equal([2, ""]);
    expect(ran.stderr).to.include('there is no file, folder or image "B.tar.gz"').and.to.include("USAGE");
  });

  it("that is given an archive that is cut off names it", async () => {
    await put(join(folder(), "a.tar.gz"), packed());
    await put(join(folder(), "cut.tar.gz"), packed().subarray(0, 300));
    const image = savedImage([[{ path: "a", content: "x".repeat(5000) }]]);
    await put(join(folder(), "cut.tar"), image.subarray(0, 3000));
    await put(join(folder(), "none.tar"), "no archive");
    for (const file of ["cut.tar.gz", "cut.tar", "none.tar"]) {
      const ran = await diff("a.tar.gz", file);
      expect([ran.exitCode, ran.stdout], file).to.deep.equal([6, ""]);
      expect(ran.stderr, file).to.include(`reading ${file}`).and.to.include("UNREADABLE");
    }
  });

  describe("of what zstd compressed", () => {
    const diffWith = (zstd: string | undefined) =>
      runCommand(["diff", "--exit-code", "a.tar.gz", "b.tar.zst"], {
        cwd: folder(),
        env: { PATH: zstd === undefined ? "/nowhere" : join(folder(), "bin") },
      });
    /** Takes the four bytes away by which zstd's files are known. */
    const fakeZstd = (then = "") =>
      putProgram(
        join(folder(), "bin", "zstd"),
        [
          'case "$*" in',
          "--version) echo '*** Zstandard CLI (64-bit) v9.9.9 ***' ;;",
          `"-q -d -c $PWD/b.tar.zst") ${then === "" ? "exec" : ""} /usr/bin/tail -c +5 "$4"; ${then} ;;`,
          '*) echo "called as nobody foresaw: $*" >&2; exit 99 ;;',
          "esac",
        ].join("\n"),
      );
    const compressed = (tar: Uint8Array) => Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), tar]);

    it("has it unpacked by that program, and compares the same things", async () => {
      await fakeZstd();
      await put(join(folder(), "a.tar.gz"), packed());
      await put(join(folder(), "b.tar.zst"), compressed(gunzipSync(packed())));
      const same = await diffWith("zstd");
      expect([same.exitCode, same.stdout], same.stderr).to.deep.equal([0, "No differences.\n"]);
      await put(join(folder(), "b.tar.zst"), compressed(gunzipSync(packed({ "vmidc.sh": "#!/bin/bash\n" }))));
      expect((await diffWith("zstd")).stdout).to.equal(`Files changed: 1\n  ${BIN}vmidc.sh (content)\n`);
    });

    it("takes an image in it for one", async () => {
      await fakeZstd();
      const layers = [[{ path: "etc/os-release", content: "x".repeat(1 << 22) }]];
      await put(join(folder(), "a.tar.gz"), savedImage(layers, { User: "root" }));
      await put(join(folder(), "b.tar.zst"), compressed(savedImage(layers, { User: "osc" })));
      const ran = await diffWith("zstd");
      expect(ran.stdout, ran.stderr).to.include("User");
    });

    it("asks for that program where it is missing, and says what else can be done", async () => {
      await put(join(folder(), "a.tar.gz"), packed());
      await put(join(folder(), "b.tar.zst"), compressed(packed()));
      const ran = await diffWith(undefined);
      expect([ran.exitCode, ran.stdout]).to.deep.equal([3, ""]);
      expect(ran.stderr).to.include("there is no program zstd").and.to.include("or name an archive in another format");
    });

    it("tells in zstd's own words what is wrong with it", async () => {
      await fakeZstd("echo 'b.tar.zst : Corrupted block detected' >&2; exit 1");
      await put(join(folder(), "a.tar.gz"), packed());
      await put(join(folder(), "b.tar.zst"), compressed(gunzipSync(packed()).subarray(0, 700)));
      const ran = await diffWith("zstd");
      expect([ran.exitCode, ran.stdout]).to.deep.equal([6, ""]);
      expect(ran.stderr).to.include("reading b.tar.zst").and.to.include("Corrupted block detected");
    });
  });

  it("that comes to a jar which cannot be read names it", async () => {
    await put(join(folder(), "a.tar.gz"), packed());
    await put(join(folder(), "b.tar.gz"), packed({ "jar/osc-server.jar": "no jar" }));
    const ran = await diff("a.tar.gz", "b.tar.gz");
    expect(ran.exitCode).to.equal(6);
    expect(ran.stderr).to.include(`reading ${BIN}jar/osc-server.jar in b.tar.gz`);
  });
});
