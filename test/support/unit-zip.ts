// SPDX-License-Identifier: Apache-2.0
/** A writer of zips, also of such as no honest program writes. */
import { crc32, deflateRawSync } from "node:zlib";

export interface CraftedEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** type and permissions as in stat(2), for the upper half of the external attributes */
  readonly unix?: number;
  /** said to be made on a system without such types and permissions, whatever stands in their place */
  readonly foreign?: boolean;
  /** compressed by deflate; stored otherwise */
  readonly deflate?: boolean;
  /** said to be of this size, whatever it is */
  readonly saysSize?: number;
}

const UNIX = 3;
const DOS = 0;

/** The bytes of a zip with these entries, in this order. */
export function craftZip(entries: readonly CraftedEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = headersOf(entry, offset);
    bodies.push(local);
    directory.push(central);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

function headersOf(entry: CraftedEntry, offset: number): { local: Buffer; central: Buffer } {
  const name = Buffer.from(entry.name);
  const content = Buffer.from(entry.content ?? "");
  const data = entry.deflate === true ? deflateRawSync(content) : content;
  // version, flags (names are UTF-8), method, time, date, crc, sizes, length of the name, no extra field
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(0x0800, 2);
  common.writeUInt16LE(entry.deflate === true ? 8 : 0, 4);
  common.writeUInt16LE(0x21, 8);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(entry.saysSize ?? content.length, 18);
  common.writeUInt16LE(name.length, 22);

  const madeBy = Buffer.from([20, entry.unix === undefined || entry.foreign === true ? DOS : UNIX]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(((entry.unix ?? 0) << 16) >>> 0, 6);
  rest.writeUInt32LE(offset, 10);
  const signature = (text: string) => Buffer.from(text, "latin1");
  return {
    local: Buffer.concat([signature("PK\x03\x04"), common, name, data]),
    central: Buffer.concat([signature("PK\x01\x02"), madeBy, common, rest, name]),
  };
}
