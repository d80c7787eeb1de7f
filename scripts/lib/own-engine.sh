# SPDX-License-Identifier: Apache-2.0
# For scripts that need the private engine while they run: one that setup starts for them is stopped at their end, one
# that was running stays.
# shellcheck shell=bash

engine_was_running=no
if scripts/engine.sh status >/dev/null 2>&1; then engine_was_running=yes; fi
stop_own_engine() { [[ $engine_was_running == yes ]] || scripts/engine.sh stop; }
trap stop_own_engine EXIT
