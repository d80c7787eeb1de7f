#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Programs that only tests and the benchmark use, out of Debian's packages: unpacked into .osc-kolla/tools where the machine has
# none. Nothing is installed, no service is started.
#
# usage: scripts/tools.sh COMMAND=PACKAGE …
# Exit code: 0 all are there; 1 one cannot be had (it is said which).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$here/lib/common.sh"
# shellcheck source=lib/debian.sh
. "$here/lib/debian.sh"

tools=$WORK/tools

# The package, and those that it needs and the machine lacks: libraries.
with_needs() {
  apt-get -q -y --no-install-recommends --print-uris install "$1" | sed -n "s/^'[^']*' \([^_ ]*\)_.*/\1/p"
}

unpack() {
  local package=$1 folder
  folder=$(mktemp -d "$tools/.new.XXXXXX")
  # apt's own downloader drops its rights, and then may not write here
  (
    mapfile -t all < <(with_needs "$package")
    cd "$folder" && apt-get -q -o APT::Sandbox::User=root download "$package" "${all[@]}" || exit 1
    for file in *.deb; do dpkg -x "$file" "$tools" || exit 1; done
  ) >"$tools/$package.log" 2>&1 || { rm -rf "$folder"; return 1; }
  rm -rf "$folder"
}

# tool COMMAND PACKAGE
tool() {
  if have "$1" || [[ -x $tools/usr/bin/$1 ]]; then return 0; fi
  say "unpacking Debian's $2 into $tools (nothing is installed)"
  if is_debian && unpack "$2"; then return 0; fi
  say "there is no $1, and Debian's package $2 cannot be had ($tools/$2.log)"
  return 1
}

mkdir -p "$tools"
status=0
for pair in "$@"; do tool "${pair%%=*}" "${pair#*=}" || status=1; done
exit "$status"
