// SPDX-License-Identifier: Apache-2.0
/** Maven's messages, and those of the compiler and plugins that it runs. */
import type { Hint } from "../system/hints.ts";

/** The first one that fits counts. */
export const MAVEN_HINTS: readonly Hint[] = [
  {
    says: "warnings found and -Werror specified",
    sign: /warnings found and -Werror specified/,
    hint: "OSC's build takes every warning for an error, and a JDK newer than 8 warns of more: leave maven.java_version at 8 and give a JDK 8 (maven.java_home), or let it be built in the container (build.runner).",
  },
  {
    says: "invalid target release; Source option 6 is no longer supported",
    sign: /invalid (target|source) release|(Source|Target) option \S+ is no longer supported|Unsupported class file major version|UnsupportedClassVersionError/,
    hint: "It is the wrong JDK for this project: OSC needs JDK 8 (maven.java_home, or build.runner: container).",
  },
  {
    says: "Blocked mirror for repositories: […]",
    sign: /Blocked mirror for repositories/,
    hint: "Maven asks no repository whose URL begins with http://. Name one that has the artifact by https or file:// in maven.repositories, under the id that stands in the brackets.",
  },
  {
    says: "PKIX path building failed",
    sign: /PKIX path (building|validation) failed|unable to find valid certification path|SSLHandshakeException/,
    hint: "Java does not trust the certificate, as behind a company's proxy: name the PEM file of its authority with SSL_CERT_FILE, or have the machine trust it (update-ca-certificates, update-ca-trust); a truststore of your own is taken from MAVEN_OPTS=-Djavax.net.ssl.trustStore=FILE.",
  },
  {
    says: "status: 407 Proxy Authentication Required",
    sign: /status(?: code)?: 407|Proxy Authentication Required/,
    hint: "The proxy wants a user and a password: in http_proxy and https_proxy (they are in no log), or in your settings.xml (maven.settings).",
  },
  {
    says: "status: 401 Unauthorized; 403 Forbidden",
    sign: /status(?: code)?: 40[13]\b|authentication failed for|authorization failed for|Not authorized/,
    hint: "The repository does not let you in: give a username and password in maven.repositories (as ${env.NAME}) or in your settings.xml (maven.settings).",
  },
  {
    says: "No space left on device",
    sign: /No space left on device|\bENOSPC\b|File too large/,
    hint: "Make room on the disk of the work folder (work_dir), and run it again.",
  },
  {
    says: "java.lang.OutOfMemoryError; insufficient memory for the Java Runtime Environment",
    sign: /OutOfMemoryError|Java heap space|insufficient memory for the Java Runtime|The system is out of resources/,
    hint: "Give Maven more memory, as in MAVEN_OPTS=-Xmx2g; GWT's compiler takes about 1 GB beside that.",
  },
  {
    says: "Some Enforcer rules have failed",
    sign: /Enforcer rules have failed/,
    hint: "The lines above say what the project asks for. Where it compares versions: the tag and the version in the pom must fit (see source.ref and libraries[].ref).",
  },
  {
    says: "Name or service not known; Connection refused; timed out",
    sign: /Name or service not known|Temporary failure in name resolution|Connection refused|[Tt]imed? out|Network is unreachable|UnknownHostException|status: 5\d\d/,
    hint: "The repository does not answer: see the network and the proxies (http_proxy, https_proxy), or name another one in maven.repositories. `osc-kolla doctor --network` asks them all.",
  },
  {
    says: "No plugin found for prefix 'install'; transfer failed for https://…, proxy: …",
    sign: /No plugin found for prefix|transfer failed for https:\S+, proxy: /,
    hint: "Maven does not tell why it got nothing. Either the repository does not answer: see the network and the proxies (http_proxy, https_proxy; `osc-kolla doctor --network` asks the repositories of the settings). Or Java does not trust it, as behind a company's proxy: name the PEM file of its authority with SSL_CERT_FILE.",
  },
  {
    says: "Could not find artifact … in …; was not found in …",
    sign: /Could not find artifact|was not found in|Non-resolvable parent POM|Could not resolve (dependencies|artifact)/,
    hint: "None of the repositories has it. Name one that does: --set maven.repositories.mine=URL (https or file://).",
  },
  {
    says: "There are test failures",
    sign: /There are test failures|There was a timeout in the fork/,
    hint: "The tests of the project fail; with maven.tests: false it is built without them.",
  },
];
