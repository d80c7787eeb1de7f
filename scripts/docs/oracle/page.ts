// SPDX-License-Identifier: Apache-2.0
/** docs/oracle.md: what the oracle says of broken configurations, beside what kolla-build says. */
import { CASES } from "./cases.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const code = (text: string): string => `\`${cell(text)}\``;

const rows = CASES.map(({ wrong, level, found, mend, kolla }) =>
  [cell(wrong), `${level}: ${code(found)} ${cell(mend)}`, kolla === null ? "nothing" : code(kolla)].join(" | "),
);

const TEXT = `# The oracle

<!-- Made from scripts/docs/oracle by \`npm run docs\`; changes here are lost. -->

kolla-build takes most mistakes in its configuration without a word: an option that it does not know, an override block
that no template has, a default file that is not read. \`osc-kolla doctor --kolla\` loads the same files through the
installed kolla's own oslo.config, its worker and its Jinja, in its Python, and tells what kolla makes of them.

\`\`\`sh
osc-kolla doctor --kolla                       # the line that \`osc-kolla image\` starts, with your default files
osc-kolla doctor --kolla --image nova-api -- --config-file kolla-build.conf   # your own line, for any image
osc-kolla doctor --kolla --against 20          # what another kolla would change
osc-kolla doctor --kolla --json                # everything, with the options of all sections
\`\`\`

It tells

- the command line that is asked about, and the files that kolla reads, in its order;
- every option with its value and where that comes from: a file's line, the command line, the environment, or kolla's default;
- the Dockerfiles of osc-base and osc as kolla renders them, or that of \`--image\`. Before \`osc-kolla context\` has written
  what is in osc-base, our templates are taken without it;
- what is wrong. A warning is a fault that kolla passes over; it stops at what is bad.

Without \`--image\`, every template is rendered, as kolla-build does it (8 to 17 s of CPU): a fault in the template of one
image stops it, whichever images are asked for. With \`--image\` only that image is, and what it stands on (2 s). With an image
that is not of ours the line is yours: what stands behind \`--\`, and nothing of osc-kolla's settings.

\`--against\` takes a Python venv that holds kolla, a kolla-build, or a release (18, 22.2), which is looked for on PATH, beside the
venv of \`kolla.command\` and in the working directory; nothing is installed. It tells which values change, which images come and
go, what changes in the Dockerfile, and which faults the configuration would have then and has not now.

It ends with 0 where kolla-build would not stop, with 2 where it would or where the question is wrong, with 3 where a kolla
is missing. It builds nothing and asks no container engine for anything but its version; what is rendered lies in a folder below
TMPDIR, and is removed. Secrets are masked. Its sight ends at the Dockerfiles: whether a package exists, the build tells.

## Broken configurations

Each was made, and put to both (\`test/integration/oracle.test.ts\`, with the kolla of requirements.txt). Where kolla-build says nothing, its
\`--template-only\` ends with 0. The words of kolla-build are the last line of what it prints.

What is wrong | The oracle | kolla-build
--- | --- | ---
${rows.join("\n")}
`;

export const oraclePage = (): string => TEXT;
