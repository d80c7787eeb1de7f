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
  const { env, signal, remember, warn } = context;
  if (env["MAVEN_OPTS"]?.includes("javax.net.ssl.trustStore") === true) return undefined;
  const files = trustedFiles(env);
  if (files.length === 0) return undefined;
  try {
    const store = await storeOf(runtime);
    // each run of Maven wants it, and it takes half a second
    const made = await remember("truststore", [...(store === undefined ? [] : [store.file]), ...files], async () => {
      const contents = await Promise.all(files.map((file) => readFile(file, "utf8")));
      const own = store === undefined ? [] : [await authoritiesIn(store, context)];
      return truststore(certificatesIn([...own, ...contents])).toString("base64");
    });
    return Buffer.from(made, "base64");
  } catch (thrown) {
    signal.throwIfAborted();
    warn(`Maven trusts the certificate authorities of its own Java alone: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** Where a Java keeps the authorities that it trusts by itself, and what reads it. */
interface Store {
  readonly file: string;
  readonly keytool: string;
}

/** Where Java looks for its authorities, the first one counts; a JDK 8 tells its runtime's home or its own. */
const STORES = ["lib/security", "jre/lib/security"].flatMap((folder) =>
  ["jssecacerts", "cacerts"].map((name) => join(folder, name)),
);

async function storeOf(runtime: string | null): Promise<Store | undefined> {
  if (runtime === null) return undefined;
  const stores = STORES.map((name) => join(runtime, name));
  const there = await Promise.all(stores.map((file) => fsExtra.pathExists(file)));
  const file = stores.find((_, index) => there[index]);
  return file === undefined ? undefined : { file, keytool: join(runtime, "bin/keytool") };
}

/**
 * The authorities in a store, in PEM.
 *
 * @throws Error with the words of its keytool
 */
async function authoritiesIn({ file, keytool }: Store, { env, cwd, signal }: TrustContext): Promise<string> {
  // Java's own password; a store that has none takes any. Compiled once is enough for so short a run.
  const args = ["-J-XX:TieredStopAtLevel=1", "-list", "-rfc", "-keystore", file, "-storepass", "changeit"];
  const result = await runProcess({
    file: keytool,
    args,
    cwd,
    env: javaEnvironment(env),
    signal,
    timeout: 60_000,
  });
  if (result.exitCode !== 0) throw new Error(`${keytool} cannot read ${file}: ${lastLines(result, 1)}`);
  return result.stdout;
}

/** The certificates in PEM files, each once, in DER; what is none is left out, for one such would spoil the store. */
function certificatesIn(pems: readonly string[]): Buffer[] {
  const found = pems.flatMap((pem) => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []);
  // most stand in several files, with line ends of each; to look into one takes its time
  return [...new Set(found.map((one) => one.replaceAll("\r", "")))].flatMap((one) => {
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
  const entries = certificates.map((der, index) =>
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
