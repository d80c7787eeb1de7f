// SPDX-License-Identifier: Apache-2.0
/** Holds the context, and an image, against the provenance and against what the image itself carries. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import fsExtra from "fs-extra";
import { sha256File } from "../archive/digest.ts";
import type { SavedImage } from "../archive/image.ts";
import { MANIFEST, SBOM } from "../osc/layers.ts";
import { HOME } from "../osc/layout.ts";
import { IMAGE_PROVENANCE } from "../pipeline/paths.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { usage } from "../system/errors.ts";
import { openOutput, type Opened } from "./opened.ts";
import type { Statement } from "./statement.ts";
import type { Notes } from "./verify-notes.ts";

/** The archives of the context, by the names and digests in the images' provenance. */
export async function verifyContext(folder: string, { predicate }: Statement, notes: Notes): Promise<void> {
  const archives = predicate.runDetails.byproducts.filter(({ annotations }) => annotations?.["layer"] !== undefined);
  if (!(await fsExtra.pathExists(folder))) return;
  for (const { name, digest } of archives) {
    const file = join(folder, basename(name));
    if (!(await fsExtra.pathExists(file))) notes.fault(name, `is missing, and ${IMAGE_PROVENANCE} names it`);
    else if ((await sha256File(file)) !== digest["sha256"])
      notes.fault(name, `is not the one that ${IMAGE_PROVENANCE} names`);
  }
  notes.checked.push(`${String(archives.length)} archives of the context against ${IMAGE_PROVENANCE}`);
}

/** An image against its provenance, its own list, and the archives. */
export async function verifyImage(
  name: string,
  statement: Statement | undefined,
  published: string | undefined,
  notes: Notes,
  context: StageContext,
): Promise<void> {
  const opened = await openOutput(name, context);
  try {
    const { image } = opened;
    if (image === undefined) throw usage(`${name} is no image`);
    if (statement !== undefined) verifyAgainst(name, opened, statement, notes);
    await verifyList(name, opened, notes);
    if (published !== undefined) await verifyBillOf(name, image, published, notes);
  } finally {
    await opened.release();
  }
}

/** An image's bill against that of the archive; of several versions, any one's. */
async function verifyBillOf(name: string, { items }: SavedImage, published: string, notes: Notes): Promise<void> {
  const bills = (await readdir(published)).filter((one) => one.endsWith(".cdx.json"));
  const sums = await Promise.all(bills.map((bill) => sha256File(join(published, bill))));
  if (sums.includes(items.get(SBOM)?.sha256 ?? ""))
    notes.checked.push(`${name} has the same bill of materials as the archive`);
  else if (bills.length > 0) notes.fault(name, `its /${SBOM} is not ${bills.join(" or ")}`);
}

function verifyAgainst(name: string, { image, engineId }: Opened, statement: Statement, notes: Notes): void {
  if (image === undefined) return;
  const ids = new Set([image.id, engineId]);
  const subject = statement.subject.find(({ digest }) => ids.has(`sha256:${String(digest["sha256"])}`));
  const meant = subject ?? statement.subject.at(-1);
  if (subject === undefined) notes.fault(name, `is not one of the images that ${IMAGE_PROVENANCE} names`);
  const layers = (meant?.annotations?.["layers"] ?? []) as readonly string[];
  for (const [at, layer] of layers.entries())
    if (image.layers[at] !== layer)
      notes.fault(name, `layer ${String(at + 1)} is not the one that ${IMAGE_PROVENANCE} names`);
  const bill = statement.predicate.runDetails.byproducts.find((one) => one.name === "sbom.cdx.json");
  if (bill !== undefined && image.items.get(SBOM)?.sha256 !== bill.digest["sha256"])
    notes.fault(name, `its /${SBOM} is not the one that ${IMAGE_PROVENANCE} names`);
  notes.checked.push(`${name} and its ${String(layers.length)} layers against ${IMAGE_PROVENANCE}`);
}

/** The files of an image against the list that it carries. */
async function verifyList(name: string, { contents }: Opened, notes: Notes): Promise<void> {
  const list = (await contents.read(new Set([MANIFEST]))).get(MANIFEST);
  if (list === undefined) {
    notes.fault(name, `has no /${MANIFEST}: it is no image of OSC`);
    return;
  }
  const sums = new Map<string, string>();
  for (const line of list.toString().split("\n")) if (line !== "") sums.set(line.slice(66), line.slice(0, 64));
  for (const [path, sum] of sums) {
    const item = contents.items.get(path);
    if (item === undefined) notes.fault(name, `/${path} is missing`);
    else if (item.sha256 !== sum) notes.fault(name, `/${path} is not the one that was built`);
  }
  for (const { path, type } of contents.items.values())
    if (type === "file" && path.startsWith(`${HOME}/`) && path !== MANIFEST && !sums.has(path))
      notes.fault(name, `/${path} was not built: its own list lacks it`);
  notes.checked.push(`${String(sums.size)} files in ${name} against the list in it`);
}
