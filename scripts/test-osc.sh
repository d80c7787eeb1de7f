#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make test-osc: the real Open Security Controller, built, started and asked. Not part of make test.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

usage() {
  cat >&2 <<'USAGE'
make test-osc builds the real OSC (master and v0.8.0) in the build container and on a "host" with JDK 8, starts the
images and asks their ports: the better part of an hour on 2 cores. As root on Debian. It needs, by these variables,

  OSC_CORE  OSC_SDN_CONTROLLER_API  OSC_SECURITY_MGR_API
      the repositories, as URLs or absolute paths: https://github.com/opensecuritycontroller/osc-core and so on
  OSC_MAVEN_REPOSITORY
      a Maven repository (https or file://) that has the artifacts which Maven Central lacks: see docs/real-osc.md

as in: make test-osc OSC_CORE=/srv/git/osc-core …
USAGE
}

for name in OSC_CORE OSC_SDN_CONTROLLER_API OSC_SECURITY_MGR_API OSC_MAVEN_REPOSITORY; do
  if [[ -z ${!name:-} ]]; then
    usage
    echo "test-osc: $name is not set" >&2
    exit 3
  fi
done

# shellcheck source=lib/own-engine.sh
. scripts/lib/own-engine.sh

scripts/setup.sh && make --no-print-directory checkout || exit 3
npx mocha --config test/mocharc.osc.json
