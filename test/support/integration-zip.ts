// SPDX-License-Identifier: Apache-2.0
/** A writer of zips that writes what no decent program would: links, devices, names that lead out. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipMember {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** as in stat(2), with the type's bits; a regular file with 0644, as ant writes it, otherwise */
  readonly mode?: number;
  /** what the zip says the content's CRC-32 is; the right one, otherwise */
  readonly crc?: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DEFLATED = 8;
const MADE_BY_UNIX = (3 << 8) | 20;
/** 1 July 2018, midnight, as the sample's own bundle has it */
const DOS_DATE = ((2018 - 1980) << 9) | (7 << 5) | 1;

export const REGULAR = 0o100000;
export const SYMLINK = 0o120000;
export const CHARACTER_DEVICE = 0o020000;

/** The bytes of a zip with these members, in this order. */
export function zipOf(members: readonly ZipMember[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, content, mode = REGULAR | 0o644, crc } of members) {
    const name = Buffer.from(path);
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(1 << 11, 2);
    common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt16LE(DOS_DATE, 8);
    common.writeUInt32LE(crc ?? crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(mode * 0x10000, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(uint32(CENTRAL), uint16(MADE_BY_UNIX), common, rest, name);
    const local = Buffer.concat([uint32(LOCAL), common, name, packed]);
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, uint32(END), end]);
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

/** A jar with nothing that it could be known by. */
export const jarWith = (content: string | Uint8Array): Buffer =>
  zipOf([
    { path: "META-INF/MANIFEST.MF", content: "Manifest-Version: 1.0\r\n\r\n" },
    { path: "content", content },
  ]);

/** The smallest distribution that OSC could start from, with a file for every layer. */
export const DISTRIBUTION: readonly ZipMember[] = (
  [
    ["vmidc.sh", "#!/bin/sh\nexec java\n"],
    ["launcher.properties", "launch.main=org.osc.core.server.Main\n"],
    ["aQute/launcher/pre/EmbeddedLauncher.class", "class"],
    ["osc-control.jar", jarWith("control")],
    ["jar/gson-2.5.jar", jarWith("gson")],
    ["jar/osc-server.jar", jarWith("server")],
    ["config/org.apache.felix.http-api.cfg", "port=8090\n"],
    ["config/org.apache.felix.http-ui.cfg", "port=443\n"],
    ["default-data/mainKeyStore.p12", "keys"],
    ["default-data/osctrustore.jks", "trust"],
    ["default-data/vmidcServer.conf", "server.port=8090\n"],
    ["quartz.properties", "threads=1\n"],
    ["webapp/index.html", "<html></html>\n"],
  ] as const
).map(([path, content]) => ({ path: `opt/vmidc/bin/${path}`, content }));
