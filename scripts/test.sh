#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make test: everything. Counts of all suites end in .osc-kolla/test-counts, the names of failed tests in test-failures.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

mkdir -p .osc-kolla
export TEST_COUNTS=$PWD/.osc-kolla/test-counts TEST_FAILURES=$PWD/.osc-kolla/test-failures
: >"$TEST_COUNTS"
: >"$TEST_FAILURES"

say() { printf 'test: %s\n' "$*" >&2; }
failed=()
part() { # part NAME COMMAND…
  local name=$1 started=$SECONDS
  shift
  say "$name"
  local status=0
  "$@" || status=$?
  ((status == 0)) || failed+=("$name")
  say "$name took $((SECONDS - started)) s"
  return "$status"
}

names=() pids=()
beside() { # beside NAME COMMAND…: as part, its output in .osc-kolla/NAME.log
  part "$@" >".osc-kolla/$1.log" 2>&1 &
  names+=("$1") pids+=($!)
}
join_all() { # waits for all that go on beside
  local at
  for at in "${!names[@]}"; do
    wait "${pids[at]}" || failed+=("${names[at]}")
    cat ".osc-kolla/${names[at]}.log"
  done
  names=() pids=()
}

# shellcheck source=lib/own-engine.sh
. scripts/lib/own-engine.sh

part setup scripts/setup.sh --tests
part tools scripts/tools.sh docker-registry=docker-registry bsdtar=libarchive-tools rpmlua=rpm zstd=zstd
part checkout make --no-print-directory checkout
part "test tools" scripts/test-tools.sh

# what Maven downloads for the sample, once: most end-to-end tests begin with it (takeDownloads), not those of a first run
beside downloads node bin/osc-kolla.js tarball --quiet --config fixtures/demo.yaml \
  --work-dir .osc-kolla/downloads --output-dir .osc-kolla/downloads-out
part check make --no-print-directory check
join_all

# They wait more than they work, so they do it side by side; but not those that answer on this machine's ports, nor those
# that look which build containers there are.
in_turn=(test/e2e/{build-container,image,kolla18,runtime,secrets}.test.ts)
mapfile -t others < <(printf '%s\n' test/e2e/*.test.ts | grep -vxFf <(printf '%s\n' "${in_turn[@]}"))
e2e() { npx mocha --config test/mocharc.e2e.json "$@"; }
beside integration npm run --silent test:integration
beside end-to-end-beside e2e "${others[@]}"
part end-to-end e2e "${in_turn[@]}"
join_all

# what failed an hour ago stands far above
if [[ -s $TEST_FAILURES ]]; then
  say 'these tests failed:'
  sed 's/^/  /' "$TEST_FAILURES" >&2
fi
awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$TEST_COUNTS"
if ((${#failed[@]} > 0)); then
  say "failed: ${failed[*]}"
  exit 1
fi
