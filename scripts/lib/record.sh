# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2153 # ENGINE is set in engine.sh
# .osc-kolla/setup.json: what the tool takes its lowest-ranked defaults from, and
# what teardown has to undo. In plain bash, since Python may be what is missing.

json_string() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  printf '"%s"' "$text"
}

# The lines of standard input as a list of strings.
json_list() {
  local line comma=
  printf '['
  while IFS= read -r line; do
    printf '%s' "$comma"
    json_string "$line"
    comma=,
  done
  printf ']'
}

lines_of() { cat "$STATE/$1" 2>/dev/null || true; }

# Names of the tool's settings; only what setup knows to be so.
defaults_json() {
  local pairs=() IFS=,
  venv_ready && pairs+=("\"kolla.command\":$(json_string "$VENV/bin/kolla-build")")
  [[ $ENGINE == "$ENGINE_ENDPOINT" ]] && pairs+=("\"engine.endpoint\":$(json_string "$ENGINE")")
  [[ $ENGINE != none && $BASE_PULL == false ]] && pairs+=('"kolla.pull":false')
  [[ $OFFLINE_NEEDED == yes ]] && pairs+=("\"kolla.template_override\":[$(json_string "$OFFLINE_BASE")]")
  printf '{%s}' "${pairs[*]}"
}

images_json() {
  local endpoint id comma=
  printf '['
  while read -r endpoint id; do
    printf '%s{"endpoint":%s,"id":%s,"tag":%s}' "$comma" \
      "$(json_string "${endpoint#-}")" "$(json_string "$id")" "$(json_string "$BASE_IMAGE")"
    comma=,
  done < <(lines_of images)
  printf ']'
}

made_json() {
  local engine=null buildx=none
  engine_exists && engine=$(printf '{"run":%s,"pid_file":%s,"data":%s}' \
    "$(json_string "$RUN_DIR")" "$(json_string "$PID_FILE")" "$(json_string "$ENGINE_DIR")")
  buildx_ready && buildx=found
  lines_of packages | grep -E '^docker-buildx' >/dev/null && buildx=package
  printf '{"engine":%s,"images":%s,"buildx":"%s",' "$engine" "$(images_json)" "$buildx"
  printf '"packages":%s,"dependencies":%s}' \
    "$(lines_of packages | json_list)" "$(lines_of dependencies | json_list)"
}

write_record() {
  {
    printf '{"format":1,\n"defaults":%s,\n"made":%s,\n' "$(defaults_json)" "$(made_json)"
    printf '"missing":%s}\n' "$(missing_lines | json_list)"
  } | write_file "$RECORD"
}
