// SPDX-License-Identifier: Apache-2.0
/**
 * Kolla's releases and distributions: a diagonal of them rendered, each release and each distribution once; all of them by
 * `make test-matrix`.
 */
import { mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fsExtra from "fs-extra";
import { ASK_RELEASE, parseRelease, releaseOf, RELEASES } from "../../src/kolla/releases.ts";
import { DISTRIBUTIONS, lacksJava } from "../../src/osc/java.ts";
import { TEMPLATES as TEMPLATES_FOLDER } from "../../src/system/package.ts";
import { must, pythonOf, run } from "../support/e2e.ts";
import { noteRan } from "../support/matrix.ts";
import { kollaOf, lint, render } from "../support/rendering.ts";

const DIAGONAL: readonly (readonly [major: number, base: string])[] = [
  [18, "ubuntu"],
  [19, "rocky"],
  [20, "centos"],
  [21, "debian"],
  [22, "rocky"],
  [23, "debian"],
];

const ALL = [...RELEASES].flatMap(([major, { bases }]) => Object.keys(bases).map((base) => [major, base] as const));

/** In the environment of `make test-matrix`. */
const isWhole = process.env["MATRIX_RECORD"] !== undefined;

const JRE = "/opt/vmidc/jre/bin/java";

describe("kolla's releases", () => {
  let folder = "";
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "osc-kolla-releases-")));
  });
  after(() => fsExtra.remove(folder));

  for (const major of RELEASES.keys()) {
    it(`${String(major)} says of itself what is noted of it`, async () => {
      const python = await pythonOf(kollaOf(major));
      expect(parseRelease(await must(python, ["-c", ASK_RELEASE], {}, "/"))).to.deep.equal(releaseOf(major));
    });
  }

  for (const [major, base] of isWhole ? ALL : DIAGONAL) {
    const tag = releaseOf(major).bases[base];
    it(`${String(major)} renders our images for ${base} ${String(tag)}, well by hadolint's rules`, async () => {
      const isBundled = lacksJava(base, tag);
      const place = join(folder, `${String(major)}-${base}`);
      const rendered = await render(major, base, place, isBundled ? { bundled: JRE } : {});
      const { "osc-base": oscBase, osc } = rendered;
      expect(oscBase).to.match(
        new RegExp(String.raw`^RUN (sed .*\\\n(.*\\\n)*\s+&& )?${installation(base, isBundled)}`, "m"),
      );
      expect(oscBase.includes(`&& ${JRE} -version`)).to.equal(isBundled);
      expect(oscBase.includes("Suites: sid"), "sid").to.equal(base === "debian" && !isBundled);
      expect(oscBase).to.include("ADD osc-service-1.tar /\n").and.not.include("exit 1");
      expect(osc).to.match(/^CMD \[/m);
      expect(await lint(place)).to.equal("");
      const kolla = (await must(kollaOf(major), ["--version"])).trim();
      await noteRan({ kolla, base, outcome: "rendered" });
      await fsExtra.remove(place);
    });
  }

  /** The command that installs osc-base's packages. */
  function installation(base: string, isBundled: boolean): string {
    const [command, java] =
      base === "debian" || base === "ubuntu"
        ? ["apt-get --error-on=any update && apt-get -y install --no-install-recommends", "openjdk-8-jre-headless"]
        : ["dnf -y install", "java-1.8.0-openjdk-headless"];
    return `${command} graphviz${isBundled ? "" : ` ${java}`}(?= )`;
  }

  it("the templates say the same as the command of where there is no Java 8", async () => {
    const tags = [
      "trixie",
      "bookworm",
      "12.9-slim",
      "13",
      "9",
      "10",
      "9.4",
      "10.1",
      "stream9",
      "stream10",
      "22.04",
      "24.04",
      "ours",
    ];
    const bases = DISTRIBUTIONS.flatMap((base) => tags.map((tag) => [base, tag] as const));
    const script = join(folder, "none.py");
    await writeFile(
      script,
      [
        "import jinja2, json, sys",
        "env = jinja2.Environment(loader=jinja2.FileSystemLoader(sys.argv[1]))",
        `template = env.from_string('{% import "osc-java.j2" as java with context %}{{ java.why_none }}')`,
        "deb = lambda base: 'deb' if base in ('debian', 'ubuntu') else 'rpm'",
        "render = lambda base, tag: template.render(base_distro=base, base_distro_tag=tag, base_package_type=deb(base))",
        "json.dump([render(base, tag) for base, tag in json.loads(sys.argv[2])], sys.stdout)",
      ].join("\n"),
    );
    const said = await must(await pythonOf(kollaOf(23)), [script, TEMPLATES_FOLDER, JSON.stringify(bases)]);
    const expected = bases.map(([base, tag]) =>
      lacksJava(base, tag) ? `no packaged Java 8 runs on ${base} ${tag}` : "",
    );
    expect(JSON.parse(said)).to.deep.equal(expected);
  });

  it("a repository of one's own is in force while its packages are installed, whatever is in its file", async () => {
    const lines = ["Types: deb", "# it's ours: $HOME `x` \\", "Signed-By:", " -----BEGIN X-----", " .", "extends"];
    const java = { packages: ["temurin-8-jre"], repository: { file: "osc-java.sources", lines } };
    const { "osc-base": dockerfile } = await render(21, "debian", join(folder, "own"), java);
    const [, written = ""] =
      /^RUN (printf .*) \\\n\s+> \/etc\/apt\/sources\.list\.d\/osc-java\.sources/m.exec(dockerfile) ?? [];
    expect((await run("sh", ["-c", written])).stdout).to.equal(`${lines.join("\n")}\n`);
    expect(dockerfile)
      .to.include("graphviz temurin-8-jre ")
      .and.include("&& rm -f /etc/apt/sources.list.d/osc-java.sources");
  });
});
