// SPDX-License-Identifier: Apache-2.0
// The JRE that is bundled with OSC, and what else the settings say of the image's Java.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { componentsOf, factOf } from "../support/bom.ts";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeKolla,
  kollaBuilds,
  mavenBuilds,
  useSandbox,
} from "../support/integration-fakes.ts";
import { type FileServer, serveFiles } from "../support/integration-http.ts";
import { SMALL_JRE, type TarMember, tarballOf } from "../support/tarballs.ts";

const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const jre = (given: unknown): string[] => [
  "--set",
  `image.java.jre=${typeof given === "string" ? given : JSON.stringify(given)}`,
];
const ABSENT = sha256(Buffer.from("what nobody has"));
const ofOther = SMALL_JRE.map((one) => ({
  ...one,
  content: String(one.content ?? "").replaceAll("1.8.0_442", "17.0.1"),
}));

describe("a bundled JRE", () => {
  const box = useSandbox("jre");
  const good = tarballOf([
    ...SMALL_JRE,
    { path: "jdk8u442-jre/lib/libjvm.so", content: "so" },
    { path: "jdk8u442-jre/lib/link.so", type: "SymbolicLink", to: "libjvm.so" },
  ]);
  let server: FileServer;

  before(async () => {
    server = await serveFiles({ "/far.tgz": good, "/small.tar.gz": "far" }, "me:canary");
    configureFakes(box);
    box.write("cwd/jre.tar.gz", good);
  });
  after(() => server.close());
  afterEach(() => expectNothingHalfWritten(box));

  const image = () => join(box.out, "kolla/docker/osc-base");
  const layers = () => {
    const override = readFileSync(join(box.out, "kolla/template-overrides.j2"), "utf8");
    return [...override.matchAll(/^ADD (\S+) \/$/gm)].map(([, file = ""]) => file);
  };
  const listed = (archive: string) =>
    execFileSync("tar", ["-tvf", join(image(), archive), "--numeric-owner"], { encoding: "utf8" })
      .trimEnd()
      .split("\n");

  it("is a layer of its own before all others, below opt/vmidc/jre, root's, with its links, and in the manifest", async () => {
    expectDone(await box.run(["context", ...jre("jre.tar.gz")]));
    expect(layers().map((file) => file.replace(/-[0-9a-f]{32}\.tar$/, ""))).to.deep.equal([
      "osc-jre",
      "osc-third-party",
      "osc-web",
      "osc-service",
    ]);
    const [archive = ""] = layers();
    expect(listed(archive).map((line) => line.replace(/ +\d+ \S+ \S+ /, " "))).to.deep.equal([
      "drwxr-xr-x 0/0 opt/",
      "drwxr-xr-x 0/0 opt/vmidc/",
      "drwxr-xr-x 0/0 opt/vmidc/jre/",
      "drwxr-xr-x 0/0 opt/vmidc/jre/bin/",
      "-rwxr-xr-x 0/0 opt/vmidc/jre/bin/java",
      "drwxr-xr-x 0/0 opt/vmidc/jre/lib/",
      "-rw-r--r-- 0/0 opt/vmidc/jre/lib/libjvm.so",
      "lrwxrwxrwx 0/0 opt/vmidc/jre/lib/link.so -> libjvm.so",
      "-rw-r--r-- 0/0 opt/vmidc/jre/release",
    ]);
    const service = layers().at(-1) ?? "";
    const manifest = execFileSync("tar", ["-xOf", join(image(), service), "opt/vmidc/payload.sha256"], {
      encoding: "utf8",
    });
    expect(manifest).to.include(`${sha256(Buffer.from("so"))}  opt/vmidc/jre/lib/libjvm.so\n`);
  });

  it("is in the bill of materials, with its version and the digest of its tarball", () => {
    const bom = execFileSync("tar", ["-xOf", join(image(), layers().at(-1) ?? ""), "usr/share/osc/sbom.cdx.json"]);
    const component = componentsOf(bom.toString()).get("opt/vmidc/jre");
    expect([component?.type, component?.version]).to.deep.equal(["platform", "1.8.0_442"]);
    expect(factOf(component, "tarball-sha256")).to.equal(sha256(good));
  });

  it("takes the place of packages, and is started while the image is built", () => {
    const override = readFileSync(join(box.out, "kolla/template-overrides.j2"), "utf8");
    expect(override).to.include("{% set osc_java_bundled = true %}");
    expect(override).to.match(/^ +&& \/opt\/vmidc\/jre\/bin\/java -version$/m);
  });

  it("is not in the tarball for packagers", async () => {
    expectDone(await box.run(["tarball", ...jre("jre.tar.gz")]));
    const [tarball = ""] = readdirSync(join(box.out, "tarballs")).filter((name) => name.endsWith(".tar.gz"));
    const names = execFileSync("tar", ["-tzf", join(box.out, "tarballs", tarball)], { encoding: "utf8" });
    expect(names).to.not.include("jre/bin/java");
  });

  it("that is another one packs the context anew, without Maven; the same one does nothing", async () => {
    const same = await box.run(["context", "--json", ...jre("jre.tar.gz")]);
    expect(same.stdout).to.not.include('"status":"done"');
    const [before, ...rest] = layers();
    box.write("cwd/jre.tar.gz", tarballOf(SMALL_JRE));
    box.forgetCalls();
    expectDone(await box.run(["context", ...jre("jre.tar.gz")]));
    expect(layers()[0]).to.not.equal(before);
    expect(layers().slice(1, 3)).to.deep.equal(rest.slice(0, 2));
    expect(mavenBuilds(box)).to.equal(0);
    expectDone(await box.run(["context"]));
    expect(layers()).to.have.length(3);
    box.write("cwd/jre.tar.gz", good);
  });

  it("may come from a URL, once", async () => {
    const far = { url: `${server.url.replace("//", "//me:canary@")}/far.tgz`, sha256: sha256(good) };
    expectDone(await box.run(["context", ...jre(far)]));
    const asked = server.asked.length;
    expect(layers()[0]).to.match(/^osc-jre-/);
    expectDone(await box.run(["context", "--force", ...jre(far)]));
    expect(server.asked).to.have.length(asked);
  });

  it("that is not Java 8 is packed, with a warning", async () => {
    box.write("cwd/other.tar.gz", tarballOf(ofOther));
    const run = await box.run(["context", ...jre("other.tar.gz")]);
    expectDone(run);
    expect(run.stderr).to.include("the bundled JRE is a Java 17; a container insists on Java 8");
  });

  describe("that cannot be had or packed are told before Maven runs:", () => {
    const without = (path: string): TarMember[] => SMALL_JRE.filter((one) => !one.path.endsWith(path));
    const top = "jdk8u442-jre";
    const java: TarMember = { path: `${top}/bin/java`, content: "x", mode: 0o644 };
    const link: TarMember = { path: `${top}/bin/java`, type: "SymbolicLink", to: "../release" };
    const BAD: readonly (readonly [title: string, given: () => unknown, ...facts: string[]])[] = [
      ["one that is not there", () => "none.tar.gz", "no such file"],
      ["a folder", () => box.root, "it is no file"],
      ["no tarball", () => box.write("no.tar.gz", "no tarball"), "no.tar.gz", "TAR_"],
      [
        "one of macOS",
        () => box.write("mac.tgz", tarballOf([...without("java"), { path: `${top}/x` }])),
        "is it a JRE for Linux?",
      ],
      [
        "one without its folder",
        () => box.write("flat.tgz", tarballOf([{ path: "./bin/java" }, { path: "./lib/x" }])),
        "at its top",
      ],
      [
        "a java that is not executable",
        () => box.write("mode.tgz", tarballOf([...without("java"), java])),
        "not executable",
      ],
      [
        "a java that is a link",
        () => box.write("link.tgz", tarballOf([...without("java"), link])),
        "bin/java is a link",
      ],
      [
        "a name that leads out",
        () => box.write("out.tgz", tarballOf([...SMALL_JRE, { path: `${top}/../../x` }])),
        "leads out",
      ],
      [
        "one that the server has not",
        () => ({ url: `${server.url.replace("//", "//me:canary@")}/no.tgz`, sha256: ABSENT }),
        "404",
      ],
      [
        "another one than was meant",
        () => ({ url: `${server.url.replace("//", "//me:canary@")}/small.tar.gz`, sha256: ABSENT }),
        ABSENT,
      ],
    ];
    for (const [title, given, ...facts] of BAD) {
      it(title, async () => {
        box.forgetCalls();
        const value = given();
        const run = await box.run([
          "context",
          ...jre(value === box.root ? box.write("folder.tgz/x", "").replace(/\/x$/, "") : value),
        ]);
        expectFailure(run, 4, "taking the JRE", "BAD_JRE.md", ...facts);
        expect(run.stderr).to.not.include("canary");
        expect(mavenBuilds(box)).to.equal(0);
      });
    }
  });
});

describe("the Java of the image", () => {
  const box = useSandbox("java");
  const base = (name: string, tag: string) => ["--base", name, "--base-tag", tag];

  before(() => configureFakes(box));
  beforeEach(() => box.forgetCalls());

  it("that no package of the base can give is told before anything is built, with the two ways out", async () => {
    for (const [name, tag] of [
      ["debian", "bookworm"],
      ["rocky", "10"],
    ] as const) {
      const run = await box.run(["image", ...base(name, tag)]);
      expectFailure(
        run,
        3,
        `no packaged Java 8 runs on ${name} ${tag}`,
        "image.java.jre",
        "--base debian, --base ubuntu",
      );
    }
    expect([mavenBuilds(box), kollaBuilds(box).length]).to.deep.equal([0, 0]);
  });

  it("is taken as it comes from the operator's kolla-build.conf", async () => {
    box.write("home/.kolla/kolla-build.conf", "[DEFAULT]\nbase = rocky\n");
    expectFailure(await box.run(["image"]), 3, "no packaged Java 8 runs on rocky 10");
    box.write("home/.kolla/kolla-build.conf", "[DEFAULT]\nbase = rocky\nbase_tag = 9\n");
    expectDone(await box.run(["image"]));
    box.write("home/.kolla/kolla-build.conf", "");
  });

  it("may be bundled there, or come from packages and a repository that the settings name", async () => {
    box.write("cwd/jre.tar.gz", tarballOf(SMALL_JRE));
    expectDone(await box.run(["image", ...base("debian", "bookworm"), ...jre("jre.tar.gz")]));
    const lines = ["Types: deb", "URIs: https://packages.example.org/deb", "# it's ours", "Suites: bookworm"];
    box.write("cwd/java.sources", `${lines.join("\n")}\n`);
    const set = ["--set", "image.java.packages=[temurin-8-jre]", "--set", "image.java.repository=java.sources"];
    expectDone(await box.run(["image", ...base("debian", "bookworm"), ...set]));
    const override = readFileSync(join(box.out, "kolla/template-overrides.j2"), "utf8");
    expect(override).to.include('"temurin-8-jre"').and.include(`"file": "osc-java.sources"`);
    for (const line of lines) expect(override).to.include(JSON.stringify(line));
  });

  it("from a repository's file that an image must not carry is refused, with the reason", async () => {
    const BAD: readonly (readonly [content: string, fault: string])[] = [
      ["deb https://me:canary@h/deb sid main\n", "has credentials in it"],
      ["[x]\npassword = canary\n", "has credentials in it"],
      [`${"#".repeat(16_385)}\n`, "more than 16384 bytes"],
      ["cat <<EOF\n", "control characters, <<"],
      ["{% raw %}\n", "control characters, <<"],
    ];
    for (const [content, fault] of BAD) {
      box.write("cwd/bad.list", content);
      const run = await box.run(["image", "--set", "image.java.repository=bad.list"]);
      expectFailure(run, 2, "image.java.repository", fault);
      expect(run.stderr).to.not.include("canary");
    }
    expectFailure(await box.run(["image", "--set", "image.java.repository=none.repo"]), 2, "cannot be read");
    expect(mavenBuilds(box)).to.equal(0);
  });
});

describe("kolla's releases", () => {
  const box = useSandbox("releases");
  before(() => configureFakes(box));
  const installed = (version: string) => box.fake("kolla-build", { "--version": `echo ${version}` });

  it("without the distribution that is asked for: told, with those that there are", async () => {
    const run = await box.run(["image", "--base", "centos"]);
    expectFailure(run, 3, "kolla 23.0.0 is not for the distribution centos", "Choose one of debian, rocky, ubuntu");
    expect(mavenBuilds(box)).to.equal(0);
  });

  it("older than 18 are refused before anything is built", async () => {
    installed("17.9.0");
    expectFailure(await box.run(["image"]), 3, "is kolla 17.9.0, and the oldest one that osc-kolla is for is 18");
    expect(mavenBuilds(box)).to.equal(0);
  });

  it("newer than any that was tried: tried, with a warning of the run's and of doctor's", async () => {
    fakeKolla(box, undefined, "24.0.0");
    const run = await box.run(["image"]);
    expectDone(run);
    expect(run.stderr).to.include("Warning: kolla 24.0.0 is newer than any that this was tried with (18 to 23)\n");
    const doctor = await box.run(["doctor"]);
    expect(doctor.stdout).to.match(/kolla-build 24\.0\.0 .*newer than any[^]*Kolla 18 to 23 are known to do/);
  });
});
