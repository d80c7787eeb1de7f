// SPDX-License-Identifier: Apache-2.0
/** The commands as people type them. */
import { Command, Option } from "commander";
import type { BuildCommand } from "../stages/commands.ts";
import { type ExitCode, usage } from "../system/errors.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { Io } from "./io.ts";
import { addBuildOptions, addSettingOptions, type BuildOptions } from "./options.ts";

const BUILD_COMMANDS: readonly (readonly [BuildCommand, string, string])[] = [
  ["image", "build OSC and make the images osc-base and osc", "osc-kolla image --ref master --tag 1.0 -- --threads 2"],
  ["context", "build OSC and write what the stock kolla-build needs", "osc-kolla context --output-dir /srv/osc"],
  ["tarball", "build OSC and pack it for packagers", "osc-kolla tarball --ref master"],
];

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
    addBuildOptions(program.command(name).description(description))
      .addHelpText("after", `${name === "tarball" ? "" : PASSED_ON}\nExample:\n  ${example}`)
      .action(async (options: BuildOptions) => {
        // listr2 looks for it when it is loaded, which is below
        if (!options.color) process.env["NO_COLOR"] = "1";
        if (name === "tarball" && kollaArguments.length > 0)
          throw usage("tarball runs no kolla-build: nothing may stand after --");
        const { runBuildCommand } = await import("./commands/build.ts");
        await runBuildCommand(name, options, kollaArguments, io);
      });
  }
  addSettingOptions(program.command("config").description("show every setting, its value, and where that came from"))
    .addHelpText("after", "\nExample:\n  osc-kolla config --config fixtures/demo.yaml")
    .action(async (options: BuildOptions) => {
      const { runConfigCommand } = await import("./commands/config.ts");
      await runConfigCommand(options, io);
    });
  addDoctorCommand(program, kollaArguments, io, ended);
  return program;
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
    .option("--json", "one JSON object on stdout, and nothing else")
    .addOption(new Option("--no-color", "no colours"))
    .addHelpText("after", "\nExample:\n  osc-kolla doctor --network")
    .action(async (options: DoctorOptions) => {
      const { runDoctorCommand } = await import("./commands/doctor.ts");
      ended(await runDoctorCommand(options, kollaArguments, io));
    });
}
