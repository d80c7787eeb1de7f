#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The private container engine that setup may have made.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
. "$here/lib/common.sh"
# shellcheck source=lib/engine.sh
. "$here/lib/engine.sh"

case ${1:-} in
  start)
    # stdout says whose it is to stop: "started" by this call, or "running" before.
    lock
    engine_start || exit 3
    if [[ $ENGINE_STARTED == yes ]]; then echo started; else echo running; fi
    ;;
  stop)
    lock
    engine_stop || exit 1
    ;;
  status)
    engine_running || exit 1
    echo "$ENGINE_ENDPOINT"
    ;;
  *)
    echo "usage: scripts/engine.sh start|stop|status" >&2
    exit 2
    ;;
esac
