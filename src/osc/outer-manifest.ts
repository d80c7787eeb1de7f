// SPDX-License-Identifier: Apache-2.0
/** The manifest of the distribution itself, which bnd wrote when it laid it out as a jar: with digests of all files. */
import { HOME } from "./layout.ts";

export const OUTER_MANIFEST = `${HOME}/bin/META-INF/MANIFEST.MF`;

/** Its names are relative to this. */
export const LISTED_BELOW = `${HOME}/bin/`;

const ALGORITHMS: Readonly<Record<string, string>> = {
  "MD5-DIGEST": "md5",
  "SHA-DIGEST": "sha1",
  "SHA1-DIGEST": "sha1",
  "SHA-1-DIGEST": "sha1",
  "SHA-256-DIGEST": "sha256",
  "SHA-384-DIGEST": "sha384",
  "SHA-512-DIGEST": "sha512",
};

/** The algorithm, as OpenSSL calls it, of a digest's header; undefined where it is none. */
export const digestNamed = (header: string): string | undefined => ALGORITHMS[header.toUpperCase()];
