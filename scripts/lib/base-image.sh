# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034 # what is set here is read by the others
# The image that kolla's own base stands on: pulled where a registry can be
# reached, else made from the system's Debian mirror.

# What kolla is told about pulling; set by ensure_base_image.
BASE_PULL=true

base_image_id() { dk image inspect --format '{{.Id}}' "$BASE_IMAGE" 2>/dev/null; }

# Which engine an image or an answer belongs to; "-" is docker's own default.
endpoint_in_use() { printf '%s\n' "${ENGINE:-${DOCKER_HOST:--}}"; }

# Lines of "ENDPOINT ID".
imported_here() { grep -qsxF -- "$(endpoint_in_use) $1" "$STATE/images"; }

registry_answers() { timeout 20 docker manifest inspect "$BASE_IMAGE" >/dev/null 2>&1 9>&-; }

# Longer than the question whether the registry can be reached at all.
pull_base() {
  local host=()
  [[ -z $ENGINE ]] || host=(-H "$ENGINE")
  timeout 600 docker "${host[@]}" pull -q "$BASE_IMAGE" 9>&-
}

# Whether somebody else's image can be pulled anew is asked once a day at most.
pull_works() {
  local about
  about="$(endpoint_in_use) $1"
  remembered pull "$about" || remember pull "$about" "$(registry_answers && echo yes || echo no)"
  [[ $ANSWER == yes ]]
}

image_sources() {
  local mirror=$1 security=$2
  cat <<SOURCES
Types: deb
URIs: $mirror
Suites: $BASE_SUITE $BASE_SUITE-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  [[ -z $security ]] || cat <<SOURCES

Types: deb
URIs: $security
Suites: $BASE_SUITE-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
}

# Containers of a minimal system have no certificates yet, so http is wanted.
over_http() {
  local http=http://${1#*://}
  if [[ $1 == http://* ]] || "$(find_python)" -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=5)' \
    "$http/dists/$BASE_SUITE$2/Release" 2>/dev/null; then
    printf '%s\n' "$http"
  else
    printf '%s\n' "$1"
  fi
}

# In a mount namespace of its own: what debootstrap mounts vanishes with it,
# however it ends. There the tree is /mnt, as debootstrap fails on a path with a
# blank in it.
debootstrap_at() {
  local tree=$1
  shift
  mkdir -p "$tree"
  # shellcheck disable=SC2016 # for the inner shell
  unshare --mount sh -ec 'mount --bind "$1" /mnt; shift; cd /mnt; exec debootstrap "$@"' - "$tree" "$@" && return 0
  tail -n 5 "$tree/debootstrap/debootstrap.log" 2>/dev/null
  return 1
}

make_tree() {
  local tree=$1 mirror=$2 security=$3 include=() proxy=
  [[ $mirror == http://* ]] || include=(--include=ca-certificates)
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  http_proxy=${http_proxy:-$proxy} debootstrap_at "$tree" --force-check-gpg --variant=minbase \
    "${include[@]}" "$BASE_SUITE" /mnt "$mirror" || return 1
  # The one file that Debian's own images have, under its name: kolla's base
  # puts its own in that place, and apt refuses the same source signed in two ways.
  rm -f "$tree/etc/apt/sources.list"
  image_sources "$mirror" "$security" >"$tree/etc/apt/sources.list.d/debian.sources"
  rm -rf "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/* "$tree"/var/log/* \
    "$tree/etc/resolv.conf" "$tree/etc/hostname"
}

# First the record, then the name: a run that is killed between the two leaves
# something that teardown knows.
import_tree() {
  local tree=$1 id
  id=$(tar -C "$tree" --numeric-owner --one-file-system --exclude='./dev/*' --exclude='./proc/*' \
    --exclude='./sys/*' -c . | dk import --change 'CMD ["bash"]' - | tail -n 1) || return 1
  touch "$STATE/images"
  printf '%s %s\n' "$(endpoint_in_use)" "$id" | cat "$STATE/images" - | write_file "$STATE/images"
  dk tag "$id" "$BASE_IMAGE"
}

make_base_image() {
  local mirror security tree
  have debootstrap || apt_install "installing debootstrap" 10 debootstrap || return 1
  mirror=$(system_mirror "") || { apt_update && mirror=$(system_mirror ""); } || {
    say "the system's apt sources name no Debian mirror"
    return 1
  }
  mirror=$(over_http "$mirror" "")
  security=$(system_mirror -security) && security=$(over_http "$security" -security) || security=
  tree=$(mktemp -d "$TMP/base.XXXXXX")
  quietly "making $BASE_IMAGE from the Debian mirror" 70 make_tree "$tree/root" "$mirror" "$security" &&
    quietly "importing $BASE_IMAGE into the engine" 5 import_tree "$tree/root" || return 1
  remove_tree "$tree"
}

ensure_base_image() {
  local id
  [[ $ENGINE != none ]] || return 1
  if id=$(base_image_id); then
    if imported_here "$id" || ! pull_works "$id"; then BASE_PULL=false; fi
    return 0
  fi
  if registry_answers && quietly "pulling $BASE_IMAGE" 30 pull_base; then return 0; fi
  BASE_PULL=false
  if is_root && is_debian && make_base_image; then return 0; fi
  miss "the image $BASE_IMAGE: it can neither be pulled nor made here (needs root and debootstrap on Debian)"
  return 1
}
