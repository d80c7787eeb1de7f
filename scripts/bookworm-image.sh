#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bookworm-image.sh: the image debian:bookworm in the engine that make setup found, for the tests on kolla up to 21. It
# is pulled or made as setup does debian:trixie, and make teardown removes it.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
for part in common remember python debian engine base-image; do
  # shellcheck source=/dev/null
  . "$here/lib/$part.sh"
done
BASE_SUITE=bookworm
BASE_IMAGE="debian:$BASE_SUITE"

lock
trap clean_tmp EXIT
if ! ensure_engine || ! ensure_base_image; then
  say_missing
  exit 3
fi
