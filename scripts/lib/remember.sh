# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034 # what is set here is read by the others
# Answers that cost seconds to find, kept for a day and for as long as what they
# are about is the same.

# remembered NAME ABOUT: sets ANSWER.
remembered() {
  local about at answer
  [[ -f $STATE/answer.$1 ]] || return 1
  { read -r about && read -r at && read -r answer; } <"$STATE/answer.$1" || return 1
  [[ $about == "$2" ]] && (($(date +%s) - at < 86400)) || return 1
  ANSWER=$answer
}

remember() {
  printf '%s\n%s\n%s\n' "$2" "$(date +%s)" "$3" | write_file "$STATE/answer.$1"
  ANSWER=$3
}

forget_answers() { rm -f "$STATE"/answer.*; }
