#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# debian-tree.sh make TREE SUITE PACKAGE…: a system of a suite of Debian with some packages, from this machine's mirror.
# debian-tree.sh run TREE CWD SHARED… -- COMMAND…: runs a command in it. The SHARED folders are seen there at the same
# paths. As root on Debian.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
for part in common python debian base-image; do
  # shellcheck source=/dev/null
  . "$here/lib/$part.sh"
done

# apt knows the alternatives of dependencies, debootstrap does not: with a JDK asked for, no other Java comes with Maven.
# A frozen mirror's Release has expired.
add_packages() {
  # shellcheck disable=SC2016 # for the inner shell
  (enter / -- sh -ec '
    apt="apt-get -q -y -o Acquire::Check-Valid-Until=false"
    $apt update
    DEBIAN_FRONTEND=noninteractive $apt install --no-install-recommends "$@"
    update-ca-certificates
  ' - ca-certificates "$@")
}

# A finished tree says what it was made of.
make() {
  local suite=$1 mirror
  [[ ! -e $tree/made || $(<"$tree/made") != "$*" ]] || return 0
  shift
  lock
  remove_tree "$tree"
  mirror=$(system_mirror "") || { apt_update && mirror=$(system_mirror ""); }
  mirror=$(over_http "$mirror" "")
  quietly "making a tree of Debian's $suite" 40 debootstrap_at "$tree" --force-check-gpg --variant=minbase \
    --include=ca-certificates "$suite" /mnt "$mirror"
  cp -r /usr/local/share/ca-certificates "$tree/usr/local/share/"
  quietly "installing $* there" 60 add_packages "$@"
  echo "$suite $*" >"$tree/made"
}

# Becomes the command, so that a signal reaches it. The mounts are made in a namespace of this call alone: nothing stays
# mounted, so that removing the tree cannot reach into what is shared. The tree is a mount of its own: only such a one can become the root.
# shellcheck disable=SC2016 # for the inner shells
enter() {
  exec 9<&-
  exec unshare --mount --propagation private bash -ec '
    tree=$1 cwd=$2
    shift 2
    mount --bind "$tree" "$tree"
    mount -t proc proc "$tree/proc"
    mount --rbind /dev "$tree/dev"
    while [[ $1 != -- ]]; do
      mkdir -p "$tree$1"
      mount --rbind "$1" "$tree$1"
      shift
    done
    shift
    cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
    # not chroot alone: who enters the namespace of a container made here would find this machine at its root
    cd "$tree"
    pivot_root . .
    umount --lazy .
    exec chroot . env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
      sh -c "cd \"\$1\" && shift && exec \"\$@\"" - "$cwd" "$@"
  ' - "$tree" "$@"
}

command=${1:?make or run}
tree=${2:?the folder of the tree}
shift 2
if ! is_root || ! is_debian; then
  say "needs root on Debian"
  exit 3
fi
case $command in
make) make "$@" ;;
run) enter "$@" ;;
*) say "make or run"; exit 2 ;;
esac
