# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2153 # what is set here is read by the others
# Whether kolla's own base can be built as it is, or needs kolla-overrides/offline-base.j2.

OFFLINE_NEEDED=no

check_third_party() {
  local template about
  template=$(kolla_base_template) || return 0
  about=$(sha256_of "$template")
  if ! remembered third-party "$about"; then
    say "asking the third-party hosts that kolla's base uses (at most 6 s) ..."
    local answer=reachable
    "$VENV/bin/python" "$ROOT/scripts/lib/third_party.py" "$template" >>"$LOG" 2>&1 9>&- || answer=unreachable
    remember third-party "$about" "$answer"
  fi
  [[ $ANSWER == reachable ]] || OFFLINE_NEEDED=yes
}

kolla_base_template() {
  local found=("$VENV"/lib/python3*/site-packages/kolla/docker/base/Dockerfile.j2)
  [[ -f ${found[0]} ]] && printf '%s\n' "${found[0]}"
}
