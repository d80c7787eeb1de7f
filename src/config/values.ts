// SPDX-License-Identifier: Apache-2.0
/**
 * The kinds of values that settings take. Each says in `allowed` what that is, for faults and the reference page.
 *
 * They end in files and lines that have a syntax of their own: kolla's conf and command line (which interpolate `$name`),
 * Dockerfiles, settings.xml (where Maven interpolates `${…}`), lines that are printed for a shell. What such a place could
 * take for something else is refused here, or is proved inert by a test that reads it back.
 */
import { fileURLToPath } from "node:url";
import * as z from "zod";

/** What loading completes with the folder in which a relative value is written. */
export type Relative = "path" | "command" | "url";

/** What we note of a type beside its description and examples. */
export interface Notes {
  /** what is allowed, as in "it takes …" */
  readonly allowed?: string;
  readonly relative?: Relative;
  /** the value is not quoted in a fault */
  readonly secret?: true;
  /** a variable of others that means the same; ours counts where both are there */
  readonly variable?: string;
}

const noted = <T extends z.ZodType>(type: T, notes: Notes): T => type.meta({ ...notes });

/** No control characters (a line break begins another option, an escape drives a terminal), nothing that XML cannot hold. */
const PRINTABLE = String.raw`[^\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]`;

export const text = noted(z.string().regex(new RegExp(`^${PRINTABLE}+$`, "u")), {
  allowed: "text without control characters",
});

/** Text by a pattern that has the whole of it. */
const matching = (pattern: RegExp, allowed: string) => noted(text.regex(pattern), { allowed });

/** A folder called ~ is never meant, and nobody fills it in for us. */
const localText = text.regex(/^(?!~)/);

/** A folder's or file's path. */
export const path = noted(localText, {
  allowed: "a path without control characters, not beginning with ~",
  relative: "path",
});

/** A path that kolla-build is given, in its configuration or on its command line: it would fill in what follows a $. */
export const kollaPath = noted(localText.regex(/^[^$]*$/), {
  allowed: "a path without $ and control characters, not beginning with ~",
  relative: "path",
});

/** A program: a name that is looked up on PATH, or a path. */
export const command = noted(localText, {
  allowed: "a program's name or path, not beginning with ~",
  relative: "command",
});

/** A git repository: a URL, or a path. */
export const repository = noted(localText, { allowed: "a URL or a path, not beginning with ~", relative: "url" });

/** A plugin of OSC. */
const barFile = noted(localText.regex(/\.bar$/), {
  allowed: "a path of a file called *.bar, not beginning with ~",
  relative: "path",
});

const barUrl = noted(
  text.regex(/^https?:\/\/\S+\.bar$/).refine((value) => URL.canParse(value)),
  { allowed: "an http or https URL of a file called *.bar" },
);

/** A JRE to bundle. */
const jreFile = noted(localText.regex(/\.(tar\.gz|tgz|tar)$/), {
  allowed: "a path of a file called *.tar.gz, *.tgz or *.tar, not beginning with ~",
  relative: "path",
});

const jreUrl = noted(
  text.regex(/^https?:\/\/\S+\.(tar\.gz|tgz|tar)$/).refine((value) => URL.canParse(value)),
  { allowed: "an http or https URL of a file called *.tar.gz, *.tgz or *.tar" },
);

/** A file that is written as a tar. */
export const tarFile = noted(localText.regex(/\.tar$/), {
  allowed: "a path of a file called *.tar, not beginning with ~",
  relative: "path",
});

/** A package, as apt and dnf name it, with a version (`=1.2`, `-1.2`) where one is meant. */
export const packageName = matching(
  /^[A-Za-z0-9][A-Za-z0-9.+:_=~-]*$/,
  "a package's name: letters, digits and . + : _ = ~ - only",
);

/** A file that tells a package manager of a repository. */
export const repositoryFile = noted(localText.regex(/\.(sources|list|repo)$/), {
  allowed: "a path of a file called *.sources or *.list (apt) or *.repo (dnf), not beginning with ~",
  relative: "path",
});

const sha256 = matching(/^[0-9a-f]{64}$/, "64 hex digits, as sha256sum prints them");

/** The name of a file or folder of ours. */
export const fileName = matching(/^[A-Za-z0-9][\w.-]*$/, "letters, digits and _ . - only");

/** A distribution, as kolla names it. */
export const distribution = matching(/^[a-z0-9][a-z0-9_.-]*$/, "lower-case letters, digits and _ . - only");

/** A tag, as the engines take it. */
export const imageTag = matching(/^\w[\w.-]{0,127}$/, "letters, digits and _ . - only, 128 at most");

/** What stands before an image's name, as the engines take it. */
export const namespace = matching(
  /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
  "lower-case letters, digits and _ . - / only",
);

/** A port of TCP. */
export const port = noted(z.int().min(1).max(65535), { allowed: "a number from 1 to 65535" });
/** An image's whole name, with its tag or digest. */
export const imageReference = matching(
  /^[A-Za-z0-9][A-Za-z0-9._/:-]*(?::\w[\w.-]{0,127}|@sha256:[0-9a-f]{64})$/,
  "an image's name with its tag or digest, as in quay.io/openstack.kolla/base:2026.2-debian-trixie",
);

/** One platform, as in linux/arm64. */
export const platform = matching(/^[a-z0-9]+\/[a-z0-9_]+(?:\/v\d+)?$/, "one platform, as in linux/arm64");

/** The name of a buildx builder. */
export const builderName = matching(/^[A-Za-z0-9][\w.-]*$/, "letters, digits and _ . - only");

/** A registry's host and port, and a path where it has one. */
export const registry = matching(
  /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
  "a host, or host:port, without https:// (letters, digits and _ . - / : only)",
);

/** An engine's address; kolla-build is given podman's on its command line. */
export const endpoint = matching(
  /^[a-z][a-z0-9+.-]*:\/\/[^\s$]+$/,
  "an address with its scheme, as in unix:///run/docker.sock, without $",
);

/** `${env.NAME}`, the only thing that Maven fills in in what we give it. */
const VARIABLE = /\$\{env\.[A-Za-z_]\w*\}/g;

/** A Maven repository's address. */
const mavenUrl = noted(text.refine(isMavenUrl), {
  allowed: "a URL without credentials (https, http or file; ${env.NAME} in it is filled in)",
});

function isMavenUrl(value: string): boolean {
  const filled = value.replaceAll(VARIABLE, "x");
  if (filled.includes("${") || /\s/.test(filled)) return false;
  // the whole address stands in a variable
  if (/^\$\{env\.\w+\}/.test(value)) return true;
  try {
    const url = new URL(filled);
    if (url.protocol === "file:") return fileURLToPath(url).startsWith("/");
    return ["https:", "http:"].includes(url.protocol) && url.username === "" && url.password === "";
  } catch {
    return false;
  }
}

const mavenUser = noted(
  text.refine((value) => !value.replaceAll(VARIABLE, "").includes("${")),
  {
    allowed: "a name, or the name of a variable as in ${env.NAME}",
  },
);

/** No password stands in a file, neither the settings' nor Maven's. */
const mavenPassword = noted(text.regex(/^\$\{env\.[A-Za-z_]\w*\}$/), {
  allowed: "the name of a variable as in ${env.NAME}: no password stands in a file",
  secret: true,
});

/** How a settings.xml names a repository: Maven keeps one name for itself, and so do we. */
export const repositoryId = matching(
  /^(?!local$|osc-kolla-mirror$)[A-Za-z0-9][\w.-]*$/,
  "letters, digits and _ . - only, and neither local nor osc-kolla-mirror",
);

/** A Maven repository, by its URL or with a login. */
export const mavenRepository = z
  .union([
    mavenUrl,
    z
      .strictObject({
        url: mavenUrl,
        username: mavenUser.optional(),
        password: mavenPassword.optional(),
      })
      .refine(({ username, password }) => username !== undefined || password === undefined, {
        message: "a password needs a username beside it",
        path: ["password"],
      }),
  ])
  .meta({
    allowed: "a URL without credentials (https, http or file), or a map of url, username and password (as ${env.NAME})",
  });

/** A plugin of OSC, here or elsewhere. */
export const plugin = z
  .union([barFile, z.strictObject({ url: barUrl, sha256 })])
  .meta({ allowed: "a path of a file called *.bar, or a map of url and sha256" });

/** A JRE, here or elsewhere. */
export const jre = z
  .union([jreFile, z.strictObject({ url: jreUrl, sha256 })])
  .meta({ allowed: "a path of a file called *.tar.gz, *.tgz or *.tar, or a map of url and sha256" });

/** The formats of archives. */
export const archiveFormats = noted(z.array(z.enum(["tar.gz", "tar.zst", "tar"])).min(1), {
  allowed: "a list of one or more of tar.gz, tar.zst and tar",
});

/** How hard a compressor tries. */
export const levelTo = (most: number) =>
  noted(z.int().min(1).max(most), { allowed: `a number from 1 (fast) to ${String(most)} (small)` });

/** The last second that the header of a tar can hold (ustar: eleven octal digits). */
const LAST_TIME = 0o77777777777;

/** The time of an archive's entries. */
export const entryTime = noted(z.int().min(0).max(LAST_TIME), {
  allowed: `a number of seconds since 1970, ${String(LAST_TIME)} at most`,
});
