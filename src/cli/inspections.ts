// SPDX-License-Identifier: Apache-2.0
/** The commands that look into what came out, as people type them. */
import { type Command, Option } from "commander";
import type { ExitCode } from "../system/errors.ts";
import type { DiffOptions } from "./commands/diff.ts";
import type { VerifyOptions } from "./commands/verify.ts";
import type { Io } from "./io.ts";
import { addSettingOptions, type BuildOptions } from "./options.ts";

const DIFF_EXAMPLES = `Each is an output folder, a distribution, an archive, a jar, a saved image, or the name of an image in the engine.

Examples:
  osc-kolla diff osc-1.0.0.tar.gz osc-1.0.1.tar.gz
  osc-kolla diff --exit-code build/ ../other/build/
  osc-kolla diff kolla/osc:1.0 kolla/osc:1.1`;

const VERIFY_EXAMPLES = `Examples:
  osc-kolla verify build/tarballs
  osc-kolla verify --image kolla/osc:1.0 build/
  osc-kolla verify --rebuild build/tarballs`;

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
  addSettingOptions(
    program.command("verify").description("hold what was published against itself, its image, its source"),
  )
    .argument("<dir>", "the folder of the published archives, or an output folder")
    .option("--image <name>", "also an image: a saved one, or one in the engine")
    .option("--rebuild", "also build it again from what its provenance names, and compare file by file")
    .option("--json", "one JSON object on stdout, and nothing else")
    .option("-q, --quiet", "no progress of a build")
    .option("-v, --verbose", "what each program of a build prints")
    .addOption(new Option("--no-color", "no colours"))
    .addHelpText("after", `\n${VERIFY_EXAMPLES}`)
    .action(async (dir: string, options: VerifyOptions) => {
      const { runVerifyCommand } = await import("./commands/verify.ts");
      await runVerifyCommand(dir, options, io);
    });
}
