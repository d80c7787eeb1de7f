# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# docker's plugins: buildx, through which kolla 23 calls BuildKit by default, and compose, with which a test starts
# deploy/compose.yaml.

compose_ready() { have docker && docker compose version >/dev/null 2>&1 9>&-; }

buildx_ready() { have docker && docker buildx version >/dev/null 2>&1 9>&-; }

# Debian 12 has no docker-buildx, and a docker-compose of another kind. Trixie's packages need no more than a libc6
# that Debian 12 has as well, and as packages they can be removed like any other.
# apt fetches and checks it with lists and sources of its own, so the system's
# own sources never mix with another release's.
fetch_trixie() { # fetch_trixie DIR MIRROR PACKAGE
  local dir=$1 mirror=$2 package=$3
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
    (cd "$dir" && apt "${isolated[@]}" download "$package")
}

install_buildx() { install_plugin buildx docker-buildx-plugin docker-buildx; }

# Debian 12's docker-compose is version 1, which is no plugin.
install_compose() {
  local names=(docker-compose-plugin)
  [[ $(apt-cache policy docker-compose | sed -n 's/^ *Candidate: //p') != 2.* ]] || names+=(docker-compose)
  install_plugin compose "${names[@]}"
}

# install_plugin PLUGIN PACKAGE…: the first of the packages that apt knows (the plugin has another name where the system
# takes docker from docker's own repository), else trixie's
install_plugin() {
  local plugin=$1 name dir mirror debs
  shift
  apt_update || true
  for name in "$@"; do
    if apt-cache show "$name" >/dev/null 2>&1; then
      apt_install "installing $name" 10 "$name"
      return
    fi
  done
  mirror=$(system_mirror "") || return 1
  dir=$(mktemp -d "$TMP/$plugin.XXXXXX")
  quietly "fetching Debian trixie's docker-$plugin" 10 fetch_trixie "$dir" "$mirror" "docker-$plugin" || return 1
  debs=("$dir/docker-$plugin"_*.deb)
  apt_install "installing docker-$plugin" 10 "${debs[0]}"
}

# Only a test needs it.
ensure_compose() {
  compose_ready && return 0
  if is_root && is_debian; then
    install_compose && compose_ready && return 0
  fi
  warn "docker compose is missing: the test that starts deploy/compose.yaml will fail"
  return 1
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
