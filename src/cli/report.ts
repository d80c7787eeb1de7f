// SPDX-License-Identifier: Apache-2.0
/** What a defect of ours leaves for those who mend it: a file that tells the run, without secrets. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import fsExtra from "fs-extra";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import { pathsOf } from "../pipeline/paths.ts";
import { messageOf } from "../system/errors.ts";
import { writeFileAtomic } from "../system/files.ts";
import { latestSteps } from "../system/log.ts";
import { SETUP_FILE, VERSION } from "../system/package.ts";
import { quote } from "../system/quote.ts";
import { mask } from "../system/secrets.ts";
import { isClaimed } from "../system/work-folder.ts";
import type { Io } from "./io.ts";
import { type BuildOptions, settingsOf } from "./options.ts";

/** How many of the run's last steps are told. */
const STEPS = 30;

/**
 * Writes a report of a defect: versions, the command line, the settings with where each came from, the stack, and the
 * last steps of the run. Credentials are masked in all of it.
 *
 * @param program as far as it has read the command line
 * @returns absolute path of the file, in the logs of the work folder where there is one, else in the temporary folder;
 * undefined when it cannot be written
 */
export async function writeReport(
  thrown: unknown,
  argv: readonly string[],
  program: Command,
  io: Io,
): Promise<string | undefined> {
  try {
    const settings = await settingsAgain(program, io).catch(() => undefined);
    const logs = settings === undefined ? undefined : await ownLogs(settings);
    const steps = logs === undefined ? [] : latestSteps(logs, STEPS);
    const name = `defect-${io.now().toISOString().replaceAll(/[:.]/g, "-")}-${String(process.pid)}.txt`;
    const file = join(logs ?? tmpdir(), name);
    const sections = [
      [`osc-kolla ${VERSION}`, ["Credentials are masked below; please read it all the same before you send it."]],
      ["Where", [`node ${process.version}, ${process.platform} ${process.arch}`]],
      ["Command line", [["osc-kolla", ...argv].map(quote).join(" ")]],
      ["What was thrown", [thrown instanceof Error ? (thrown.stack ?? messageOf(thrown)) : messageOf(thrown)]],
      ["Settings", settings === undefined ? ["could not be loaded"] : settingLines(settings)],
      ["The last steps of the run", steps],
    ] as const;
    const text = sections.map(([title, lines]) => `# ${title}\n\n${lines.join("\n")}\n`).join("\n");
    await writeFileAtomic(file, mask(text), 0o600);
    return file;
  } catch {
    // a full disk, a broken clock: the error itself is told all the same
    return undefined;
  }
}

/** The settings of the command that was typed, loaded once more: nothing of the run that failed is trusted. */
async function settingsAgain(program: Command, { env, cwd }: Io): Promise<LoadedConfig> {
  const command = program.commands.find((one) => one.name() === program.args[0]) ?? program;
  const options = command.opts<BuildOptions>();
  return loadConfig({ file: options.config, options: settingsOf(options), env, cwd, setupFile: SETUP_FILE });
}

async function ownLogs({ config }: LoadedConfig): Promise<string | undefined> {
  const { workDir, logs } = pathsOf(config);
  if (!(await isClaimed(workDir))) return undefined;
  await fsExtra.ensureDir(logs);
  return logs;
}

const settingLines = ({ settings }: LoadedConfig): string[] =>
  settings.map(({ key, value, origin }) => `${key}: ${value === undefined ? "-" : JSON.stringify(value)} (${origin})`);
