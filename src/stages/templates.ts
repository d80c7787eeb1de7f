// SPDX-License-Identifier: Apache-2.0
/** The templates of ours that kolla-build is given. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { LOCALS_BASE, renderConf } from "../kolla/conf.ts";
import { TEMPLATES } from "../system/package.ts";

/** Macros that the templates import; it lies beside kolla's own macros.j2. */
const MACROS = "osc-java.j2";

/** Paths of the files of some images and of what they share, relative to a docker_dir. */
async function templateFiles(images: readonly string[]): Promise<string[]> {
  const files = await Promise.all(
    images.map(async (image) => (await readdir(join(TEMPLATES, image))).sort().map((name) => join(image, name))),
  );
  return [MACROS, ...files.flat()];
}

/** One digest of the templates of some images, in hex. */
export async function templatesDigest(images: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of await templateFiles(images)) hash.update(file).update(await readFile(join(TEMPLATES, file)));
  return hash.digest("hex");
}

/** Copies the templates of some images into a docker_dir. */
export async function copyTemplates(images: readonly string[], dockerDir: string): Promise<void> {
  for (const file of await templateFiles(images)) await fsExtra.copy(join(TEMPLATES, file), join(dockerDir, file));
}

/**
 * A kolla-build.conf that adds a docker_dir, and a profile of its own for the images in it.
 *
 * @param folder where conf and docker_dir (`docker`) will lie; absolute: kolla-build takes relative paths from its
 *   working directory. Undefined: wherever --locals-base says
 * @param override the template override's name in that folder; undefined: none
 */
export function profileConf(
  { profile, images }: { readonly profile: string; readonly images: readonly string[] },
  folder: string | undefined,
  comment: string,
  override?: string,
): string {
  const place = folder ?? LOCALS_BASE;
  const overrides = override === undefined ? {} : { template_override: join(place, override) };
  return renderConf(
    {
      DEFAULT: { docker_dir: join(place, "docker"), ...overrides },
      profiles: { [profile]: images.map((image) => `^${image}$`).join(",") },
    },
    comment,
  );
}
