#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make setup: installs and makes what is missing on this machine, and records
# what it found. Run it as often as you like.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
for part in common remember python debian engine packages buildx base-image offline-base record; do
  # shellcheck source=/dev/null
  . "$here/lib/$part.sh"
done

usage() {
  cat <<'USAGE'
usage: scripts/setup.sh [--tests] [--dry-run] [--refresh] [--help]

Installs what osc-kolla needs and this machine lacks (as root, on Debian), makes
a Python venv with the pinned kolla, sees to a container engine and to the image
that kolla's base stands on, and records all that in .osc-kolla/setup.json.

  --tests     also what only the tests start
  --dry-run   say what would be done, and do nothing
  --refresh   ask registries and third-party hosts anew (else once a day)

Exit code: 0 all is there; 2 usage; 3 something is missing (it is said what).
USAGE
}

PLAN=()
SECONDS_ABOUT=0
plan() {
  SECONDS_ABOUT=$((SECONDS_ABOUT + $1))
  shift
  PLAN+=("$*")
}

# What can be seen beforehand. Each step looks again when its turn comes.
make_plan() {
  local names able=no
  is_root && is_debian && able=yes
  names=$(wanted_packages | cut -d' ' -f1 | sort -u | tr '\n' ' ')
  if [[ -n ${names// /} && $able == yes ]]; then plan 75 "install with apt: $names"; fi
  if [[ -n ${names// /} && $able == no ]]; then
    say "missing, and only root on Debian can install it: apt-get install $names"
    say "what can be done without that is done"
  fi
  venv_ready || plan 20 "make a Python venv with the pinned kolla in $VENV"
  plan_engine
  buildx_ready || [[ $able == no ]] || plan 20 "install docker-buildx"
  compose_ready || [[ $able == no ]] || plan 20 "install docker compose, for a test"
}

plan_engine() {
  if engine_running; then
    ENGINE=$ENGINE_ENDPOINT
  elif ! engine_exists && answers ""; then
    ENGINE=""
  elif [[ -z ${DOCKER_HOST:-} ]] && is_root; then
    plan 5 "start a private container engine with its data in $ENGINE_DIR, unless one answers by then"
  else
    [[ -n ${DOCKER_HOST:-} ]] ||
      say "no container engine lets you in: root is needed to start one, or to put you into its group; for all else it is not"
    return 0 # what is missing is said when its turn comes
  fi
  if [[ $ENGINE == none ]] || ! base_image_id >/dev/null; then
    plan 60 "pull $BASE_IMAGE, or make it from the Debian mirror (then with debootstrap, which is installed for that)"
  fi
}

show_plan() {
  local line
  if ((${#PLAN[@]} == 0)); then return 0; fi
  say "this will, in about $SECONDS_ABOUT s:"
  for line in "${PLAN[@]}"; do printf '  - %s\n' "$line" >&2; done
  say "it changes nothing else; 'make teardown' undoes it and names the packages"
}

# Whoever calls this by sudo wants to go on as himself.
give_back() {
  local owner
  owner=$(stat -c %u:%g "$ROOT")
  is_root && [[ $owner != 0:* ]] || return 0
  chown -h "$owner" "$WORK" "$RECORD"
  chown -hR "$owner" "$STATE"
  [[ ! -d $VENV ]] || chown -hR "$owner" "$VENV"
}

summary() {
  if ((${#MISSING[@]} == 0)); then
    say "all is there (engine: ${ENGINE:-the one that docker finds by itself})"
    return 0
  fi
  say_missing
  return 3
}

main() {
  local dry=no refresh=no
  while (($# > 0)); do
    case $1 in
      --tests) FOR_TESTS=yes ;; # see packages.sh
      --dry-run) dry=yes ;;
      --refresh) refresh=yes ;;
      --help | -h) usage && return 0 ;;
      *) usage >&2 && return 2 ;;
    esac
    shift
  done
  make_plan
  show_plan
  if [[ $dry == yes ]]; then return 0; fi
  lock
  trap clean_tmp EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  clean_tmp
  ((${#PLAN[@]} == 0)) || : >"$LOG"
  [[ $refresh == no ]] || forget_answers
  mend_dpkg
  ensure_packages
  # Each says itself what it lacks; what doesn't depend on it goes on.
  if find_python >/dev/null; then ensure_venv || true; fi
  ENGINE=none
  ensure_engine || true
  ensure_buildx || true
  ensure_compose || true
  ensure_base_image || true
  check_third_party
  write_record
  give_back
  summary
}

main "$@"
