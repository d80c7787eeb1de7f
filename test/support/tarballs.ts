// SPDX-License-Identifier: Apache-2.0
/** A writer of tarballs that writes what no decent program would: devices, names and links that lead out. */
import { gzipSync } from "node:zlib";
import { Header, type HeaderData } from "tar";

export interface TarMember {
  readonly path: string;
  /** a file, otherwise */
  readonly type?: HeaderData["type"];
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  /** of a link: where it leads */
  readonly to?: string;
}

const BLOCK = 512;

/** The bytes of a tarball with these members, in this order. */
export function tarballOf(members: readonly TarMember[]): Buffer {
  const blocks = members.map(({ path, type = "File", content = "", mode = 0o644, to = "" }) => {
    const bytes = Buffer.from(content);
    const header = new Header({
      path,
      mode,
      uid: 1000,
      gid: 1000,
      size: bytes.length,
      mtime: new Date(0),
      linkpath: to,
      type,
    });
    header.encode();
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    return Buffer.concat([header.block ?? Buffer.alloc(0), bytes, padding]);
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

/** The smallest JRE: a `java` that is a shell script. */
export const SMALL_JRE: readonly TarMember[] = [
  { path: "jdk8u442-jre/", type: "Directory", mode: 0o755 },
  { path: "jdk8u442-jre/bin/java", mode: 0o755, content: "#!/bin/sh\necho 'openjdk version \"1.8.0_442\"' >&2\n" },
  { path: "jdk8u442-jre/release", content: 'JAVA_VERSION="1.8.0_442"\n' },
];
