# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The project's own Python venv, which holds the stock kolla-build.

# The first Python that kolla runs on and that can make a venv (Debian splits
# ensurepip off into python3-venv, hence the import of both). As root the system's
# own comes first: one in root's home would make a venv that nobody else can run.
find_python() {
  local python own=()
  if is_root; then own=(/usr/bin/python3); fi
  for python in "${own[@]}" python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10; do
    if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      printf '%s\n' "$python"
      return 0
    fi
  done
  return 1
}

# A venv belongs to one list of requirements and, since its scripts name their
# interpreter by its absolute path, to one place.
venv_stamp() { printf '%s %s\n' "$(sha256_of "$ROOT/requirements.txt")" "$VENV"; }

venv_ready() {
  [[ -x $VENV/bin/kolla-build && -f $VENV/stamp && $(cat "$VENV/stamp") == "$(venv_stamp)" ]] &&
    "$VENV/bin/python" -c '' 2>/dev/null # the Python under it may be gone
}

venv_make() {
  local python
  python=$(find_python) || return 1
  rm -rf -- "$VENV"
  "$python" -m venv "$VENV" || return 1
  "$VENV/bin/pip" --disable-pip-version-check --no-input install \
    --require-hashes -r "$ROOT/requirements.txt" || return 1
  # Last: a venv without its stamp is one that was never finished.
  venv_stamp | write_file "$VENV/stamp"
}

ensure_venv() {
  venv_ready && return 0
  if ! find_python >/dev/null; then
    miss "Python 3.10 or newer with venv: apt-get install python3 python3-venv"
    return 1
  fi
  quietly "making the Python venv with the pinned kolla" 20 venv_make && return 0
  miss "the Python venv could not be made (pip's output is in $LOG)"
  return 1
}
