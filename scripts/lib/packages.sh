# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Which of the machine's programs are missing. The question is always whether
# the command is there, never whether the package is: people have their own.

# Lines of "PACKAGE WHAT-FOR".
wanted_packages() {
  have git || echo "git the command git"
  have mvn || echo "maven the command mvn"
  have javac || echo "default-jdk-headless the command javac"
  [[ -s /etc/ssl/certs/ca-certificates.crt ]] || echo "ca-certificates the certificates that git and pip check by"
  if ! find_python >/dev/null; then
    echo "python3 a Python from 3.10"
    echo "python3-venv its modules venv and ensurepip"
  fi
  have docker || echo "$(docker_cli_package) the command docker"
  if [[ ${FOR_TESTS:-no} == yes ]]; then
    have faketime || echo "faketime the command faketime"
  fi
  if needs_dockerd; then
    have dockerd || echo "docker.io a container engine"
    # Where the kernel enforces AppArmor, dockerd cannot start a container without.
    if grep -qs Y /sys/module/apparmor/parameters/enabled && ! have apparmor_parser; then
      echo "apparmor the command apparmor_parser"
    fi
  fi
}

docker_cli_package() { if (($(debian_version) >= 13)); then echo docker-cli; else echo docker.io; fi; }

# No engine answers, and none that merely cannot be asked yet seems to be there.
needs_dockerd() {
  [[ -n ${DOCKER_HOST:-} ]] && return 1
  if have docker; then ! answers ""; else [[ ! -S /var/run/docker.sock ]]; fi
}

# Two rounds: only with a docker command can it be seen whether an engine is there.
ensure_packages() {
  local round names before=""
  for round in 1 2; do
    names=$(wanted_packages | cut -d' ' -f1 | sort -u | tr '\n' ' ')
    [[ -n ${names// /} ]] || return 0
    if ! { is_root && is_debian; } || [[ $round == 2 && $names == "$before" ]]; then break; fi
    before=$names
    # shellcheck disable=SC2086 # a list of names
    apt_install "installing $names" 60 $names || break
    await_system_engine
  done
  local package what
  while read -r package what; do
    miss "$what: apt-get install $package (as root)"
  done < <(wanted_packages)
}

# Installing docker.io starts its service where there is a systemd; give it a moment.
await_system_engine() {
  have docker && systemctl -q is-enabled docker.service 2>/dev/null || return 0
  local _
  for _ in {1..15}; do
    ! answers "" || return 0
    sleep 1
  done
}
