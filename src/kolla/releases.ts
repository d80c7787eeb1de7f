// SPDX-License-Identifier: Apache-2.0
/** What differs between kolla's releases, as far as it matters here. */

/** What a release can do. */
export interface Release {
  /** the distributions that its --base takes, each with the tag that it builds on where nobody names one */
  readonly bases: Readonly<Record<string, string>>;
  /** whether it can use BuildKit, and does unless told otherwise */
  readonly buildkit: boolean;
}

/**
 * PyPI's kolla by the first number of its version, read in each release's kolla/common/config.py. An installed kolla that
 * runs on a Python of its own is asked (program.ts); this is for the others, and `make test-matrix` compares the two.
 */
export const RELEASES: ReadonlyMap<number, Release> = new Map([
  [18, { bases: { centos: "stream9", debian: "bookworm", rocky: "9", ubuntu: "22.04" }, buildkit: false }],
  [19, { bases: { centos: "stream9", debian: "bookworm", rocky: "9", ubuntu: "24.04" }, buildkit: false }],
  [20, { bases: { centos: "stream9", debian: "bookworm", rocky: "9", ubuntu: "24.04" }, buildkit: false }],
  [21, { bases: { centos: "stream10", debian: "bookworm", rocky: "10", ubuntu: "24.04" }, buildkit: false }],
  [22, { bases: { centos: "stream10", debian: "trixie", rocky: "10", ubuntu: "24.04" }, buildkit: false }],
  [23, { bases: { debian: "trixie", rocky: "10", ubuntu: "24.04" }, buildkit: true }],
]);

/** The oldest release that our templates and options are for. */
export const OLDEST = Math.min(...RELEASES.keys());

/** The newest one that was tried. */
export const NEWEST = Math.max(...RELEASES.keys());

/** What a release can do; of one that is newer than all that are known, what the newest of them can. */
export function releaseOf(major: number): Release {
  const release = RELEASES.get(Math.min(major, NEWEST));
  if (release === undefined) throw new Error(`kolla ${String(major)} is none of ${[...RELEASES.keys()].join(", ")}`);
  return release;
}

/** A program for kolla's own Python that prints a Release as JSON. */
export const ASK_RELEASE = `import json
from oslo_config import cfg
from kolla.common import config

conf = cfg.ConfigOpts()
config.parse(conf, [], prog="kolla-build", default_config_files=[])
bases = {name: config.DEFAULT_BASE_TAGS[name]["tag"] for name in config.BASE_OS_DISTRO}
print(json.dumps({"bases": bases, "buildkit": "buildkit" in conf}))
`;

/** What ASK_RELEASE printed; undefined where that is something else. */
export function parseRelease(answer: string): Release | undefined {
  try {
    const { bases, buildkit } = JSON.parse(answer) as Partial<Release>;
    const isRelease = typeof bases === "object" && typeof buildkit === "boolean";
    return isRelease ? { bases, buildkit } : undefined;
  } catch {
    return undefined;
  }
}
