#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make teardown: undoes what setup made. Packages stay; it names them.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
for part in common debian engine; do
  # shellcheck source=/dev/null
  . "$here/lib/$part.sh"
done

# Nothing of the engine is removed while it, or a container, may still write.
remove_engine() {
  [[ -d $ENGINE_DIR || -d $RUN_DIR ]] || return 0
  if ! is_root; then
    warn "the private engine was made by root: run make teardown as root"
    return 1
  fi
  say "stopping the private engine and removing its data ..."
  engine_stop || return 1
  remove_tree "$RUN_DIR" && remove_tree "$ENGINE_DIR"
}

# An image in an engine that isn't ours: only its name, and only while that name
# stands for what we imported. docker keeps what other images were built upon.
remove_image() {
  local endpoint=${1#-} id=$2
  [[ $endpoint != "$ENGINE_ENDPOINT" ]] || return 0 # gone with the engine
  if ! answers "$endpoint"; then
    warn "the engine that got $BASE_IMAGE does not answer; not removed there: $id"
    return 1
  fi
  if [[ $(docker_at "$endpoint" image inspect --format '{{.Id}}' "$BASE_IMAGE" 2>/dev/null) == "$id" ]]; then
    docker_at "$endpoint" image rm "$BASE_IMAGE" >/dev/null || return 1
  else
    docker_at "$endpoint" image rm "$id" >/dev/null 2>&1 || true
  fi
}

remove_images() {
  local endpoint id failed=0
  [[ -f $STATE/images ]] || return 0
  while read -r endpoint id; do
    remove_image "$endpoint" "$id" || failed=1
  done <"$STATE/images"
  return "$failed"
}

# The list outlives the teardown for as long as one of them is installed, so
# that it can be asked for again.
name_packages() {
  local list
  for list in packages dependencies; do
    [[ -f $STATE/$list ]] || continue
    installed_packages | comm -12 - "$STATE/$list" | write_file "$STATE/$list"
  done
  [[ -s $STATE/packages ]] || return 0
  say "these packages were installed by make setup and stay:"
  printf '    %s\n' "$(tr '\n' ' ' <"$STATE/packages")" >&2
  say "to remove them, and then what came with them, as root:"
  printf '    apt-get purge %s\n    apt-get autoremove --purge\n' "$(tr '\n' ' ' <"$STATE/packages")" >&2
}

main() {
  if [[ ! -d $STATE && ! -d $VENV && ! -d $ENGINE_DIR && ! -d $RUN_DIR ]]; then
    say "there is nothing to undo"
    return 0
  fi
  lock
  settle_packages
  local failed=0
  remove_images || failed=1
  remove_engine || failed=1
  clean_tmp
  rm -rf -- "$VENV" "$WORK/tools" "$RECORD"
  name_packages
  if ((failed)); then
    say "not all could be undone; what is left is still known: run it again"
    return 1
  fi
  find "$STATE" -mindepth 1 ! -name packages ! -name dependencies -delete
  [[ -s $STATE/packages ]] || rm -rf -- "$STATE"
  say "done"
}

main "$@"
