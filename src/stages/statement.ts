// SPDX-License-Identifier: Apache-2.0
/**
 * What a build was made of and what came out: an in-toto statement with a SLSA provenance
 * (https://slsa.dev/spec/v1.0/provenance, https://github.com/in-toto/attestation). docs/packagers.md tells each of its fields.
 */
import { createHash } from "node:crypto";
import type { Config } from "../config/schema.ts";
import { pathOf } from "../config/settings.ts";
import { canonical } from "../pipeline/fingerprint.ts";
import type { Json } from "../pipeline/stage.ts";
import { mask } from "../system/secrets.ts";

const STATEMENT = "https://in-toto.io/Statement/v1";
const PREDICATE = "https://slsa.dev/provenance/v1";

/** Names of ours: no address, for there is none that would tell anything. */
const BUILD_TYPE = "urn:osc-kolla:build:v1";
const BUILDER = "urn:osc-kolla:builder:whoever-ran-it";

type Digest = Readonly<Record<string, string>>;

/** What in-toto calls a resource descriptor. */
export interface Resource {
  readonly name: string;
  readonly uri?: string;
  readonly digest: Digest;
  /** base64 */
  readonly content?: string;
  readonly annotations?: Readonly<Record<string, Json>>;
}

export interface Made {
  readonly command: "image" | "tarball";
  readonly config: Config;
  readonly subjects: readonly Resource[];
  readonly dependencies: readonly Resource[];
  readonly byproducts: readonly Resource[];
  /** versions by program */
  readonly programs: Readonly<Record<string, string>>;
}

export interface Statement {
  readonly _type: string;
  readonly subject: readonly Resource[];
  readonly predicateType: string;
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string;
      readonly externalParameters: {
        readonly command: Made["command"];
        readonly settings: Readonly<Record<string, Json>>;
      };
      readonly internalParameters: Readonly<Record<string, Json>>;
      readonly resolvedDependencies: readonly Resource[];
    };
    readonly runDetails: {
      readonly builder: { readonly id: string; readonly version: Readonly<Record<string, string>> };
      readonly metadata: { readonly invocationId: string };
      readonly byproducts: readonly Resource[];
    };
  };
}

/**
 * The settings that decide on what comes out, by the names that they have in the reference. Paths are not among them, nor
 * passwords; what stands in a path is a dependency with its digest.
 */
const RECORDED = [
  ...["source.url", "source.ref", "libraries", "maven.java_version", "maven.tests", "build.runner"],
  ...["distribution.normalise", "kolla.base", "kolla.base_tag", "kolla.base_arch", "kolla.platform", "kolla.parent"],
  ...["kolla.namespace", "kolla.tag", "kolla.engine", "kolla.buildkit"],
  ...["image.user", "image.ports.api", "image.ports.ui", "image.ports.redirect", "image.java_version"],
  ...["image.java.packages", "tarball.formats", "tarball.gzip_level", "tarball.zstd_level", "tarball.time"],
  "tarball.source",
] as const;

function settingsOf(config: Config): Record<string, Json> {
  const values = RECORDED.flatMap((key) => {
    const value = pathOf(key).reduce<unknown>(
      (section, name) => (section as Readonly<Record<string, unknown>> | undefined)?.[name],
      config,
    );
    return value === undefined ? [] : [[key, masked(value as Json)] as const];
  });
  return Object.fromEntries(values);
}

function masked(value: Json): Json {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "string" ? mask(part) : part,
  ) as Json;
}

/** The statement; the same for the same build, whenever it was made. */
export function statementOf({ command, config, subjects, dependencies, byproducts, programs }: Made): Statement {
  const buildDefinition = {
    buildType: BUILD_TYPE,
    externalParameters: { command, settings: settingsOf(config) },
    internalParameters: {},
    resolvedDependencies: dependencies,
  };
  const builder = { id: BUILDER, version: programs };
  const without = {
    _type: STATEMENT,
    subject: subjects,
    predicateType: PREDICATE,
    predicate: { buildDefinition, runDetails: { builder, metadata: { invocationId: "" }, byproducts } },
  };
  return sealed(masked(without as unknown as Json) as unknown as Statement);
}

/** With an id that is the digest of everything else in it. */
export function sealed(statement: Statement): Statement {
  const { predicate } = statement;
  const { runDetails } = predicate;
  const blank = {
    ...statement,
    predicate: { ...predicate, runDetails: { ...runDetails, metadata: { invocationId: "" } } },
  };
  const digest = createHash("sha256")
    .update(canonical(blank as unknown as Json))
    .digest("hex");
  const metadata = { invocationId: `sha256:${digest}` };
  return { ...statement, predicate: { ...predicate, runDetails: { ...runDetails, metadata } } };
}

/** As it is written. */
export const statementText = (statement: Statement): string => `${JSON.stringify(statement, undefined, 2)}\n`;

/**
 * Reads one of ours.
 *
 * @throws Error for what is none, and where a byte of it was changed after it was written
 */
export function readStatement(text: string): Statement {
  const statement = JSON.parse(text) as Partial<Statement>;
  const type = statement.predicate?.buildDefinition.buildType;
  if (statement._type !== STATEMENT || statement.predicateType !== PREDICATE || type !== BUILD_TYPE)
    throw new Error("it is no provenance that osc-kolla wrote");
  const read = statement as Statement;
  if (statementText(sealed(read)) !== text)
    throw new Error("it is not as it was written: its invocationId does not fit");
  return read;
}
