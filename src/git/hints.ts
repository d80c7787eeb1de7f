// SPDX-License-Identifier: Apache-2.0
/** git's messages, and those of the ssh and curl below it. */
import type { Hint } from "../system/hints.ts";

/** The first one that fits counts. */
export const GIT_HINTS: readonly Hint[] = [
  {
    says: "detected dubious ownership in repository",
    sign: /dubious ownership/,
    hint: "The repository belongs to another user. If you trust it: git config --global --add safe.directory PATH.",
  },
  {
    says: "No space left on device",
    sign: /No space left on device|\bENOSPC\b|File too large|write error/,
    hint: "Make room on the disk of the work folder (work_dir), and run it again.",
  },
  {
    says: "Could not resolve proxy; CONNECT tunnel failed",
    sign: /Could not resolve proxy|CONNECT tunnel failed|from proxy after CONNECT|Proxy Authentication Required/,
    hint: "It is the proxy that fails: see http_proxy, https_proxy and no_proxy, and http.proxy in git's configuration.",
  },
  {
    says: "Could not resolve host; Failed to connect",
    sign: /Could not resolve host|Failed to connect|Connection timed out|Network is unreachable|Connection refused|No route to host/,
    hint: "Check the URL (source.url, libraries[].url) and the network; behind a proxy, set https_proxy.",
  },
  {
    says: "server certificate verification failed; SSL certificate problem",
    sign: /certificate verification failed|SSL certificate problem|unable to get local issuer/,
    hint: "git does not trust the certificate, as behind a company's proxy: name the authority's file in GIT_SSL_CAINFO, or install it on this machine (update-ca-certificates).",
  },
  {
    says: "Host key verification failed",
    sign: /Host key verification failed/,
    hint: "ssh does not know this server yet: connect once by hand (ssh HOST), and compare the key.",
  },
  {
    says: "Authentication failed; could not read Username; Permission denied (publickey)",
    sign: /Authentication failed|could not read (Username|Password)|Permission denied \(|returned error: 40[13]|Access denied/,
    hint: "The server does not let you in: check the credentials. git is never let ask for them: give them by a credential helper, an ssh agent, or in the URL (they are masked everywhere).",
  },
  {
    says: "repository … not found; does not appear to be a git repository",
    sign: /not found|does not appear to be a git repository|does not exist/,
    hint: "Check the URL (source.url, libraries[].url). Many servers answer so, too, for a private repository and wrong credentials.",
  },
];
