// SPDX-License-Identifier: Apache-2.0
/** docs/matrix.md: releases of kolla × distributions × engines, made of what the tests did (`make test-matrix`). */
import { RELEASES } from "../../src/kolla/releases.ts";
import { DISTRIBUTIONS, lacksJava } from "../../src/osc/java.ts";

/** How kolla has images built. */
const ENGINES = ["classic", "BuildKit", "podman"] as const;

export type Engine = (typeof ENGINES)[number];

/** What a test did. */
export interface Ran {
  /** kolla's version, "18.8.0" */
  readonly kolla: string;
  readonly base: string;
  /** undefined: it was rendered, which is the same for every engine */
  readonly engine?: Engine;
  readonly outcome: "built" | "rendered";
}

const majorOf = (version: string): number => Number.parseInt(version, 10);

/** The page, from what ran: whatever did not run is said to be not tried. */
export function matrixPage(ran: readonly Ran[]): string {
  const versions = new Map(ran.map(({ kolla }) => [majorOf(kolla), kolla]));
  const rows = [...RELEASES].flatMap(([major, { bases }]) =>
    DISTRIBUTIONS.map((base) => {
      const tag = bases[base];
      const cells = ENGINES.map((engine) => outcomeOf(major, base, engine, ran));
      return [
        versions.get(major) ?? String(major),
        tag === undefined ? base : `${base} ${tag}`,
        javaOf(base, tag),
        ...cells,
      ];
    }),
  );
  const header = ["kolla", "base", "Java", "docker, classic builder", "docker, BuildKit", "podman"];
  const lines = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${INTRODUCTION}\n\n${lines.join("\n")}\n`;
}

const INTRODUCTION = `# Releases of kolla, distributions and engines

Written by \`make test-matrix\` from what it ran; \`make test\` renders and builds some of it, and fails where this table says
otherwise.

- **built**: the stock kolla-build of that release made its base, osc-base and osc of it from the sample.
- **rendered**: it rendered the Dockerfiles of osc-base and osc, which have what they must have and pass hadolint. Nothing was
  built: base images and packages of that distribution, or that engine, were not at hand, or no build was tried.
- Where no packaged Java 8 runs, a JRE was bundled.`;

function javaOf(base: string, tag: string | undefined): string {
  if (tag === undefined) return "";
  return lacksJava(base, tag) ? "bundled" : "packaged";
}

function outcomeOf(major: number, base: string, engine: Engine, ran: readonly Ran[]): string {
  const release = RELEASES.get(major);
  if (release?.bases[base] === undefined) return `not possible: kolla ${String(major)} has no ${base}`;
  if (engine === "BuildKit" && !release.buildkit) return `not possible: kolla ${String(major)} does not use BuildKit`;
  const here = ran.filter((one) => majorOf(one.kolla) === major && one.base === base);
  if (here.some((one) => one.outcome === "built" && one.engine === engine)) return "built";
  return here.length > 0 ? "rendered" : "not tried";
}

/** What the page says of something that ran; undefined where it has no such row. */
export function cellOf(page: string, { kolla, base, engine }: Ran): string | undefined {
  const rows = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const row = rows.find(([, version = "", name = ""]) => version === kolla && name.split(" ")[0] === base);
  return row?.[4 + (engine === undefined ? 0 : ENGINES.indexOf(engine))];
}
