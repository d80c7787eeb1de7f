#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the benchmark needs beside the rest: Debian's pigz and docker-registry, unpacked into .osc-kolla/bench/tools. Nothing is
# installed, no service is started. Where one cannot be had, the cases that need it are left out, with a sentence.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../scripts/lib/common.sh
. "$here/../scripts/lib/common.sh"
# shellcheck source=../scripts/lib/debian.sh
. "$here/../scripts/lib/debian.sh"
# shellcheck disable=SC2034 # who speaks
ME=bench

tools=$WORK/bench/tools

unpack() {
  local package=$1 folder
  folder=$(mktemp -d "$tools/.new.XXXXXX")
  # apt's own downloader drops its rights, and then may not write here
  (cd "$folder" && apt-get -q -o APT::Sandbox::User=root download "$package" && dpkg -x ./*.deb "$tools") \
    >"$tools/$package.log" 2>&1 || { rm -rf "$folder"; return 1; }
  rm -rf "$folder"
}

# tool COMMAND PACKAGE
tool() {
  if have "$1" || [[ -x $tools/usr/bin/$1 ]]; then return 0; fi
  say "unpacking Debian's $2 into $tools (nothing is installed)"
  if is_debian && unpack "$2"; then return 0; fi
  say "there is no $1, and Debian's package $2 cannot be had ($tools/$2.log): its cases are left out"
}

mkdir -p "$tools"
tool pigz pigz
tool docker-registry docker-registry
