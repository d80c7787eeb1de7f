// SPDX-License-Identifier: Apache-2.0
/** The messages of kolla-build, of the engine that it drives, and of what runs in an image's steps. */
import type { Hint } from "../system/hints.ts";

const ROOM = "The engine's disk is full: make room for its data (`docker system df`, `docker image prune`).";

const OFFLINE_BASE =
  "The build reaches no such host. Behind a proxy, set http_proxy and https_proxy. On a machine without those hosts (kolla's base asks extrepo and key servers), add kolla-overrides/offline-base.j2 to kolla.template_override.";

const CERTIFICATE =
  "The image does not know the authority that signed this server's certificate, as behind a company's proxy: have a template override add it to base (update-ca-certificates), or use mirrors that need none.";

/** The first one that fits counts: what is special stands before what is general. */
export const KOLLA_HINTS: readonly Hint[] = [
  {
    says: "osc-base has no payload",
    sign: /has no payload/,
    hint: "The template override that osc-kolla writes beside its kolla-build.conf was not in force: give kolla-build that file, or let `osc-kolla image` do so.",
  },
  {
    says: "Unable to connect to container engine daemon … Permission denied",
    sign: /Unable to connect to container engine daemon[^]*(PermissionError|Permission denied)/,
    hint: "Your user may not use the engine: as root, add it to the group of the engine's socket (usermod -aG docker USER), and log in anew.",
  },
  {
    says: "Unable to connect to container engine daemon, exiting",
    sign: /Unable to connect to container engine daemon/,
    hint: "Start the engine, or point engine.endpoint (or DOCKER_HOST) at one that runs; `osc-kolla doctor` looks at it.",
  },
  {
    says: "… the Python library is not found",
    sign: /Python library is not found/,
    hint: "Install the engine's Python SDK beside kolla, with the same Python: pip install docker (or podman).",
  },
  {
    says: '"docker buildx" is not available',
    sign: /docker buildx" is not available/,
    hint: "Install docker's buildx plugin (Debian 13: apt-get install docker-buildx), or set kolla.buildkit to false.",
  },
  {
    says: "block 'x' defined twice",
    sign: /block '[^']*' defined twice/,
    hint: "kolla joins all override files into one template, and names only the first. Look for this block in every file of kolla.template_override and of your own kolla-build.conf, and keep it in one of them.",
  },
  {
    says: "Syntax error in template: template-overrides.j2",
    sign: /Syntax error in template/,
    hint: "One of the template overrides is wrong; kolla joins them all and names only the first. Leave them out one by one: kolla.template_override, and template_override in your own kolla-build.conf.",
  },
  {
    says: "jinja2.exceptions.UndefinedError: 'x' is undefined",
    sign: /UndefinedError: /,
    hint: "A template override uses a variable that this release of kolla does not have.",
  },
  {
    says: "FileNotFoundError: [Errno 2] No such file or directory: '…'",
    sign: /FileNotFoundError: .*No such file or directory/,
    hint: "A path that kolla-build was given is not there: see docker_dir and template_override in your own kolla-build.conf. Relative paths there count from the working directory, not from the file.",
  },
  {
    says: "ValueError: Profile: x does not exist",
    sign: /Profile: \S+ does not exist/,
    hint: "The profile `osc` is in the kolla-build.conf that osc-kolla writes: give kolla-build that file, behind your own.",
  },
  {
    says: "NoSuchOptError: no such option osc-user in group [DEFAULT]",
    sign: /NoSuchOptError: no such option \S+-user\b/,
    hint: "kolla before release 20 cannot take the section of a user that it does not know: remove [osc-user] from your kolla-build.conf (the templates make the user by themselves), or use a newer kolla.",
  },
  {
    says: "NoSuchOptError: no such option my-osc in group [profiles]",
    sign: /NoSuchOptError: no such option \S*-\S* in group \[profiles\]/,
    hint: "kolla cannot take a profile with a dash in its name: give it another name, in your kolla-build.conf and behind --profile.",
  },
  {
    says: "NoSuchOptError: no such option …",
    sign: /NoSuchOptError/,
    hint: "Your kolla-build.conf, or a template override, names an option that this release of kolla does not have.",
  },
  {
    says: "kolla-build: error: unrecognized arguments: …",
    sign: /unrecognized arguments/,
    hint: "What stands behind -- goes to kolla-build as it is; `kolla-build --help` lists what this release takes.",
  },
  {
    says: "argument --base: Invalid String(choices=[…]) value: …",
    sign: /argument --[\w-]+: Invalid /,
    hint: "This release of kolla does not take that value: see kolla.base and your own kolla-build.conf.",
  },
  { says: "No space left on device", sign: /No space left on device|\bENOSPC\b/, hint: ROOM },
  {
    says: "Only releases … are supported on debian",
    sign: /Only releases .* are supported on/,
    hint: "This release of kolla builds on another release of the distribution: leave kolla.base_tag out, or set it to the one that is named.",
  },
  {
    says: "x509: certificate signed by unknown authority",
    sign: /\bx509: /,
    hint: "The engine does not trust the registry's certificate: put its authority into /etc/docker/certs.d/HOST:PORT/ca.crt.",
  },
  {
    says: "manifest unknown; not found",
    sign: /manifest unknown|manifest for \S+ not found|^ *\S+:\S+: not found$/m,
    hint: "The registry has no such image: see kolla.base and kolla.base_tag. Is it in the engine already? Then set kolla.pull to false.",
  },
  {
    says: "no basic auth credentials; pull access denied; 401 Unauthorized; 403 Forbidden",
    sign: /pull access denied|requested access to the resource is denied|pulling from host \S+ failed with status code \[[^\]]*\]: 40[13]|^ *(unauthorized|denied)$|no basic auth credentials/m,
    hint: "The registry does not let you in, or has no such image: `docker login HOST` as the user who runs this, and see kolla.base, kolla.registry and kolla.namespace.",
  },
  {
    says: "dial tcp: lookup registry …: no such host",
    sign: /dial tcp[^\n]*(no such host|i\/o timeout|connection refused|network is unreachable)|proxyconnect tcp/,
    hint: "The engine does not reach the registry: give it your proxy (systemctl edit docker) or a mirror. Is the base image in the engine already? Then set kolla.pull to false.",
  },
  {
    says: "407 Proxy Authentication Required",
    sign: /\b407\b.*[Pp]roxy|CONNECT tunnel failed, response 407|code 407 from proxy|returned error: 407/,
    hint: "The proxy wants a user and a password: in http_proxy and https_proxy of this run's environment (they are in no log).",
  },
  {
    says: "SSL certificate problem; certificate verify failed",
    sign: /SSL certificate problem|certificate verify failed|[Cc]ertificate verification failed|SSLCertVerificationError/,
    hint: CERTIFICATE,
  },
  {
    says: "Could not resolve host; Name or service not known",
    sign: /Could not resolve|[Tt]emporary failure (in name resolution|resolving)|Name or service not known|keyserver receive failed|Could not download index YAML file/,
    hint: OFFLINE_BASE,
  },
  {
    says: "E: Release file for … is expired",
    sign: /Release file for \S+ is expired/,
    hint: "The package mirror is out of date, or this machine's clock is wrong. For a mirror that is kept on purpose, a template override may set Acquire::Check-Valid-Until to false.",
  },
  {
    says: "E: Failed to fetch … 404 Not Found; does not have a Release file",
    sign: /E: Failed to fetch \S+\s+404|does not have a Release file/,
    hint: "The package mirror has no such file. An old layer may hold an old list of packages: build again with `-- --nocache`. Otherwise the mirror is incomplete, or lacks this release of the distribution.",
  },
  {
    says: "COPY failed: file not found in build context",
    sign: /file not found in build context|^ *"\/\S+" not found: not found|: "\/[^"]*": not found/m,
    hint: "The template asks for a file that does not lie beside its Dockerfile.j2: see your template overrides.",
  },
  {
    says: "E: Unable to locate package …",
    sign: /E: Unable to locate package|has no installation candidate|No match for argument/,
    hint: "The distribution of kolla.base and kolla.base_tag has no package of that name: see your template overrides.",
  },
  {
    says: "exit code: 137",
    sign: /exit code: 137|non-zero code: 137|signal: killed/,
    hint: "The kernel ended the step, most often for want of memory: give the machine more, or build fewer images at once (-- --threads 1).",
  },
];
