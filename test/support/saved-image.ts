// SPDX-License-Identifier: Apache-2.0
/** A writer of images as engines save them. */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { type TarMember, tarballOf } from "./tarballs.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * The bytes of an archive with one image.
 *
 * @param layers what each holds, from the lowest one
 * @param config what a container gets
 * @param packed whether the layers are compressed, as in an OCI layout
 */
export function savedImage(
  layers: readonly (readonly TarMember[])[],
  config: Readonly<Record<string, unknown>> = {},
  { name = "kolla/osc:1", packed = false } = {},
): Buffer {
  const tars = layers.map((members) => tarballOf(members));
  const digests = tars.map((tar) => sha256(gunzipSync(tar)));
  const document = JSON.stringify({
    config,
    rootfs: { type: "layers", diff_ids: digests.map((one) => `sha256:${one}`) },
  });
  const paths = digests.map((one) => (packed ? `blobs/sha256/${one}` : `${one}/layer.tar`));
  const configPath = `${sha256(Buffer.from(document))}.json`;
  const manifest = JSON.stringify([{ Config: configPath, RepoTags: [name], Layers: paths }]);
  return gunzipSync(
    tarballOf([
      ...tars.map((tar, at) => ({ path: paths[at] ?? "", content: packed ? tar : gunzipSync(tar) })),
      { path: configPath, content: document },
      { path: "manifest.json", content: manifest },
    ]),
  );
}
