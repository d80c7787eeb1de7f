#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make test-accidents: all kills and other accidents, those of the real programs included; make test does some of them.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# shellcheck source=lib/own-engine.sh
. scripts/lib/own-engine.sh

scripts/setup.sh && make --no-print-directory checkout || exit 3
ACCIDENTS=all npx mocha --config test/mocharc.accidents.json
