// SPDX-License-Identifier: Apache-2.0
/** Every setting: its name, type, default and meaning. Validation, types and the environment's names come from here. */
import { z } from "zod";
import { LIBRARIES, OSC_CORE_REF, OSC_CORE_URL } from "../osc/repositories.ts";

const text = z.string().min(1);

/** A value that kolla's conf, a Dockerfile or a command line takes as it is; see docs/decisions for why so narrow. */
const plainWord = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:/@-]*$/, "letters, digits and _ . : / @ - only");

/** What loading completes with the folder in which a relative value is written. */
export type Relative = "path" | "command" | "url";

const relative = (kind: Relative) => text.meta({ relative: kind });

/** A folder's or file's path. */
const path = relative("path");

/** A path that kolla-build is given, in its configuration or on its command line: it interpolates `$name`. */
const kollaPath = text
  .regex(/^[^$\r\n]*$/, "a path without $ and line breaks, since kolla-build is given it")
  .meta({ relative: "path" });

/** A program: a name that is looked up on PATH, or a path. */
const command = relative("command");

/** A repository: a URL, or a path. */
const repository = relative("url");

const library = z.strictObject({
  name: text.regex(/^[A-Za-z0-9][\w.-]*$/).describe("the artifactId that OSC's pom asks for"),
  url: repository.describe("the repository of the library"),
  ref: text.optional().describe("branch, tag or commit; without one, what fits the version that OSC's pom asks for"),
});

/** Of a Maven repository. It goes into a settings.xml as it is, where no password may stand. */
const mavenUrl = text.regex(
  /^(?![^/]*\/\/[^/]*@)/,
  "a URL without credentials: username and password (as ${env.NAME}) stand beside it",
);

const mavenRepository = z.union([
  mavenUrl,
  z.strictObject({
    url: mavenUrl,
    username: text.optional(),
    password: z
      .string()
      .regex(/^\$\{env\.[A-Za-z_]\w*\}$/, "the name of a variable as in ${env.NAME}: no password stands in a file")
      .optional(),
  }),
]);

const barFile = text.regex(/\.bar$/, "a file named *.bar");

const plugin = z.union([
  barFile.meta({ relative: "path" }),
  z.strictObject({
    url: barFile.regex(/^https?:\/\//, "an http or https URL"),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits, as sha256sum prints them"),
  }),
]);

/** How a settings.xml names a repository; Maven allows no path separators in ids. */
const repositoryId = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "letters, digits and _ . - only");

export const schema = z.strictObject({
  work_dir: kollaPath.default(".osc-kolla").describe("clones, Maven home, trees, logs, state"),
  output_dir: kollaPath.default("build").describe("what comes out"),
  lock_timeout: z
    .number()
    .min(0)
    .default(600)
    .describe("how long to wait for another run that holds one of the two folders, in seconds"),
  source: z.strictObject({
    url: repository.default(OSC_CORE_URL).describe("the repository of OSC"),
    ref: text.default(OSC_CORE_REF).describe("branch, tag or commit"),
    patches: z.array(path).default([]).describe("files, or folders of *.patch and *.diff, applied in this order"),
  }),
  libraries: z
    .array(library)
    .default(LIBRARIES.map((entry) => ({ ...entry })))
    .describe("OSC's own libraries, in the order in which they are built"),
  maven: z.strictObject({
    command: command.default("mvn").describe("any program that takes Maven's arguments"),
    java_home: path
      .optional()
      .describe("the JDK that Maven runs on; without it, one of the right version is looked for"),
    java_version: z
      .union([z.int().min(8), z.literal("any")])
      .default(8)
      .describe("the JDK's major version; OSC builds with 8 only"),
    repositories: z
      .record(repositoryId, mavenRepository)
      .default({})
      .describe(
        "more Maven repositories, by id: a URL, or url, username and password (as ${env.NAME}); an id of OSC's poms replaces that one",
      ),
    mirror: mavenRepository.optional().describe("one Maven repository that answers in the place of all others"),
    settings: path
      .optional()
      .describe("a settings.xml that Maven reads beside ours; without it, the one in ~/.m2 where there is one"),
    tests: z.boolean().default(false).describe("whether OSC's own tests are run"),
  }),
  build: z.strictObject({
    runner: z
      .enum(["auto", "host", "container"])
      .default("auto")
      .describe("where Maven runs; auto: on this machine where it has Maven and the JDK, else in a container"),
  }),
  plugins: z
    .array(plugin)
    .default([])
    .describe("plugins of OSC that are packed with it: *.bar files by path, or by url and sha256"),
  kolla: z.strictObject({
    command: command.default("kolla-build").describe("the kolla-build to run"),
    base: plainWord.optional().describe("kolla's --base; debian where nobody names one"),
    base_tag: plainWord.optional().describe("kolla's --base-tag"),
    tag: plainWord.optional().describe("kolla's --tag"),
    namespace: plainWord.optional().describe("kolla's --namespace"),
    registry: plainWord.optional().describe("kolla's --registry"),
    engine: z.enum(["docker", "podman"]).default("docker").describe("kolla's --engine"),
    push: z.boolean().default(false).describe("kolla's --push"),
    pull: z.boolean().optional().describe("kolla's --pull: whether the base is pulled anew"),
    buildkit: z.boolean().optional().describe("kolla's --buildkit; BuildKit where kolla and the engine can, otherwise"),
    template_override: z
      .array(kollaPath)
      .default([])
      .describe("more template overrides, given to kolla-build after ours"),
  }),
  engine: z.strictObject({
    endpoint: text.optional().describe("the engine's address, as in DOCKER_HOST"),
  }),
});

/** All settings, validated; paths are absolute. */
export type Config = z.output<typeof schema>;

export type Library = z.output<typeof library>;

/** A setting as `a.b`, and what it takes. */
export interface Setting {
  readonly key: string;
  readonly type: z.ZodType;
}

/** Every setting of the schema, in its order. */
export const SETTINGS: readonly Setting[] = leaves(schema, "");

function leaves(object: z.ZodObject, prefix: string): Setting[] {
  return Object.entries(object.shape).flatMap(([name, type]) => {
    const key = `${prefix}${name}`;
    return type instanceof z.ZodObject ? leaves(type, `${key}.`) : [{ key, type: type as z.ZodType }];
  });
}

/** The setting of a name; `maven.repositories.ID` is one of its own, as is every part of a record. */
export function findSetting(key: string): Setting | undefined {
  const whole = SETTINGS.find((one) => one.key === key);
  if (whole !== undefined) return whole;
  const record = SETTINGS.find((one) => isRecord(one) && key.startsWith(`${one.key}.`));
  if (record === undefined) return undefined;
  return { key, type: (innerType(record.type) as z.ZodRecord).valueType as z.ZodType };
}

/** Where a setting's value stands: the names of the objects around it, and its own, which in a record may have dots. */
export function pathOf(key: string): readonly string[] {
  const record = SETTINGS.find((one) => isRecord(one) && key.startsWith(`${one.key}.`));
  return record === undefined ? key.split(".") : [...record.key.split("."), key.slice(record.key.length + 1)];
}

/** Whether a setting's value is a record, whose parts are settings of their own. */
export const isRecord = ({ type }: Setting): boolean => innerType(type) instanceof z.ZodRecord;

/** The type below default() and optional(). */
export function innerType(type: z.ZodType): z.ZodType {
  if (type instanceof z.ZodDefault || type instanceof z.ZodOptional) return innerType(type.unwrap() as z.ZodType);
  return type;
}

/** Applies `complete` to every part of a value whose type says that it may be relative. */
export function mapRelative(
  type: z.ZodType,
  value: unknown,
  complete: (text: string, kind: Relative) => string,
): unknown {
  const inner = innerType(type);
  if (inner instanceof z.ZodUnion) {
    const fitting = inner.options.find((option) => option instanceof z.ZodString === (typeof value === "string"));
    return fitting === undefined ? value : mapRelative(fitting as z.ZodType, value, complete);
  }
  if (typeof value === "string") {
    const kind = inner.meta()?.["relative"] as Relative | undefined;
    return kind === undefined || value === "" ? value : complete(value, kind);
  }
  if (Array.isArray(value) && inner instanceof z.ZodArray) {
    return (value as unknown[]).map((one) => mapRelative(inner.element as z.ZodType, one, complete));
  }
  if (typeof value === "object" && value !== null && inner instanceof z.ZodObject) {
    const parts = Object.entries(value).map(([name, part]) => {
      const partType = inner.shape[name] as z.ZodType | undefined;
      return [name, partType === undefined ? part : mapRelative(partType, part, complete)] as const;
    });
    return Object.fromEntries(parts);
  }
  return value;
}
