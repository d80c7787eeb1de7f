// SPDX-License-Identifier: Apache-2.0
/** A bill of materials in CycloneDX 1.6, as JSON; the one module that knows CycloneDX's library, which is slow to load. */
import { createHash } from "node:crypto";
import { ComponentType, HashAlgorithm } from "@cyclonedx/cyclonedx-library/Enums";
import {
  Bom,
  Component,
  type DisjunctiveLicense,
  HashDictionary,
  LicenseRepository,
  Metadata,
  NamedLicense,
  Property,
  PropertyRepository,
  SpdxLicense,
} from "@cyclonedx/cyclonedx-library/Models";
import { JSON as Json, JsonSerializer } from "@cyclonedx/cyclonedx-library/Serialize";
import { fixupSpdxId, isSupportedSpdxId } from "@cyclonedx/cyclonedx-library/SPDX";
import { Spec1dot6 } from "@cyclonedx/cyclonedx-library/Spec";
import { type Licence, type Part, PREFIX } from "./part.ts";

export interface Bill {
  /** what the parts are parts of */
  readonly whole: Part;
  /** of the bill, in seconds since 1970 */
  readonly time: number;
  /** what made it */
  readonly tool: { readonly name: string; readonly version: string };
}

/** The bytes of a bill, which depend on nothing but what is given: the order is that of the parts. */
export function bomJson({ whole, time, tool }: Bill): string {
  const root = componentOf(whole, ComponentType.Application);
  const bom = new Bom({ metadata: new Metadata({ component: root, timestamp: new Date(time * 1000) }) });
  bom.metadata.tools.components.add(new Component(ComponentType.Application, tool.name, { version: tool.version }));
  for (const part of root.components) bom.components.add(part);
  root.components.clear();
  bom.serialNumber = `urn:uuid:${uuidOf(JSON.stringify({ whole, time, tool }))}`;
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  // the library sorts by locale
  return `${serializer.serialize(bom, { sortLists: false, space: 2 })}\n`;
}

const TYPES = {
  library: ComponentType.Library,
  file: ComponentType.File,
  platform: ComponentType.Platform,
} as const satisfies Record<Part["type"], ComponentType>;

function componentOf(part: Part, type: ComponentType = TYPES[part.type]): Component {
  const { name, path, group, version, purl, digests, licences, facts, parts } = part;
  const properties = Object.entries({ path, ...facts }).map(([key, value]) => new Property(`${PREFIX}${key}`, value));
  const component = new Component(type, name, {
    bomRef: path,
    ...(group === undefined ? {} : { group }),
    ...(version === undefined ? {} : { version }),
    ...(purl === undefined ? {} : { purl }),
    licenses: new LicenseRepository(licences.map(licenceOf)),
    properties: new PropertyRepository(properties),
    ...(digests === undefined ? {} : { hashes: hashesOf(digests) }),
  });
  for (const inside of parts.map((one) => componentOf(one))) {
    component.components.add(inside);
    component.dependencies.add(inside.bomRef);
  }
  return component;
}

const hashesOf = ({ sha1, sha256 }: NonNullable<Part["digests"]>): HashDictionary =>
  new HashDictionary([
    [HashAlgorithm["SHA-1"], sha1],
    [HashAlgorithm["SHA-256"], sha256],
  ]);

/** An SPDX id where the name is one, in whatever case; any other is told as it stands. */
function licenceOf({ name, url }: Licence): DisjunctiveLicense {
  const address = url === undefined ? {} : { url };
  // the library finds "constructor" too: it looks in an object
  const id = fixupSpdxId(name);
  return isSupportedSpdxId(id) ? new SpdxLicense(id, address) : new NamedLicense(name, address);
}

/** A UUID of a text: one of those whose bits their maker chooses (version 8 in RFC 9562), for those of names take SHA-1. */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
