# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Paths, messages and small helpers that every script here shares.
# shellcheck disable=SC2034 # what is set here is used by the files that read this one

umask 022
# One order for sort and comm, and messages that can be read by whoever helps.
export LC_ALL=C.UTF-8
# Root's tools (dockerd, debootstrap) are not on every login's PATH.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
WORK="$ROOT/.osc-kolla"
# What setup remembers from run to run: one small file for each kind of thing.
STATE="$WORK/setup"
LOG="$STATE/setup.log"
TMP="$STATE/tmp"
RECORD="$WORK/setup.json"
VENV="$WORK/venv"
OFFLINE_BASE="$ROOT/kolla-overrides/offline-base.j2"

# The image that the pinned kolla's Debian base stands on.
BASE_SUITE=trixie
BASE_IMAGE="debian:$BASE_SUITE"

ME=$(basename "$0" .sh)
MISSING=()

say() { printf '%s: %s\n' "$ME" "$*" >&2; }
warn() { printf '%s: warning: %s\n' "$ME" "$*" >&2; }

# Something that is needed is not there: a sentence for the end of the run and
# for setup.json, and the reason for exit code 3.
miss() { MISSING+=("$*"); }
missing_lines() { ((${#MISSING[@]} == 0)) || printf '%s\n' "${MISSING[@]}"; }
say_missing() {
  say "not complete; missing:"
  missing_lines | sed 's/^/  - /' >&2
}

have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [[ $(id -u) == 0 ]]; }
sha256_of() { sha256sum "$@" | cut -d' ' -f1; }

# Runs a command with its output in the log; shows how long it took, or its last
# lines. quietly "installing maven" 60 apt-get ...
quietly() {
  local what=$1 about=$2 from=$SECONDS
  shift 2
  say "$what (about $about s) ..."
  printf '== %s: %s\n' "$(date -u +%FT%TZ)" "$what" >>"$LOG"
  if "$@" >>"$LOG" 2>&1 </dev/null; then
    say "  done, $((SECONDS - from)) s"
    return 0
  fi
  say "  failed; the last lines of $LOG:"
  tail -n 12 "$LOG" | sed 's/^/    /' >&2
  return 1
}

# Standard input becomes the file, whole or not at all; an equal file stays.
write_file() {
  local to=$1 part="$1.part.$$"
  cat >"$part"
  if cmp -s "$part" "$to"; then
    rm -f "$part"
  else
    sync "$part"
    mv -f "$part" "$to"
  fi
}

# One run of setup, teardown or engine at a time. The lock is on the work folder
# itself, so there is no lock file to be left behind; the kernel drops it with
# the process. Descriptor 9 must be closed for whatever outlives the script.
lock() {
  if ! mkdir -p "$STATE" "$TMP" 2>/dev/null || [[ ! -w $STATE || ! -w $TMP ]]; then
    say "cannot write to $WORK, where it keeps what it makes: use a checkout that you may write to"
    exit 3
  fi
  exec 9<"$WORK"
  flock -n 9 && return 0
  say "another run is at work here; waiting for it"
  flock 9
}

# Unmounts what is mounted in or below a folder, the deepest first.
umount_below() {
  local at
  while IFS= read -r at; do
    at=$(printf '%b' "$at") # mountinfo writes a blank as \040
    if [[ $at == "$1" || $at == "$1"/* ]]; then
      umount "$at" 2>/dev/null || umount -l "$at" || return 1
    fi
  done < <(cut -d' ' -f5 /proc/self/mountinfo | tac)
}

# rm -rf for a folder in which something may still be mounted (a debootstrap
# that was killed leaves the host's /proc and /sys there).
remove_tree() {
  [[ -e $1 ]] || return 0
  umount_below "$1" && rm -rf --one-file-system -- "$1"
}

clean_tmp() {
  local leftover
  for leftover in "$TMP"/*; do
    [[ -e $leftover ]] && { remove_tree "$leftover" || warn "cannot remove $leftover"; }
  done
  return 0
}
