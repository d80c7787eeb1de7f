#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make test-matrix: our images rendered by each of kolla's releases for each of its distributions, and built where the base
# images are at hand; writes docs/matrix.md of what was done. Not part of make test, which does a diagonal of it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# shellcheck source=lib/own-engine.sh
. scripts/lib/own-engine.sh

scripts/setup.sh && make --no-print-directory checkout && scripts/test-tools.sh || exit 3
MATRIX_RECORD=$(mktemp) || exit 1
export MATRIX_RECORD
for suite in releases kolla18 payload; do
  npx mocha --no-config --import=tsx --timeout 1800000 --exit "test/e2e/$suite.test.ts" || exit 1
done
scripts/test-podman.sh || exit 1
node --import tsx scripts/docs/write-matrix.ts "$MATRIX_RECORD"
rm -f "$MATRIX_RECORD"
