// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../src/cli/result.ts";
import {
  configureFakes,
  expectDone,
  expectFailure,
  expectNothingHalfWritten,
  fakeMaven,
  useSandbox,
} from "../support/integration-fakes.ts";
import {
  CHARACTER_DEVICE,
  DISTRIBUTION,
  jarWith,
  REGULAR,
  SYMLINK,
  type ZipMember,
  zipOf,
} from "../support/integration-zip.ts";
import { filesBelow } from "../support/sandbox.ts";

const bin = (path: string) => `opt/vmidc/bin/${path}`;
const without = (...paths: readonly string[]) => DISTRIBUTION.filter(({ path }) => !paths.includes(path));
const and = (path: string, content = "x", mode?: number): ZipMember[] => [
  ...DISTRIBUTION,
  { path, content, ...(mode === undefined ? {} : { mode }) },
];

/** What is wrong, the bundle that shows it, and what of it the message must name. */
const FAULTS: readonly (readonly [title: string, bundle: Buffer, ...facts: string[]])[] = [
  ["that lacks vmidc.sh", zipOf(without(bin("vmidc.sh"))), bin("vmidc.sh"), "is missing"],
  [
    "that lacks several files",
    zipOf(without(bin("osc-control.jar"), bin("jar/osc-server.jar"))),
    `${bin("osc-control.jar")} is missing`,
    `${bin("jar/osc-server.jar")} is missing`,
  ],
  [
    "in which vmidc.sh is a folder",
    zipOf([...without(bin("vmidc.sh")), { path: bin("vmidc.sh/"), content: "" }]),
    bin("vmidc.sh"),
  ],
  [
    "with a link that leaves it",
    zipOf(and(bin("out"), "../../../../etc/shadow", SYMLINK | 0o777)),
    bin("out"),
    "is a link",
  ],
  ["with a link to an absolute path", zipOf(and(bin("root"), "/", SYMLINK | 0o777)), bin("root"), "is a link"],
  [
    "with an entry that climbs out of it",
    zipOf(and("opt/vmidc/bin/../../../climbed")),
    "opt/vmidc/bin/../../../climbed",
  ],
  ["with an entry that climbs out by backslashes", zipOf(and("opt/vmidc/bin\\..\\..\\..\\climbed")), "climbed"],
  ["with an absolute entry", zipOf(and("/opt/vmidc/bin/absolute")), "/opt/vmidc/bin/absolute"],
  ["with a setuid program", zipOf(and(bin("su"), "x", REGULAR | 0o4755)), bin("su"), "setuid"],
  ["with a setgid program", zipOf(and(bin("sg"), "x", REGULAR | 0o2755)), bin("sg"), "setgid"],
  ["with a device", zipOf(and(bin("null"), "", CHARACTER_DEVICE | 0o666)), bin("null"), "neither a file nor a folder"],
  [
    "with what kolla would take for an image",
    zipOf(and(bin("webapp/Dockerfile.j2"))),
    bin("webapp/Dockerfile.j2"),
    "kolla",
  ],
  ["with a line break in a name", zipOf(and(bin("a\nb"))), "opt/vmidc/bin/a\\nb", "control character"],
  ["with the same file twice", zipOf(and(bin("vmidc.sh"))), bin("vmidc.sh"), "twice"],
  ["with a file where another entry needs a folder", zipOf(and(bin("vmidc.sh/inside"))), bin("vmidc.sh")],
  ["with the name of our own manifest", zipOf(and("opt/vmidc/payload.sha256")), "opt/vmidc/payload.sha256"],
  ["that is cut off", zipOf(DISTRIBUTION).subarray(0, 500), "serverUpgradeBundle.zip"],
  ["that is no zip", Buffer.from("<html>404</html>\n"), "serverUpgradeBundle.zip"],
  ["that is empty", Buffer.alloc(0), "serverUpgradeBundle.zip"],
  ["without any entry", zipOf([]), bin("vmidc.sh"), "is missing"],
  [
    "in which a file's content is not the one that was packed",
    zipOf([...without(bin("osc-control.jar")), { path: bin("osc-control.jar"), content: "rotten", crc: 1 }]),
    bin("osc-control.jar"),
  ],
  [
    "in which one of OSC's own jars is none",
    zipOf([...without(bin("jar/osc-server.jar")), { path: bin("jar/osc-server.jar"), content: "no jar" }]),
    bin("jar/osc-server.jar"),
    "cannot be read",
  ],
];

describe("a distribution", () => {
  const box = useSandbox("distribution");
  /** Maven leaves this bundle the next time it is asked. */
  const leaves = (bundle: Uint8Array) => {
    rmSync(join(box.root, "bundle.zip"), { force: true });
    fakeMaven(box, { bundle });
    rmSync(join(box.work, "trees", "osc-core", "target"), { recursive: true, force: true });
  };

  before("the libraries are built", async () => {
    configureFakes(box);
    expectDone(await box.run(["tarball"]));
  });

  beforeEach(() => {
    for (const folder of [box.out, join(box.work, "distribution")]) rmSync(folder, { recursive: true, force: true });
  });

  for (const [title, bundle, ...facts] of FAULTS) {
    it(`${title} is refused by name, and nothing of it is kept`, async () => {
      leaves(bundle);
      expectFailure(await box.run(["tarball"]), 6, ...facts);
      expectNothingHalfWritten(box);
      expect(filesBelow(box.out)).to.deep.equal([]);
      expect(existsSync(join(box.work, "distribution")), "a distribution").to.equal(false);
      expect(filesBelow(box.root).filter((path) => path.includes("climbed"))).to.deep.equal([]);
      expect(["/climbed", "/opt/vmidc/bin/absolute"].filter(existsSync)).to.deep.equal([]);
    });
  }

  it("names every fault at once", async () => {
    leaves(zipOf([...without(bin("launcher.properties")), ...and(bin("l"), "/", SYMLINK | 0o777).slice(-1)]));
    expectFailure(
      await box.run(["tarball"]),
      6,
      "launcher.properties is missing",
      `"${bin("l")}" is a link`,
      "BAD_DISTRIBUTION.md",
    );
  });

  const UNREADABLE: readonly (readonly [title: string, member: ZipMember, ...facts: string[]])[] = [
    ["a jar of somebody else that is none", { path: bin("jar/x-1.jar"), content: "no jar" }, bin("jar/x-1.jar")],
    [
      "a jar in a jar that is cut off",
      {
        path: bin("webapp/a.war"),
        content: zipOf([{ path: "WEB-INF/lib/x-1.jar", content: jarWith("x").subarray(9) }]),
      },
      bin("webapp/a.war!/WEB-INF/lib/x-1.jar"),
    ],
  ];
  for (const [title, member, ...facts] of UNREADABLE) {
    it(`with ${title} is refused by name, and not packed`, async () => {
      leaves(zipOf([...DISTRIBUTION, member]));
      expectFailure(await box.run(["tarball"]), 6, ...facts, "cannot be read", "BAD_DISTRIBUTION.md");
      expect(filesBelow(box.out)).to.deep.equal([]);
      expectNothingHalfWritten(box);
    });
  }

  it("that is right is taken after one that was not, by the same command", async () => {
    leaves(zipOf(DISTRIBUTION));
    expectDone(await box.run(["tarball"]));
    expectDone(await box.run(["context"]));
  });

  it("leaves what does not belong to it, as a JRE's tarball at the root of the bundle", async () => {
    leaves(zipOf([...and("jre.tar.gz"), { path: "Dockerfile.j2", content: "x" }]));
    expectDone(await box.run(["tarball", "--json"]));
    expect(filesBelow(join(box.work, "distribution")).filter((path) => /jre\.tar|Dockerfile/.test(path))).to.deep.equal(
      [],
    );
  });

  it("is packed with programs executable, what is private private, and nothing writable for others", async () => {
    const scripts = ["vmidcShell.py", "scripts/vmidcBootstrap.sh"].map((path) => ({
      path: bin(path),
      content: "#!\n",
    }));
    const modes = [
      { path: bin("default-data/mainKeyStore.jks"), content: "secret", mode: REGULAR | 0o600 },
      { path: bin("for-all"), content: "x", mode: REGULAR | 0o666 },
    ];
    leaves(zipOf([...DISTRIBUTION, ...scripts, ...modes]));
    const run = await box.run(["tarball", "--json"]);
    expectDone(run);
    const { results, version } = JSON.parse(run.stdout) as Result;
    const file = String(results.tarball?.artefacts[0]?.file);
    const listed = execFileSync("tar", ["-tvzf", file, "--numeric-owner"], { encoding: "utf8" });
    const modeOf = (path: string) =>
      listed
        .split("\n")
        .find((line) => line.endsWith(` osc-${version}/${bin(path)}`))
        ?.split(" ")[0];
    expect(modeOf("vmidc.sh")).to.equal("-rwxr-xr-x");
    expect(modeOf("vmidcShell.py")).to.equal("-rwxr-xr-x");
    expect(modeOf("scripts/vmidcBootstrap.sh")).to.equal("-rwxr-xr-x");
    expect(modeOf("launcher.properties")).to.equal("-rw-r--r--");
    expect(modeOf("default-data/mainKeyStore.jks")).to.equal("-rw-------");
    expect(modeOf("for-all")).to.equal("-rw-r--r--");
    expect(modeOf("jar/")).to.equal("drwxr-xr-x");
  });

  it("lies in the archives for kolla at the root, with a manifest that is right", async () => {
    expectDone(await box.run(["context"]));
    const unpacked = join(box.root, "unpacked");
    execFileSync("mkdir", [unpacked]);
    const archives = filesBelow(join(box.out, "kolla/docker/osc-base")).filter((path) => path.endsWith(".tar"));
    expect(archives).to.have.length(3);
    for (const archive of archives) {
      const first = execFileSync("tar", ["-tf", archive], { encoding: "utf8" }).split("\n").slice(0, 2);
      expect(first).to.deep.equal(["opt/", "opt/vmidc/"]);
      execFileSync("tar", ["-xf", archive, "-C", unpacked]);
      expect(archive).to.include(execFileSync("sha256sum", [archive], { encoding: "utf8" }).slice(0, 32));
    }
    execFileSync("sha256sum", ["-c", "--quiet", "opt/vmidc/payload.sha256"], { cwd: unpacked });
    const manifest = readFileSync(join(unpacked, "opt/vmidc/payload.sha256"), "utf8").trimEnd().split("\n");
    // four of the test's own; jre/.keep, which is in the work tree and not in the bundle; and the bill of materials
    expect(manifest).to.have.length(DISTRIBUTION.length + 6);
  });
});
