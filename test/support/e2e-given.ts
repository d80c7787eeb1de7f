// SPDX-License-Identifier: Apache-2.0
/** What an operator gives a container of OSC. */
import { chmod, writeFile } from "node:fs/promises";
import { expect } from "chai";
import fsExtra from "fs-extra";
import type { Bench } from "./e2e.ts";
import type { Container, Containers } from "./e2e-containers.ts";

/** How a container says which key it shows: what kind of key, and its fingerprint. */
export const FINGERPRINT = /https key: (.*) \(SHA-256 ([0-9A-F:]{95})\)/;

/** Of all keystores here. */
export const PASSWORD = "a-given-password";

/** Makes keystores, passwords and a java in the bench's folder; the options that mount them at /given. */
export async function makeStores(bench: Bench, containers: Containers, image: string): Promise<string[]> {
  const folder = bench.path("given");
  await fsExtra.ensureDir(folder);
  await writeFile(`${folder}/password`, `${PASSWORD}\n`);
  await writeFile(`${folder}/store-password`, "for+OSCs=own/stores\n");
  await writeFile(`${folder}/empty`, "");
  const pass = `-storepass ${PASSWORD} -keypass ${PASSWORD}`;
  const key = (store: string, alias: string) =>
    `keytool -genkeypair -alias ${alias} -keyalg RSA -dname CN=given -storetype PKCS12 -keystore /given/${store} ${pass}`;
  const script = [
    key("key.p12", "mine"),
    key("two-keys.p12", "one"),
    key("two-keys.p12", "two"),
    `keytool -exportcert -alias mine -keystore /given/key.p12 -storepass ${PASSWORD} -file /given/cert`,
    `keytool -importcert -noprompt -alias partner -file /given/cert -keystore /given/trust.jks -storepass ${PASSWORD}`,
    `keytool -importcert -noprompt -alias internal -file /given/cert -keystore /given/clash.jks -storepass ${PASSWORD}`,
    // a java that says of itself what Java 21 says
    `printf '#!/bin/sh\\necho openjdk version \\\\"21.0.5\\\\" 2024-10-15 >&2\\n' >/given/java && chmod 755 /given/java`,
    "mkdir -p /given/jre/bin && mv /given/java /given/jre/bin/java && chmod 644 /given/*.p12 /given/*.jks",
  ].join(" && ");
  const given = ["--volume", `${folder}:/given`];
  const { code, stderr } = await containers.ended(image, given, "sh", "-c", script);
  expect(code, stderr).to.equal(0);
  await chmod(`${folder}/password`, 0o644);
  await chmod(`${folder}/store-password`, 0o644);
  return given;
}

/** The options that set variables in a container. */
export const environment = (values: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => ["--env", `${name}=${String(value)}`]);

/** The SHA-256 fingerprint of the certificate that a port shows. */
export async function fingerprintShown(container: Container, port: number): Promise<string> {
  const ask = `openssl s_client -connect 127.0.0.1:${String(port)} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256`;
  return (await container.exec("sh", "-c", ask)).stdout.trim().replace(/^.*=/, "");
}
