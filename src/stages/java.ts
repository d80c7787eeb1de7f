// SPDX-License-Identifier: Apache-2.0
/** Whether the base has the Java that our images stand on: said before minutes of kolla-build. */
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { type Base, baseInForce } from "../kolla/base.ts";
import { findOperatorConfiguration } from "../kolla/operator.ts";
import type { JavaSource } from "../kolla/overrides.ts";
import { findKolla, type KollaProgram } from "../kolla/program.ts";
import { DISTRIBUTIONS, JRE_HOME, lacksJava, OSC_JAVA } from "../osc/java.ts";
import { defineCheck } from "../pipeline/check.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { badConfiguration, messageOf, missing } from "../system/errors.ts";
import { untilToldElsewhere } from "./checks.ts";

/** The largest repository file that is put into a Dockerfile, in bytes. */
const MOST = 16_384;

/** A base that kolla and our templates have. */
async function requireBase(kolla: KollaProgram, context: StageContext): Promise<Base> {
  const operator = await findOperatorConfiguration(context);
  const base = baseInForce(context.config, context.kollaArguments, operator, kolla.release);
  const bases = Object.keys(kolla.release.bases).sort();
  const usable = bases.filter((name) => DISTRIBUTIONS.includes(name)).join(", ");
  if (usable.split(", ").includes(base.name)) return base;
  const whose = bases.includes(base.name) ? "osc-kolla's templates are" : `kolla ${kolla.version} is`;
  throw missing(
    "looking at the base",
    `${whose} not for the distribution ${base.name}`,
    `Choose one of ${usable}: kolla.base (--base), or base in your kolla-build.conf.`,
  );
}

const shown = ({ name, tag }: Base): string => (tag === undefined ? name : `${name} ${tag}`);

/** The Java of osc-base. */
export const javaCheck = defineCheck("java", "Java in the image", async (context) => {
  const { java } = context.config.image;
  const kolla = await untilToldElsewhere(findKolla(context));
  if (kolla === undefined) return undefined;
  const base = await requireBase(kolla, context);
  if (java.jre !== undefined) return `a bundled JRE, on ${shown(base)}`;
  if (java.packages !== undefined || java.repository !== undefined) {
    await readRepository(java.repository);
    return `${java.packages?.join(", ") ?? "its packages"} of your settings, on ${shown(base)}`;
  }
  if (!lacksJava(base.name, base.tag)) return `Java ${String(OSC_JAVA)} of the distribution, on ${shown(base)}`;
  throw missing(
    "looking for a Java for the image",
    `no packaged Java ${String(OSC_JAVA)} runs on ${shown(base)}, on which kolla ${kolla.version} is going to build`,
    `Bundle a JRE (image.java.jre), or build on another base: ${others(kolla)}.`,
  );
});

/** Bases of this kolla that have a Java 8. */
function others({ release: { bases } }: KollaProgram): string {
  const good = Object.entries(bases).filter(([name, tag]) => DISTRIBUTIONS.includes(name) && !lacksJava(name, tag));
  return good.map(([name]) => `--base ${name}`).join(", ");
}

/**
 * The bases on which the build container can be made: its OpenSSL has to write a truststore that Java takes (-jdktrust,
 * from 3.2 on), which Ubuntu's does not.
 */
export async function requireBuildBase(context: StageContext): Promise<void> {
  const kolla = await findKolla(context);
  const base = await requireBase(kolla, context);
  const cause = lacksJava(base.name, base.tag) ? `no JDK ${String(OSC_JAVA)}` : "no OpenSSL 3.2";
  if (base.name !== "ubuntu" && !lacksJava(base.name, base.tag)) return;
  throw missing(
    "preparing the build container",
    `${shown(base)}, on which kolla ${kolla.version} is going to build it, has ${cause}`,
    "Install JDK 8 and Maven here (build.runner: host), or build on Debian trixie.",
  );
}

/** What the settings say of the image's Java, for the templates. */
export async function javaSource({ config: { image } }: Pick<StageContext, "config">): Promise<JavaSource> {
  const { packages, repository, jre } = image.java;
  const lines = await readRepository(repository);
  return {
    ...(jre === undefined ? {} : { bundled: `/${JRE_HOME}/bin/java` }),
    ...(packages === undefined ? {} : { packages }),
    ...(lines === undefined ? {} : { repository: { file: `osc-java${extname(String(repository))}`, lines } }),
  };
}

/** @throws BAD_CONFIGURATION (exit 2) for one that cannot be read or that an image must not carry */
async function readRepository(file: string | undefined): Promise<readonly string[] | undefined> {
  if (file === undefined) return undefined;
  const fault = (what: string) => badConfiguration([`image.java.repository: ${file} ${what}`]);
  const content = await readFile(file, "utf8").catch((thrown: unknown) => {
    throw fault(`cannot be read: ${messageOf(thrown)}`);
  });
  if (content.length > MOST) throw fault(`has more than ${String(MOST)} bytes`);
  // what stands in a Dockerfile is in the image's history
  if (/\w:\/\/[^/\s]*@|^\s*(username|password)\s*=/m.test(content))
    throw fault("has credentials in it, which an image would show");
  const lines = content.trimEnd().split(/\r?\n/);
  // eslint-disable-next-line no-control-regex -- what no line of a Dockerfile can hold
  if (lines.some((line) => /[\u0000-\u0008\u000b-\u001f\u007f]|<<|[{][{%#]/.test(line)))
    throw fault(
      "has control characters, <<, {{, {% or {#, which a Dockerfile or its template would take for something else",
    );
  return lines;
}
