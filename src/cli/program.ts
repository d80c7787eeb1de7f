// SPDX-License-Identifier: Apache-2.0
/** The commands as people type them. */
import { Command, Option } from "commander";
import type { BuildCommand } from "../stages/commands.ts";
import { type ExitCode, usage } from "../system/errors.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import { addInspections } from "./inspections.ts";
import type { Io } from "./io.ts";
import {
  addBuildOptions,
  addSettingOptions,
  type BuildOptions,
  type CleanOptions,
  type ContextOptions,
} from "./options.ts";
import { settleColor, wantsColor } from "./terminal.ts";

const BUILD_COMMANDS: readonly (readonly [BuildCommand, string, string])[] = [
  ["image", "build OSC and make the images osc-base and osc", "osc-kolla image --ref master --tag 1.0 -- --threads 2"],
  ["context", "build OSC and write what the stock kolla-build needs", "osc-kolla context --output-dir /srv/osc"],
  ["tarball", "build OSC and pack it for packagers", "osc-kolla tarball --ref master"],
];

const DROP_IN = "also write the conf for kolla's drop-in folder, into that folder or (default) into the output folder";

const PASSED_ON = "\nWhat stands after -- goes to kolla-build as it is.\n";

/**
 * The command line of the tool.
 *
 * @param kollaArguments what stood after `--`
 * @param version of the tool
 * @param ended is told the exit code of a command that ends without an error, and not with 0
 */
export function makeProgram(
  kollaArguments: readonly string[],
  version: string,
  io: Io,
  ended: (exitCode: ExitCode) => void,
): Command {
  const program = new Command("osc-kolla")
    .description("Builds Open Security Controller (OSC) from source and has the stock kolla-build make images of it.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // reported with all other errors
      writeErr: () => undefined,
    });
  for (const [name, description, example] of BUILD_COMMANDS) {
    const command = addBuildOptions(program.command(name).description(description));
    if (name === "context") command.option("--drop-in [folder]", DROP_IN);
    command
      .addHelpText("after", `${name === "tarball" ? "" : PASSED_ON}\nExample:\n  ${example}`)
      .action(async (options: ContextOptions) => {
        // before listr2 is loaded, which is below
        settleColor(wantsColor(options.color, io.stderr, io.env), process.env);
        if (name !== "image" && options.save !== undefined) throw usage("--save is an option of image");
        if (name === "tarball" && kollaArguments.length > 0)
          throw usage("tarball runs no kolla-build: nothing may stand after --");
        const { runBuildCommand } = await import("./commands/build.ts");
        await runBuildCommand(name, options, kollaArguments, io);
      });
  }
  addConfigCommands(program, io);
  addSettingOptions(program.command("clean").description("remove what these settings no longer need, and say how much"))
    .option("--all", "everything that osc-kolla made in its work and output folders")
    .option("--images", "the images that it made, too")
    .option("--dry-run", "say what would be removed")
    .option("--json", "one JSON object on stdout, and nothing else")
    .addHelpText("after", "\nExample:\n  osc-kolla clean --all --images --dry-run")
    .action(async (options: CleanOptions) => {
      const { runCleanCommand } = await import("./commands/clean.ts");
      await runCleanCommand(options, io);
    });
  addDoctorCommand(program, kollaArguments, io, ended);
  addInspections(program, io, ended);
  return program;
}

function addConfigCommands(program: Command, io: Io): void {
  const load = () => import("./commands/config.ts");
  const config = addSettingOptions(program.command("config"))
    .description("show every setting, its value, and where that came from")
    .option("--json", "one JSON object on stdout, and nothing else")
    .addHelpText("after", "\nExample:\n  osc-kolla config --config fixtures/demo.yaml")
    .argument("[command]")
    .usage("[options] [command]")
    .action(async (word: string | undefined, options: BuildOptions) => {
      if (word !== undefined) await refuseCommand(word, config);
      await (await load()).runConfigCommand(options, io);
    });
  config
    .command("init")
    .description("write a settings' file with every setting, its meaning and its default, all commented out")
    .argument("[file]", "where to (default: osc-kolla.yaml)")
    .option("--force", "replace the file that is there")
    .addHelpText("after", "\nExample:\n  osc-kolla config init")
    .action(async (file: string | undefined, options: { force?: true }) =>
      (await load()).runConfigInit(file, options, io),
    );
  config
    .command("schema")
    .description("print the JSON schema of the settings' file, for editors")
    .addHelpText("after", "\nExample:\n  osc-kolla config schema > osc-kolla.schema.json")
    .action(async () => (await load()).runConfigSchema(io));
}

/** commander guesses what a misspelt command means, but not below a command that does something itself. */
async function refuseCommand(word: string, below: Command): Promise<never> {
  const { noSuch } = await import("../config/nearest.ts");
  const known = below.commands.map((one) => one.name());
  throw usage(noSuch("command ", word, known));
}

const DOCTOR_EXAMPLES = `Example:
  osc-kolla doctor --network
  osc-kolla doctor --kolla --against 20
  osc-kolla doctor --kolla --image nova-api -- --config-file kolla-build.conf`;

/** @throws USAGE (exit 2) for what only the oracle answers */
function requireKolla({ kolla, image, against, network }: DoctorOptions): void {
  if (kolla === true && network === true) throw usage("--kolla asks no other machine: leave --network out");
  const given = [image === undefined ? undefined : "--image", against === undefined ? undefined : "--against"];
  const alone = given.find((name) => name !== undefined);
  if (kolla !== true && alone !== undefined) throw usage(`${alone} is an option of --kolla`);
}

function addDoctorCommand(
  program: Command,
  kollaArguments: readonly string[],
  io: Io,
  ended: (exitCode: ExitCode) => void,
): void {
  addSettingOptions(program.command("doctor"))
    .description("look whether this machine has what `image` needs, and say what mends it; writes nothing")
    .option("--network", "also ask each repository and registry that the settings name")
    .option(
      "--kolla",
      "instead, tell what the installed kolla makes of the configuration, and what it does not say itself",
    )
    .option("--image <name>", "with --kolla: any image of kolla's or yours, and kolla-build as you would call it")
    .option("--against <kolla>", "with --kolla: what another kolla would change; a venv, a kolla-build, or a release")
    .option("--json", "one JSON object on stdout, and nothing else")
    .addOption(new Option("--no-color", "no colours"))
    .addHelpText("after", `\n${DOCTOR_EXAMPLES}`)
    .action(async (options: DoctorOptions) => {
      requireKolla(options);
      const { runDoctorCommand } = await import("./commands/doctor.ts");
      ended(await runDoctorCommand(options, kollaArguments, io));
    });
}
