// SPDX-License-Identifier: Apache-2.0
/** The options that commands share, and the settings that they stand for. */
import { type Command, InvalidArgumentError, Option } from "commander";

/** Options by the names that commander gives them. */
export interface BuildOptions {
  readonly config?: string;
  readonly set?: readonly (readonly [string, string])[];
  readonly dryRun?: true;
  readonly force?: true;
  readonly from?: string;
  readonly offline?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color: boolean;
}

export interface ContextOptions extends BuildOptions {
  /** of image alone */
  readonly save?: string;
  /** a folder; true: the output folder's */
  readonly dropIn?: string | true;
}

export interface CleanOptions extends BuildOptions {
  readonly all?: true;
  readonly images?: true;
}

/** Options that stand for one setting each; kolla's own names where kolla has one. */
export const SETTING_OPTIONS: readonly (readonly [flags: string, key: string, help: string, isList?: true])[] = [
  ["--source-url <url>", "source.url", "the repository of OSC: a URL or a path"],
  ["--ref <ref>", "source.ref", "branch, tag or commit of OSC"],
  ["--work-dir <dir>", "work_dir", "clones, Maven home, trees, logs, state"],
  ["--output-dir <dir>", "output_dir", "what comes out"],
  ["--lock-timeout <seconds>", "lock_timeout", "how long to wait for another run that holds a folder"],
  [
    "--kolla-config <file>",
    "kolla.config",
    "your own kolla-build.conf, not kolla's default file; may be repeated",
    true,
  ],
  ["--base <distribution>", "kolla.base", "kolla's --base"],
  ["--base-tag <tag>", "kolla.base_tag", "kolla's --base-tag"],
  ["--base-arch <arch>", "kolla.base_arch", "kolla's --base-arch"],
  ["--platform <platform>", "kolla.platform", "kolla's --platform"],
  ["--tag <tag>", "kolla.tag", "kolla's --tag"],
  ["--namespace <name>", "kolla.namespace", "kolla's --namespace"],
  ["--registry <host>", "kolla.registry", "kolla's --registry"],
  ["--engine <engine>", "kolla.engine", "kolla's --engine: docker or podman"],
  ["--buildkit-builder <name>", "kolla.buildkit_builder", "kolla's --buildkit-builder"],
  ["--push", "kolla.push", "kolla's --push"],
  ["--save <file>", "image.save", "with image: also save both images into one *.tar"],
];

/** Adds the options that choose settings. */
export function addSettingOptions(command: Command): Command {
  command
    .option("--config <file>", "the settings' file (default: osc-kolla.yaml, where there is one)")
    .option("--set <key=value>", "any setting; may be repeated", collectSetting);
  for (const [flags, , help, isList] of SETTING_OPTIONS) {
    if (isList === true) command.option(flags, help, collectText);
    else command.option(flags, help);
  }
  return command;
}

/** Adds the options of the commands that build. */
export function addBuildOptions(command: Command): Command {
  return addSettingOptions(command)
    .option("--dry-run", "say what would be done and why; touch nothing, ask no other machine")
    .option("--force", "do everything again")
    .option("--from <stage>", "do this stage and all after it again")
    .option("--offline", "ask no other machine; what is not here yet is named (exit 3)")
    .option("--json", "one JSON object on stdout, and nothing else")
    .option("-q, --quiet", "no progress")
    .addOption(new Option("-v, --verbose", "what each program prints, and why each stage runs").conflicts("quiet"))
    .addOption(new Option("--no-color", "no colours"));
}

function collectSetting(text: string, before: readonly (readonly [string, string])[] = []) {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("it must be KEY=VALUE");
  return [...before, [text.slice(0, at), text.slice(at + 1)] as const];
}

const collectText = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** [key, text, origin] of every setting that the command line gives. */
export function settingsOf(options: BuildOptions): (readonly [string, string, string])[] {
  const given = options as unknown as Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  const named = SETTING_OPTIONS.flatMap(([flags, key]) => {
    const option = new Option(flags);
    const value = given[option.attributeName()];
    // a list is given as YAML
    const text = Array.isArray(value) ? JSON.stringify(value) : String(value);
    return value === undefined ? [] : [[key, text, String(option.long)] as const];
  });
  return [...(options.set ?? []).map(([key, value]) => [key, value, `--set ${key}`] as const), ...named];
}
