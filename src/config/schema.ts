// SPDX-License-Identifier: Apache-2.0
/**
 * Every setting: its name, type, default, meaning and examples. Validation, types, the JSON schema, the names of variables,
 * the reference page (docs/settings.md) and the commented file of `osc-kolla config init` all come from here.
 */
import * as z from "zod";
import { LIBRARIES, OSC_CORE_REF, OSC_CORE_URL } from "../osc/repositories.ts";
import {
  archiveFormats,
  builderName,
  command,
  distribution,
  endpoint,
  entryTime,
  fileName,
  imageReference,
  imageTag,
  jre,
  kollaPath,
  levelTo,
  mavenRepository,
  namespace,
  packageName,
  path,
  platform,
  plugin,
  port,
  registry,
  repository,
  repositoryFile,
  repositoryId,
  tarFile,
  text,
} from "./values.ts";

const library = z.strictObject({
  name: fileName.describe("the artifactId that OSC's pom asks for"),
  url: repository.describe("the repository of the library"),
  ref: text.optional().describe("branch, tag or commit; without one, what fits the version that OSC's pom asks for"),
});

/** Settings that belong together. */
const section = <T extends z.ZodRawShape>(what: string, shape: T) => z.strictObject(shape).describe(what);

export const schema = z.strictObject({
  work_dir: kollaPath.default(".osc-kolla").meta({
    description: "the folder for clones, Maven's home, work trees, logs and state; give it some GB",
    examples: ["/var/tmp/osc-kolla"],
  }),
  output_dir: kollaPath.default("build").meta({
    description: "the folder for what comes out: kolla/, tarballs/ and result.json",
    examples: ["/srv/osc"],
  }),
  lock_timeout: z
    .number()
    .min(0)
    .meta({ allowed: "a number of seconds, 0 or more" })
    .default(600)
    .describe("how long to wait for another run that holds one of the two folders, in seconds")
    .meta({ examples: [0] }),
  source: section("where OSC comes from", {
    url: repository.default(OSC_CORE_URL).meta({
      description: "the git repository of OSC",
      examples: ["https://git.example.org/osc-core", "../osc-core"],
    }),
    ref: text.default(OSC_CORE_REF).meta({ description: "branch, tag or commit", examples: ["v0.8.0", "4441c96"] }),
    patches: z
      .array(path)
      .default([])
      .meta({
        description: "files, or folders of *.patch and *.diff, applied in this order",
        examples: [["patches"]],
      }),
  }),
  libraries: z
    .array(library)
    .superRefine(refuseNamesakes)
    .default(LIBRARIES.map((entry) => ({ ...entry })))
    .describe("OSC's own libraries, in the order in which they are built")
    .meta({ examples: [[{ name: "sdn-controller-api", url: "../sdn-controller-api", ref: "master" }]] }),
  maven: section("how OSC is built", {
    command: command.default("mvn").meta({
      description: "the Maven to run: any program that takes Maven's arguments",
      examples: ["./mvn-in-chroot"],
    }),
    java_home: path.optional().meta({
      description: "the JDK that Maven runs on; without it, one of the right version is looked for",
      examples: ["/usr/lib/jvm/java-8-openjdk-amd64"],
    }),
    java_version: z
      .union([z.int().min(8), z.literal("any")])
      .meta({ allowed: "a number from 8 up, or any" })
      .default(8)
      .describe("the JDK's major version; OSC builds with 8 only"),
    repositories: z
      .record(repositoryId, mavenRepository)
      .default({})
      .describe(
        "more Maven repositories, by id: a URL, or url, username and password (as ${env.NAME}); an id of OSC's poms replaces that one",
      )
      .meta({
        examples: [
          {
            mine: "https://maven.example.org/releases",
            "vaadin-addons": {
              url: "https://maven.example.org/vaadin",
              username: "${env.MAVEN_USER}",
              password: "${env.MAVEN_PASSWORD}",
            },
          },
        ],
      }),
    mirror: mavenRepository.optional().meta({
      description: "one Maven repository that answers in the place of all others",
      examples: ["https://maven.example.org/all"],
    }),
    settings: path.optional().meta({
      description: "a settings.xml that Maven reads beside ours; without it, the one in ~/.m2 where there is one",
      examples: ["/etc/maven/settings.xml"],
    }),
    tests: z.boolean().default(false).describe("whether OSC's own tests are run"),
  }),
  build: section("where OSC is built", {
    runner: z
      .enum(["auto", "host", "container"])
      .default("auto")
      .describe("where Maven runs; auto: on this machine where it has Maven and the JDK, else in a container"),
  }),
  distribution: section("what is made of what Maven leaves", {
    normalise: z
      .boolean()
      .default(true)
      .describe(
        "whether dates and order that differ from build to build are taken out of OSC's own jars and API documentation",
      ),
  }),
  tarball: section("what is packed for packagers", {
    formats: archiveFormats
      .default(["tar.gz"])
      .describe("the formats of each archive; tar.zst needs the program zstd")
      .meta({ examples: [["tar.gz", "tar.zst"]] }),
    gzip_level: levelTo(9).default(9).describe("how hard gzip tries"),
    zstd_level: levelTo(19).default(19).describe("how hard zstd tries"),
    time: entryTime.optional().meta({
      description: "the time that all entries of the archives have; without it, that of OSC's commit",
      examples: [1532044800],
      variable: "SOURCE_DATE_EPOCH",
    }),
    source: z
      .boolean()
      .default(true)
      .describe("whether an archive of the sources is packed, too: OSC, its libraries, your patches"),
  }),
  plugins: z
    .array(plugin)
    .default([])
    .describe("plugins of OSC that are packed with it: *.bar files by path, or by url and sha256")
    .meta({
      examples: [
        [
          "plugins/manager.bar",
          { url: "https://plugins.example.org/sdn-controller.bar", sha256: "0123456789abcdef".repeat(4) },
        ],
      ],
    }),
  kolla: section("how kolla-build makes the images; only what is set is given to it", {
    command: command
      .default("kolla-build")
      .meta({ description: "the kolla-build to run", examples: ["/opt/kolla/bin/kolla-build"] }),
    python: command.optional().meta({
      description:
        "the Python that kolla is installed in, where kolla-build is a wrapper that names none in its first line",
      examples: ["/opt/kolla/bin/python"],
    }),
    config: z
      .array(kollaPath)
      .default([])
      .meta({
        description:
          "your own kolla-build.conf, or several: they come before ours, and in the place of kolla's default file (~/.kolla/kolla-build.conf or /etc/kolla/kolla-build.conf), as with kolla's --config-file",
        examples: [["/srv/kolla/kolla-build.conf"]],
      }),
    base: distribution.optional().meta({
      description: "kolla's --base; debian where nobody names one",
      examples: ["ubuntu"],
    }),
    base_tag: imageTag.optional().meta({ description: "kolla's --base-tag", examples: ["trixie"] }),
    base_arch: z
      .enum(["x86_64", "aarch64"])
      .optional()
      .describe("kolla's --base-arch; passed on, and not tried with another than this machine's")
      .meta({ examples: ["aarch64"] }),
    platform: platform.optional().meta({
      description: "kolla's --platform, beside base_arch; passed on, and not tried",
      examples: ["linux/arm64"],
    }),
    parent: imageReference.optional().meta({
      description:
        "a base of kolla's that is ready, in the engine or in a registry: osc-base is built on it, and no base is",
      examples: ["quay.io/openstack.kolla/base:2026.2-debian-trixie"],
    }),
    tag: imageTag.optional().meta({ description: "kolla's --tag", examples: ["1.0.0"] }),
    namespace: namespace.optional().meta({ description: "kolla's --namespace", examples: ["mycloud"] }),
    registry: registry.optional().meta({ description: "kolla's --registry", examples: ["registry.example.org:5000"] }),
    engine: z.enum(["docker", "podman"]).default("docker").describe("kolla's --engine"),
    push: z.boolean().default(false).describe("kolla's --push: whether the images are pushed to their registry"),
    pull: z
      .boolean()
      .optional()
      .meta({ description: "kolla's --pull: whether the base is pulled anew", examples: [false] }),
    relocatable: z
      .boolean()
      .default(false)
      .describe(
        "whether the paths in our kolla-build.conf begin with kolla's $locals_base: the context can be moved then, and kolla-build needs --locals-base with its folder",
      ),
    buildkit: z
      .boolean()
      .optional()
      .meta({
        description: "kolla's --buildkit; without it, BuildKit where kolla and the engine can",
        examples: [false],
      }),
    buildkit_builder: builderName.optional().meta({
      description: "kolla's --buildkit-builder: the buildx builder to use; passed on, and not tried",
      examples: ["farm"],
    }),
    template_override: z
      .array(kollaPath)
      .default([])
      .meta({
        description: "more template overrides, given to kolla-build after ours",
        examples: [["overrides.j2"]],
      }),
  }),
  image: section("what the images are like; a container's environment overrides the ports (docs/runtime.md)", {
    user: z
      .enum(["root", "osc"])
      .default("root")
      .describe("who the service runs as; osc may listen below 1024 on a network of the container's own only"),
    save: tarFile.optional().meta({
      description: "a file into which `image` saves both images, for docker load and podman load",
      examples: ["/srv/osc/images.tar"],
    }),
    ports: section("where the service listens", {
      api: port.default(8090).describe("the port of the API, by https"),
      ui: port.default(443).describe("the port of the UI, by https"),
      redirect: port.default(80).describe("the port that sends browsers to the UI, by http"),
    }).superRefine(refuseSamePorts),
    java_version: z
      .union([z.int().min(8), z.literal("any")])
      .meta({ allowed: "a number from 8 up, or any" })
      .default(8)
      .describe("the Java that a container insists on; OSC hangs on others than 8"),
    java: section("the Java that OSC runs on; without any of these, the distribution's Java 8", {
      packages: z
        .array(packageName)
        .optional()
        .meta({
          description: "packages of a Java 8, in place of the distribution's",
          examples: [["temurin-8-jre"]],
        }),
      repository: repositoryFile.optional().meta({
        description: "where they come from: a *.sources, *.list or *.repo file, in force while they are installed",
        examples: ["adoptium.sources"],
      }),
      jre: jre.optional().meta({
        description: "a JRE that is bundled, and takes the place of packages: a tarball by path, or by url and sha256",
        examples: [
          "jre8.tar.gz",
          { url: "https://jre.example.org/OpenJDK8U-jre.tar.gz", sha256: "0123456789abcdef".repeat(4) },
        ],
      }),
    }),
  }),
  engine: section("the container engine", {
    endpoint: endpoint.optional().meta({
      description: "the engine's address; without it, that of the docker context in use",
      examples: ["unix:///run/docker.sock"],
      variable: "DOCKER_HOST",
    }),
  }),
});

/** A library's name is its place in the work folder. */
function refuseNamesakes(libraries: readonly { readonly name: string }[], context: z.RefinementCtx): void {
  for (const [index, { name }] of libraries.entries()) {
    if (libraries.findIndex((one) => one.name === name) < index)
      context.addIssue({ code: "custom", path: [index, "name"], message: `there is another ${JSON.stringify(name)}` });
  }
}

/** A port takes one listener. */
function refuseSamePorts(ports: Readonly<Record<string, number>>, context: z.RefinementCtx): void {
  const all = Object.entries(ports);
  for (const [index, [name, number]] of all.entries()) {
    const other = all.slice(0, index).find(([, taken]) => taken === number)?.[0];
    if (other !== undefined) context.addIssue({ code: "custom", path: [name], message: `${other} has this port` });
  }
}

/** All settings, validated; paths are absolute. */
export type Config = z.output<typeof schema>;

export type Library = z.output<typeof library>;
