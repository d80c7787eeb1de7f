# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# docker's plugin buildx, through which kolla 23 calls BuildKit by default.

buildx_ready() { have docker && docker buildx version >/dev/null 2>&1 9>&-; }

# Debian 12 has no docker-buildx. Trixie's package needs no more than a libc6
# that Debian 12 has as well, and as a package it can be removed like any other.
# apt fetches and checks it with lists and sources of its own, so the system's
# own sources never mix with another release's.
fetch_trixie_buildx() {
  local dir=$1 mirror=$2
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/parts"
  cat >"$dir/trixie.sources" <<SOURCES
Types: deb
URIs: $mirror
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  local isolated=(
    -o "Dir::Etc::SourceList=$dir/trixie.sources" -o "Dir::Etc::SourceParts=$dir/parts"
    -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User=root
    -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
  )
  apt "${isolated[@]}" -o APT::Update::Error-Mode=any update &&
    (cd "$dir" && apt "${isolated[@]}" download docker-buildx)
}

install_buildx() {
  local name dir mirror debs
  apt_update || true
  # The plugin has another name where the system takes docker from docker's own repository.
  for name in docker-buildx-plugin docker-buildx; do
    if apt-cache show "$name" >/dev/null 2>&1; then
      apt_install "installing $name" 10 "$name"
      return
    fi
  done
  mirror=$(system_mirror "") || return 1
  dir=$(mktemp -d "$TMP/buildx.XXXXXX")
  quietly "fetching Debian trixie's docker-buildx" 10 fetch_trixie_buildx "$dir" "$mirror" || return 1
  debs=("$dir"/docker-buildx_*.deb)
  apt_install "installing docker-buildx" 10 "${debs[0]}"
}

# Without it images can still be built, so its lack is a warning.
ensure_buildx() {
  buildx_ready && return 0
  if is_root && is_debian; then
    install_buildx && buildx_ready && return 0
  fi
  warn "docker buildx is missing: kolla's images are built by the classic builder (--nobuildkit)"
  return 1
}
