# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Debian's packages: what was installed by us, and from which mirror.

os_release() { (. /etc/os-release 2>/dev/null && printf '%s\n' "${!1:-}"); }
is_debian() { [[ $(os_release ID) == debian ]] && have apt-get; }
debian_version() { os_release VERSION_ID | cut -d. -f1; }

installed_packages() { dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' | sed -n 's/^ii  *//p' | sort -u; }

# The lists of what was asked for and of what came with it grow over all runs,
# for teardown to name. A run that was killed while apt worked left its "before"
# list; the next one first settles that account.
settle_packages() {
  [[ -f $STATE/dpkg.before ]] || return 0
  local now
  now=$(mktemp "$TMP/dpkg.XXXXXX")
  installed_packages >"$now"
  touch "$STATE/packages" "$STATE/dependencies"
  comm -13 "$STATE/dpkg.before" "$now" | comm -12 - <(sort -u "$STATE/dpkg.asked") |
    sort -u "$STATE/packages" - | write_file "$STATE/packages"
  comm -13 "$STATE/dpkg.before" "$now" | sort -u "$STATE/dependencies" - |
    comm -23 - "$STATE/packages" | write_file "$STATE/dependencies"
  rm -f "$STATE/dpkg.before" "$STATE/dpkg.asked" "$now"
}

# Only after our own apt run was killed half-way; somebody else's is his.
mend_dpkg() {
  [[ -f $STATE/dpkg.before ]] && is_root || return 0
  quietly "finishing an installation that was interrupted" 30 \
    env DEBIAN_FRONTEND=noninteractive dpkg --configure -a || warn "dpkg --configure -a failed"
  settle_packages
}

apt() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
    apt-get -q -y -o DPkg::Lock::Timeout=120 "$@"
}

apt_updated=no
apt_update() {
  [[ $apt_updated == yes ]] && return 0
  quietly "updating apt's lists" 10 apt update || return 1
  apt_updated=yes
}

# apt_install WHY SECONDS PACKAGE... ; a package may be the path of a .deb.
apt_install() {
  local why=$1 about=$2 done=0
  shift 2
  apt_update || true # a single dead source must not stop what the others have
  printf '%s\n' "$@" | sed 's,^.*/,,; s,_.*,,' | write_file "$STATE/dpkg.asked"
  installed_packages | write_file "$STATE/dpkg.before"
  # Without recommended packages: they would be many, and none is needed here.
  quietly "$why" "$about" apt install --no-install-recommends "$@" || done=1
  settle_packages
  return "$done"
}

# The address behind apt's mirror+file: (Debian's cloud images use it).
resolve_mirror() {
  local uri=$1
  if [[ $uri == mirror+file:* ]]; then
    uri=${uri#mirror+file:}
    uri=/$(sed 's,^/*,,; s,/*$,,' <<<"$uri")
    uri=$(grep -m1 -oE '^https?://[^[:space:]]+' "$uri") || return 1
  fi
  # One with a password in it is not ours to copy into an image.
  [[ $uri =~ ^https?://[^@]+$ ]] || return 1
  printf '%s\n' "${uri%/}"
}

# system_mirror SUFFIX: the address of Debian's archive ("") or of its security
# archive ("-security") in the system's own apt sources. apt reads them, so both
# formats, and whatever it makes of them, are covered.
# shellcheck disable=SC2016 # the $(...) are apt's own
system_mirror() {
  local codename uri
  codename=$(os_release VERSION_CODENAME)
  while IFS= read -r uri; do
    resolve_mirror "$uri" && return 0
  done < <(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
    sed -n "s/^Debian|$codename$1|main|//p" | sort -u)
  return 1
}
