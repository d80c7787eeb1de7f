// SPDX-License-Identifier: Apache-2.0
/** The truststore that Maven's Java is given: Java reads no PEM files, nor the variables that name them. */
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { trustedFiles } from "../system/authorities.ts";
import { messageOf } from "../system/errors.ts";
import { lastLines, runProcess } from "../system/process.ts";
import type { ProgramContext } from "../system/programs.ts";
import { javaEnvironment } from "./java.ts";

interface TrustContext extends ProgramContext {
  readonly warn: (line: string) => void;
}

/**
 * What Maven on this machine shall trust, as the content of a truststore: what its Java trusts anyway, and what all other
 * programs here do: the machine's authorities, and those that SSL_CERT_FILE and its like name.
 *
 * @param runtime the home of the Java that Maven runs on; one that is not there (a maven.command may enter a container)
 * adds nothing
 * @returns undefined where Java's own choice stands: the operator has named a truststore, or there is nothing to add
 */
export async function truststoreFor(runtime: string | null, context: TrustContext): Promise<Buffer | undefined> {
  if (context.env["MAVEN_OPTS"]?.includes("javax.net.ssl.trustStore") === true) return undefined;
  const files = trustedFiles(context.env);
  if (files.length === 0) return undefined;
  try {
    const contents = await Promise.all(files.map((file) => readFile(file, "utf8")));
    return truststore([await authoritiesOf(runtime, context), ...contents].flatMap(certificatesIn));
  } catch (thrown) {
    context.signal.throwIfAborted();
    context.warn(`Maven trusts the certificate authorities of its own Java alone: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** Where Java looks for its authorities, the first one counts; a JDK 8 tells its runtime's home or its own. */
const STORES = ["lib/security", "jre/lib/security"].flatMap((folder) =>
  ["jssecacerts", "cacerts"].map((name) => join(folder, name)),
);

/**
 * The authorities that a Java trusts by itself, in PEM.
 *
 * @throws Error with the words of its keytool
 */
async function authoritiesOf(runtime: string | null, context: TrustContext): Promise<string> {
  const stores = runtime === null ? [] : STORES.map((name) => join(runtime, name));
  const there = await Promise.all(stores.map((file) => fsExtra.pathExists(file)));
  const store = stores.find((_, index) => there[index]);
  if (runtime === null || store === undefined) return "";
  const { env, cwd, signal, remember } = context;
  return remember("authorities", [store], async () => {
    const file = join(runtime, "bin/keytool");
    // Java's own password; a store that has none takes any
    const args = ["-list", "-rfc", "-keystore", store, "-storepass", "changeit"];
    const result = await runProcess({ file, args, cwd, env: javaEnvironment(env), signal, timeout: 60_000 });
    if (result.exitCode !== 0) throw new Error(`${file} cannot read ${store}: ${lastLines(result, 1)}`);
    return result.stdout;
  });
}

/** The certificates in a PEM file, each once, in DER; what is none is left out, for one such would spoil the store. */
function certificatesIn(pem: string): Buffer[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).flatMap((one) => {
    try {
      return [new X509Certificate(one).raw];
    } catch {
      return [];
    }
  });
}

/**
 * A truststore in the format JKS, which every Java from 8 on reads by whatever name its default has. The format is
 * told in OpenJDK's sun.security.provider.JavaKeyStore.
 */
function truststore(certificates: readonly Buffer[]): Buffer {
  const unique = [...new Map(certificates.map((one) => [one.toString("base64"), one])).values()];
  const entries = unique.map((der, index) =>
    // a trusted certificate, its alias, no date
    Buffer.concat([number(2), text(String(index)), Buffer.alloc(8), text("X.509"), number(der.length), der]),
  );
  const content = Buffer.concat([number(0xfeedfeed), number(2), number(entries.length), ...entries]);
  const password = Buffer.from("changeit", "utf16le").swap16();
  const digest = createHash("sha1").update(password).update("Mighty Aphrodite").update(content).digest();
  return Buffer.concat([content, digest]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value.length);
  return Buffer.concat([bytes, Buffer.from(value, "ascii")]);
}
