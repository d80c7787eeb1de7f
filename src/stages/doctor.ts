// SPDX-License-Identifier: Apache-2.0
/** Everything that a run of `image` stands on: what its stages need, and what of the machine can spoil it. */
import { readFileSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { inOrder } from "../pipeline/advance.ts";
import { type Check, defineCheck } from "../pipeline/check.ts";
import type { StageContext } from "../pipeline/stage.ts";
import { absentAuthorities, findAuthorities, trustedFiles } from "../system/authorities.ts";
import { homeOf } from "../system/environment.ts";
import { missing } from "../system/errors.ts";
import { howToInstall } from "../system/os-release.ts";
import { proxyFacts } from "../system/proxies.ts";
import { wantedBy } from "./commands.ts";

const homeCheck = defineCheck("home", "home folder", async ({ env }) => {
  const home = homeOf(env);
  const mend = "Set HOME to a folder of yours: export HOME=/path/to/it";
  if (home === undefined || env["HOME"] === undefined || env["HOME"] === "") {
    const found = home === undefined ? "passwd names none for this user" : `passwd says ${home}`;
    return { level: "warning", found: `HOME is not set, and ${found}`, mend };
  }
  const isWritable = await access(home, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  return isWritable ? home : { level: "warning", found: `HOME is ${home}, to which you may not write`, mend };
});

const proxiesCheck = defineCheck("proxies", "proxies", ({ env }) => {
  const { set, wrong, doubtful } = proxyFacts(env);
  if (wrong.length > 0) {
    const mend = "Write it as http://proxy.example.org:3128, or unset it.";
    throw missing("looking at the proxies", [...wrong, ...doubtful].join("\n"), mend);
  }
  const mend = "Set both spellings to the same http:// address, or unset those that are not meant.";
  return Promise.resolve(
    doubtful.length > 0 ? { level: "warning", found: doubtful.join("\n"), mend } : set.join(", ") || "none",
  );
});

const authoritiesCheck = defineCheck("authorities", "CA certificates", async ({ config, env }) => {
  const bundle = findAuthorities(env);
  const absent = absentAuthorities(env);
  if (absent.length > 0) {
    const found = absent.map(([name, value]) => `${name} is ${value}, which is not there`).join("\n");
    const mend = `Unset ${absent.map(([name]) => name).join(", ")}, or name a file that is there${bundle === undefined ? "" : `: ${bundle}`}.`;
    const urls = [config.source, ...config.libraries].map(({ url }) => url);
    // git trusts nobody then; the others fail only where they meet a server
    const isFatal = absent.some(([name]) => name === "GIT_SSL_CAINFO") && urls.some((url) => url.startsWith("https:"));
    if (isFatal) throw missing("looking for CA certificates", found, mend);
    return { level: "warning", found, mend };
  }
  const useless = trustedFiles(env).filter((file) => !holdsCertificates(file));
  if (useless.length > 0) {
    const found = useless.map((file) => `${file} cannot be read, or holds no certificate in PEM`).join("\n");
    return { level: "warning", found, mend: "Mend the file, or name another one with SSL_CERT_FILE." };
  }
  if (bundle !== undefined) return bundle;
  const packages = { "apt-get": "ca-certificates", dnf: "ca-certificates", zypper: "ca-certificates" };
  const mend = `${await howToInstall("them", packages)}, or name a file with SSL_CERT_FILE.`;
  return { level: "warning", found: "there is no file of them where distributions put it", mend };
});

function holdsCertificates(file: string): boolean {
  try {
    return /-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}

/** The checks, in the order in which they are told. */
export function doctorChecks(context: Pick<StageContext, "config">): readonly Check[] {
  const needed = inOrder(wantedBy("image", context)).flatMap(({ checks = [] }) => checks);
  return [...new Set([...needed, homeCheck, proxiesCheck, authoritiesCheck])];
}
