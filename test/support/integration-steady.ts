// SPDX-License-Identifier: Apache-2.0
/**
 * Stand-ins for Maven and kolla-build whose results are a function of what they are given, so that two runs can be
 * compared; those that are slow leave half of everything first, and have children.
 */
import { join } from "node:path";
import { fakeKolla, fakeMaven, kollaSucceeds } from "./integration-fakes.ts";
import { DISTRIBUTION, type ZipMember, zipOf } from "./integration-zip.ts";
import type { Sandbox } from "./sandbox.ts";

/** How long each step of the slow ones takes, in seconds. */
const STEP = "0.15";

/** A child that does not listen to SIGTERM, as long as the lines between last. */
const withChild = (lines: string): string => `(trap '' TERM; exec sleep 600) &\nchild=$!\n${lines}\nkill -9 $child`;

/** A distribution of some megabytes: to take it out and to pack it needs a moment. */
const LARGE: readonly ZipMember[] = [
  ...DISTRIBUTION,
  ...Array.from({ length: 300 }, (_, at) => ({
    path: `opt/vmidc/bin/webapp/file-${String(at)}`,
    content: `${String(at)}\n`.repeat(8192),
  })),
];

/** Lines of sh that Maven runs as it begins, if they are there: a file, so that the program stays the same. */
export const ACCIDENT = "accident";

/** Replaces the fakes of Maven and kolla-build by such stand-ins. */
export function steadyFakes(box: Sandbox, slow = false): void {
  const accident = join(box.root, ACCIDENT);
  const wait = slow ? `sleep ${STEP}` : ":";
  const around = slow ? withChild : (lines: string) => lines;
  const bundle = box.write("steady.zip", zipOf(slow ? LARGE : DISTRIBUTION));
  const target = "target/serverUpgradeBundle.zip";
  const osc = ["mkdir -p target", `head -c 500 '${bundle}' >${target}`, wait, `cat '${bundle}' >${target}`, wait];
  fakeMaven(box, { first: `[ ! -e '${accident}' ] || . '${accident}'\n${wait}`, osc: around(osc.join("\n")) });
  const images = join(box.root, "images");
  const half = `mkdir -p '${images}'\necho 'sha256:half old' >'${join(images, "osc-base")}'`;
  const byPayload = `sed -i "s/^sha256:\\(osc[a-z-]*\\)-[0-9]* /sha256:\\1-$payload /" '${images}'/*`;
  fakeKolla(box, around([wait, half, wait, kollaSucceeds(box), byPayload, wait].join("\n")));
}
