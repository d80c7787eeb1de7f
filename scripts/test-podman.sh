#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make test-podman: the sample's images built and started by a real podman, Debian 13's. Not part of make test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for part in common python; do
  # shellcheck source=/dev/null
  . "scripts/lib/$part.sh"
done
PLACE="$WORK/test-podman"

if ! is_root || ! command -v debootstrap >/dev/null; then
  cat >&2 <<'USAGE'
make test-podman makes a tree of Debian 13 with podman (about 600 MB, in .osc-kolla/test-podman, from this machine's Debian
mirror), and has kolla-build make the sample's images there: about 8 minutes on 2 cores the first time. It needs root on
Debian, and debootstrap (apt-get install debootstrap).
USAGE
  exit 3
fi

# A venv with all of the project's, and the SDK.
make_venv() {
  local dir=$PLACE/venv purelib
  rm -rf -- "$dir"
  "$VENV/bin/python" -m venv --without-pip "$dir"
  "$VENV/bin/python" -m pip --disable-pip-version-check --no-input --python "$dir/bin/python" install --quiet \
    --require-hashes --no-deps -r test/podman/sdk.txt
  purelib='import sysconfig; print(sysconfig.get_path("purelib"))'
  "$VENV/bin/python" -c "$purelib" >"$("$dir/bin/python" -c "$purelib")/shared.pth"
  sed "1s|.*|#!$dir/bin/python|" "$VENV/bin/kolla-build" >"$dir/bin/kolla-build"
  chmod +x "$dir/bin/kolla-build"
}

# shellcheck source=lib/own-engine.sh
. scripts/lib/own-engine.sh
scripts/setup.sh || exit 3
make --no-print-directory checkout || exit 3
mkdir -p "$PLACE"
scripts/debian-tree.sh make "$PLACE/tree" trixie podman runc netavark
make_venv
npx mocha --no-config --import=tsx --timeout 1800000 --exit test/podman/podman.test.ts
