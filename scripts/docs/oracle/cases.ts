// SPDX-License-Identifier: Apache-2.0
/**
 * Broken configurations of kolla, with what `osc-kolla doctor --kolla` and what kolla-build say of each.
 * test/integration/oracle.test.ts asks both; docs/oracle.md is made of this.
 */

export interface OracleCase {
  /** what is wrong, for the page */
  readonly wrong: string;
  /** by path in the case's folder, which is HOME and the working directory too */
  readonly files: Readonly<Record<string, string>>;
  /** arguments of kolla-build */
  readonly args: readonly string[];
  readonly level: "warning" | "bad";
  /** what the oracle finds; paths are relative to the case's folder */
  readonly found: string;
  /** the first line of what it says that mends it */
  readonly mend: string;
  /** the last line of kolla-build, which fails; null: with --template-only it ends with 0,
   * and says nothing. The files of all such cases have
   * names of their own: they are in force together */
  readonly kolla: string | null;
}

const conf = (...lines: readonly string[]): string => ["[DEFAULT]", "base = debian", ...lines, ""].join("\n");
const override = (...lines: readonly string[]): string => ["{% extends parent_template %}", ...lines, ""].join("\n");

const CONF = ["--config-file", "my.conf"];
const given = (file: string): string[] => ["--config-file", file];
const TWO = conf("template_override = a.j2", "template_override = b.j2");

export const CASES: readonly OracleCase[] = [
  {
    wrong: "An option is misspelt.",
    files: { "misspelt.conf": conf("namspace = acme") },
    args: given("misspelt.conf"),
    level: "warning",
    found: 'misspelt.conf:3: kolla has no option "namspace" in [DEFAULT]: it is not used',
    mend: "Did you mean namespace?",
    kolla: null,
  },
  {
    wrong: "An option is written with dashes, as on the command line.",
    files: { "dashes.conf": conf("image-name-prefix = acme-") },
    args: given("dashes.conf"),
    level: "warning",
    found: 'dashes.conf:3: kolla has no option "image-name-prefix" in [DEFAULT]: it is not used',
    mend: "In a file it is written image_name_prefix; only on the command line it has dashes.",
    kolla: null,
  },
  {
    wrong: "A section is written in small letters.",
    files: { "small.conf": `${conf()}\n[default]\nregistry = registry.example.org\n` },
    args: given("small.conf"),
    level: "warning",
    found: 'small.conf:4: kolla knows no section or image "default": what stands in it is not used',
    mend: "Write [DEFAULT], in capitals.",
    kolla: null,
  },
  {
    wrong: "An image's section is misspelt.",
    files: { "section.conf": `${conf()}\n[nova-compte]\ntype = local\nlocation = /srv/nova\n` },
    args: given("section.conf"),
    level: "warning",
    found: 'section.conf:4: kolla knows no section or image "nova-compte": what stands in it is not used',
    mend: "Did you mean nova-compute?",
    kolla: null,
  },
  {
    wrong: "`--config-file` switches the default file off.",
    files: { ".kolla/kolla-build.conf": conf("namespace = acme"), "default.conf": conf("push = False") },
    args: given("default.conf"),
    level: "warning",
    found: ".kolla/kolla-build.conf is not read: a --config-file switches it off, and with it base, namespace",
    mend: "Name it too, first: --config-file .kolla/kolla-build.conf",
    kolla: null,
  },
  {
    wrong: "A folder of patches is not there.",
    files: { "patches.conf": conf("patches_path = pathces") },
    args: given("patches.conf"),
    level: "warning",
    found: "patches.conf:3: patches_path is pathces, which is not there",
    mend: "A relative path is taken from the working directory of kolla-build, never from the file.",
    kolla: null,
  },
  {
    wrong: "A profile names an image that there is not.",
    files: { "profile.conf": `${conf()}\n[profiles]\nmine = ^cron$,^keysone$\n` },
    args: [...given("profile.conf"), "--profile", "mine"],
    level: "warning",
    found: 'profile.conf:5: profile mine: "^keysone$" matches no image',
    mend: "Did you mean keystone?",
    kolla: null,
  },
  {
    wrong: "An override's block is misspelt.",
    files: {
      "block.conf": conf("template_override = block.j2"),
      "block.j2": override("{% block cron_foter %}", "{% endblock %}"),
    },
    args: given("block.conf"),
    level: "warning",
    found: 'block.j2:2: no template has a block "cron_foter": it is not used',
    mend: "Did you mean cron_footer?",
    kolla: null,
  },
  {
    wrong: "A variable that customizes a list is misspelt.",
    files: {
      "variable.conf": conf("template_override = variable.j2"),
      "variable.j2": override("{% set cron_package_append = ['jq'] %}"),
    },
    args: given("variable.conf"),
    level: "warning",
    found: 'variable.j2:2: no template asks for "cron_package_append": it is not used',
    mend: "Did you mean cron_packages_append?",
    kolla: null,
  },
  {
    wrong: "A line of a second override has the word extends.",
    files: {
      "extends.conf": conf("template_override = first.j2", "template_override = extends.j2"),
      "first.j2": override(),
      "extends.j2": override("{% set cron_packages_append = ['cron-extends'] %}"),
    },
    args: given("extends.conf"),
    level: "warning",
    found:
      "extends.j2:2: kolla deletes this line, because it has the word extends: {% set cron_packages_append = ['cron-extends'] %}",
    mend: "From the second override on every such line goes: keep that word alone on the first line.",
    kolla: null,
  },
  {
    wrong: "An image of one's own is called as one of kolla's.",
    files: {
      "namesake.conf": conf("docker_dir = images"),
      "images/cron/Dockerfile.j2": "FROM {{ namespace }}/{{ image_prefix }}base:{{ tag }}\n",
    },
    args: given("namesake.conf"),
    level: "warning",
    found: "images/cron takes the place of kolla's own image cron",
    mend: "kolla's own is in KOLLA/cron; a template override changes a part of it.",
    kolla: null,
  },
  {
    wrong: "Two overrides define the same block.",
    files: {
      "my.conf": TWO,
      "a.j2": override("{% block cron_footer %}", "{% endblock %}"),
      "b.j2": override("", "{% block cron_footer %}", "{% endblock %}"),
    },
    args: CONF,
    level: "bad",
    found: "block cron_footer is defined twice: a.j2:2, b.j2:3",
    mend: "kolla joins all overrides to one template, in which a name stands once: define it in one place.",
    kolla: "ERROR:kolla.common.utils:block 'cron_footer' defined twice",
  },
  {
    wrong: "A second override has a mistake in its syntax.",
    files: {
      "my.conf": TWO,
      "a.j2": override("{# first #}"),
      "b.j2": override("{% block cron_footer %}", "{% endfor %}"),
    },
    args: CONF,
    level: "bad",
    found:
      "b.j2:3: Encountered unknown tag 'endfor'. Jinja was looking for the following tags: 'endblock'. The innermost block that needs to be closed is 'block'.",
    mend: "kolla-build stops here, whichever images are asked for.",
    kolla:
      "ERROR:kolla.common.utils:Encountered unknown tag 'endfor'. Jinja was looking for the following tags: 'endblock'. The innermost block that needs to be closed is 'block'.",
  },
  {
    wrong: "A second override fails when it is rendered.",
    files: {
      "my.conf": TWO,
      "a.j2": override("{# first #}"),
      "b.j2": override("{% block cron_footer %}", "RUN echo {{ site.name }}", "{% endblock %}"),
    },
    args: CONF,
    level: "bad",
    found: "b.j2:3: 'site' is undefined\nat cron",
    mend: "kolla-build stops here, whichever images are asked for.",
    kolla: "jinja2.exceptions.UndefinedError: 'site' is undefined",
  },
  {
    wrong: "A docker_dir is not there.",
    files: { "my.conf": conf("docker_dir = imags") },
    args: CONF,
    level: "bad",
    found: "my.conf:3: docker_dir is imags, which is not there",
    mend: "A relative path is taken from the working directory of kolla-build, never from the file.",
    kolla: "FileNotFoundError: [Errno 2] No such file or directory: 'imags'",
  },
  {
    wrong: "The source of an image is not there.",
    files: { "source.conf": `${conf()}\n[cron]\ntype = local\nlocation = srv/cron\n` },
    args: given("source.conf"),
    level: "bad",
    found: "source.conf:6: [cron] location is srv/cron, which is not there",
    mend: "A relative path is taken from the working directory of kolla-build, never from the file.",
    kolla: null,
  },
  {
    wrong: "A number is none.",
    files: { "my.conf": conf("threads = many") },
    args: CONF,
    level: "bad",
    found: "my.conf:3: argument --threads: Invalid Integer(min=1) value: many",
    mend: "kolla-build stops here, before it builds anything.",
    kolla: "argument --threads: Invalid Integer(min=1) value: many",
  },
  {
    wrong: "A profile is asked for that nobody defines.",
    files: { "my.conf": conf("profile = infa") },
    args: CONF,
    level: "bad",
    found: 'my.conf:3: there is no profile "infa"',
    mend: "Did you mean infra?",
    kolla: "ValueError: Profile: infa does not exist",
  },
];
