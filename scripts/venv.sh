#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the project's own Python venv with the stock kolla-build. The one step of
# setup that needs no root and changes nothing outside the checkout.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
. "$here/lib/common.sh"
# shellcheck source=lib/python.sh
. "$here/lib/python.sh"

if venv_ready; then exit 0; fi
lock
: >"$LOG"
if ! ensure_venv; then
  say_missing
  exit 3
fi
