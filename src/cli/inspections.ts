// SPDX-License-Identifier: Apache-2.0
/** The commands that look into what came out, as people type them. */
import type { Command } from "commander";
import type { ExitCode } from "../system/errors.ts";
import type { DiffOptions } from "./commands/diff.ts";
import type { Io } from "./io.ts";
import { addSettingOptions, type BuildOptions } from "./options.ts";

const DIFF_EXAMPLES = `Each is an output folder, a distribution, an archive, a jar, a saved image, or the name of an image in the engine.

Examples:
  osc-kolla diff osc-1.0.0.tar.gz osc-1.0.1.tar.gz
  osc-kolla diff --exit-code build/ ../other/build/
  osc-kolla diff kolla/osc:1.0 kolla/osc:1.1`;

/**
 * Adds them.
 *
 * @param ended is told the exit code of a command that ends without an error, and not with 0
 */
export function addInspections(program: Command, io: Io, ended: (exitCode: ExitCode) => void): void {
  addSettingOptions(program.command("diff").description("tell what two outputs, archives or images of OSC differ in"))
    .argument("<a>", "what there was")
    .argument("<b>", "what is compared with it")
    .option("--exit-code", "end with 6 where anything differs; with 0 otherwise, as without this option")
    .option("-v, --verbose", "all lines, however many there are")
    .option("--json", "one JSON object on stdout, and nothing else")
    .addHelpText("after", `\n${DIFF_EXAMPLES}`)
    .action(async (a: string, b: string, options: DiffOptions) => {
      const { runDiffCommand } = await import("./commands/diff.ts");
      ended(await runDiffCommand(a, b, options, io));
    });
  addSettingOptions(program.command("explain").description("tell where a file of the image or the archive comes from"))
    .argument("<path>", "as in the image or in the archive")
    .option("--json", "one JSON object on stdout, and nothing else")
    .addHelpText("after", "\nExample:\n  osc-kolla explain /opt/vmidc/bin/jar/osc-server.jar")
    .action(async (path: string, options: BuildOptions) => {
      const { runExplainCommand } = await import("./commands/explain.ts");
      await runExplainCommand(path, options, io);
    });
}
