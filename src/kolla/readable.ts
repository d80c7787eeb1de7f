// SPDX-License-Identifier: Apache-2.0
/** Whether kolla can read the operator's configuration: asked of the installed kolla itself, before it has work to do. */
import { childEnvironment, type Environment } from "../system/environment.ts";
import { badConfiguration, missing } from "../system/errors.ts";
import { lastLines, runProcess } from "../system/process.ts";
import { type OperatorConfiguration, operatorArguments } from "./operator.ts";
import { interpreterOf, type KollaProgram } from "./program.ts";

/**
 * Runs in kolla's Python, with the arguments that name the files. It reads them as kolla-build does, and then every option
 * that this kolla knows: oslo.config looks at a value only when somebody asks for it. One fault a line, as in
 * "file:line: words".
 */
const SCRIPT = String.raw`
import re, sys
from oslo_config import cfg
from kolla.common import config

def line_of(file, group, name):
    section, found = "DEFAULT", 0
    with open(file) as lines:
        for number, line in enumerate(lines, 1):
            header = re.match(r"\[(.+)\]\s*$", line)
            if header:
                section = header.group(1)
            elif section == group and re.split("[=:]", line)[0].strip().replace("-", "_") == name:
                found = number
    return found

def undecodable(file):
    with open(file, "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                return "at line %d, %s" % (number, error.reason)

def parse_fault(error):
    at = re.search(r"^at (?:.*:|line )(\d+), (.*)", error.msg)
    return "%s:%s: %s" % (error.config_file, at.group(1), at.group(2)) if at else str(error)

def value_fault(conf, group, name, error):
    section = group or "DEFAULT"
    files = [f for f in used if line_of(f, section, name)]
    words = re.sub(r" from LocationInfo\(.*?detail='[^']*'\)", "", str(error.__context__ or error))
    where = "%s:%d" % (files[-1], line_of(files[-1], section, name)) if files else "kolla's configuration"
    return "%s: %s: %s" % (where, name, words)

used = []
read = cfg.ConfigParser._parse_file.__func__
def noting(parser, config_file, namespace):
    used.append(config_file)
    try:
        read(parser, config_file, namespace)
    except UnicodeDecodeError:
        raise cfg.ConfigFileParseError(config_file, undecodable(config_file))
cfg.ConfigParser._parse_file = classmethod(noting)

conf = cfg.ConfigOpts()
known = [(group, opt) for group, opts in config.list_opts() for opt in opts if not getattr(opt, "positional", False)]
for group, opt in known:
    conf.register_opt(opt, group)
faults = []
try:
    conf(args=sys.argv[1:], project="kolla", prog="kolla-build")
except cfg.ConfigFileParseError as error:
    faults.append(parse_fault(error))
except cfg.Error as error:
    faults.append(str(error))
for group, opt in [] if faults else known:
    try:
        conf[opt.dest] if group is None else conf[group][opt.dest]
    except (cfg.Error, ValueError) as error:
        faults.append(value_fault(conf, group, opt.dest, error))
print("\n".join(faults))
`;

const HINT =
  "Mend the file; kolla.config names those that count, and without it kolla's default file and its drop-ins do.";

/**
 * Makes sure that kolla reads what the operator configures, which it otherwise refuses only after minutes of other stages.
 * A kolla-build that is no Python script is not asked.
 *
 * @throws BAD_CONFIGURATION (exit 2) with his file, the line, and what kolla has against it
 * @throws MISSING (exit 3) when kolla's Python cannot be asked
 */
export async function requireReadable(
  kolla: KollaProgram,
  operator: OperatorConfiguration,
  { env, cwd, signal }: { readonly env: Environment; readonly cwd: string; readonly signal: AbortSignal },
): Promise<void> {
  const python = await interpreterOf(kolla);
  if (python === undefined) return;
  // isolated: -c alone would import what lies in the caller's folder
  const args = ["-I", "-c", SCRIPT, ...operatorArguments(operator)];
  const result = await runProcess({ file: python, args, cwd, env: childEnvironment(env), signal, timeout: 120_000 });
  if (result.exitCode !== 0) {
    throw missing(
      "asking kolla whether it reads your configuration",
      `${python}: ${lastLines(result, 1)}`,
      "Install kolla anew, with all that it needs: `make setup` (or `scripts/venv.sh`) makes a Python venv with it.",
    );
  }
  const faults = result.stdout.split("\n").filter((line) => line !== "");
  if (faults.length > 0) throw badConfiguration(faults, HINT);
}
