#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make test-debian13: setup, doctor and a context of the sample on a fresh Debian 13. Not part of make test.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

if [[ $(id -u) != 0 ]] || ! command -v debootstrap >/dev/null; then
  cat >&2 <<'USAGE'
make test-debian13 makes a tree of Debian 13 (about 1 GB, in .osc-kolla/test-debian13, from this machine's Debian mirror),
and in it a copy of this checkout that is set up and used as on a fresh machine, but with the container engine of this one:
about 5 minutes on 2 cores the first time. It needs root on Debian, and debootstrap (apt-get install debootstrap).
USAGE
  exit 3
fi

was_running=no
if scripts/engine.sh status >/dev/null 2>&1; then was_running=yes; fi
stop_engine() { [[ $was_running == yes ]] || scripts/engine.sh stop; }
trap stop_engine EXIT

scripts/setup.sh && make --no-print-directory checkout || exit 3
npx mocha --config test/mocharc.debian13.json
