#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# make-sample.sh DEST: makes of fixtures/sample the three git repositories that stand for OSC's own,
#
#   DEST/osc-core.git  DEST/sdn-controller-api.git  DEST/security-mgr-api.git
#
# with a history and tags like theirs. The commit ids depend on the fixtures and on this script alone: not on the user,
# the umask, git's configuration or version, the locale or the time zone. A DEST that is already right is left alone;
# otherwise it is made beside and renamed.
set -euo pipefail

readonly AUTHOR='OSC Sample <sample@osc.invalid>'
readonly FIRST_DAY=1514894400 # 2018-01-02 12:00 UTC; each commit is a day later

export LC_ALL=C TZ=UTC
umask 022

fail() {
  echo "make-sample: $1" >&2
  exit 1
}

# git with nothing of its surroundings but PATH. (safe.directory: DEST may have been made by another user.)
sample_git() {
  env -i PATH="$PATH" HOME=/nonexistent LC_ALL=C TZ=UTC \
    GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_GLOBAL=/dev/null GIT_DEFAULT_HASH=sha1 \
    GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
    git "$@"
}

# The files of a source tree, without what an editor or a build may have left there.
files_of() {
  (cd "$1" && find . \( -name target -o -name .git \) -prune -o -type f \
    ! -name '*~' ! -name '.*.sw?' ! -name .DS_Store -print | sed 's|^\./||' | sort)
}

# ---- A repository is a stream for git fast-import: blobs, commits, tags. ----

mark=0             # the last one given
commits=0          # in this repository
declare -A file_of # path in the commits to come -> the file with its content
declare -A blob_of # such a file -> its mark, where it is the same in every commit

data() {
  printf 'data %s\n%s\n' "${#1}" "$1"
}

# Templates differ from commit to commit, all other files are written once.
is_template() {
  case $1 in
  pom.xml | */pom.xml | CHANGES.md) return 0 ;;
  *) return 1 ;;
  esac
}

# The mode is told by the name: a checkout's umask or an unpacked archive may have lost it.
mode_of() {
  case $1 in
  *.sh | *_key.py | *Shell.py) echo 100755 ;;
  *) echo 100644 ;;
  esac
}

open_repository() {
  mark=0 commits=0 file_of=() blob_of=()
  lay "$1"
}

# lay FOLDER: in the commits to come, its files are there, in the place of those of the same path.
lay() {
  local path
  while IFS= read -r path; do file_of[$path]=$1/$path; done < <(files_of "$1")
}

# leave_out FOLDER: in the commits to come, nothing of it is there.
leave_out() {
  local path
  for path in "${!file_of[@]}"; do
    if [[ $path == "$1"/* ]]; then unset "file_of[$path]"; fi
  done
}

paths() {
  printf '%s\n' "${!file_of[@]}" | sort
}

# The content of files that no commit had before.
blobs() {
  local path file
  while IFS= read -r path; do
    file=${file_of[$path]}
    if is_template "$path" || [[ -n ${blob_of[$file]:-} ]]; then continue; fi
    mark=$((mark + 1))
    blob_of[$file]=$mark
    printf 'blob\nmark :%s\ndata %s\n' "$mark" "$(wc -c <"$file" | tr -d ' ')"
    cat "$file"
    echo
  done < <(paths)
}

# commit MESSAGE NAME=VALUE...: all files, with each @NAME@ in the templates replaced.
commit() {
  local message=$1 path text pair
  shift
  local -a fill=(-e "s|@CHANGE@|$message|g")
  for pair in "$@"; do fill+=(-e "s|@${pair%%=*}@|${pair#*=}|g"); done

  blobs
  mark=$((mark + 1))
  local who="$AUTHOR $((FIRST_DAY + commits * 86400)) +0000"
  commits=$((commits + 1))
  printf 'commit refs/heads/master\nmark :%s\nauthor %s\ncommitter %s\n' "$mark" "$who" "$who"
  data "$message"$'\n'
  echo deleteall
  while IFS= read -r path; do
    if is_template "$path"; then
      # The x keeps the newline at the end, which $() would take away.
      text=$(sed "${fill[@]}" "${file_of[$path]}" && echo x)
      printf 'M %s inline %s\n' "$(mode_of "$path")" "$path"
      data "${text%x}"
    else
      printf 'M %s :%s %s\n' "$(mode_of "$path")" "${blob_of[${file_of[$path]}]}" "$path"
    fi
  done < <(paths)
  echo
}

# tag NAME: an annotated one on the last commit, which is what git describe looks for.
tag() {
  printf 'tag %s\nfrom :%s\ntagger %s %s +0000\n' "$1" "$mark" "$AUTHOR" "$((FIRST_DAY + commits * 86400))"
  data "$1"$'\n'
}

# ---- The histories ----

# As upstream's libraries: the last 2.0.0-SNAPSHOT is v2.0.0~1 and has no tag.
library() {
  open_repository "$1"
  commit 'Version 1.0.0' VERSION=1.0.0
  tag v1.0.0
  commit 'Changing version to 2.0.0-SNAPSHOT' VERSION=2.0.0-SNAPSHOT
  commit 'Changing version to 2.0.0' VERSION=2.0.0
  tag v2.0.0
  commit 'Changing version to 2.0.1-SNAPSHOT' VERSION=2.0.1-SNAPSHOT
  tag v2.0.1-SNAPSHOT
}

# An old release that wants released libraries and keeps its data among the programs, and a master two commits after its
# tag that wants an untagged snapshot.
core() {
  local -a data=(quartz.properties vmidcServer.conf vmidcKeyStore.jks mainKeyStore.p12 vmidctruststore.jks)
  local bin=opt/vmidc/bin not_in_bundle
  not_in_bundle=$(printf ",$bin/%s" "${data[@]}")
  open_repository "$1"
  lay "$1-v0.8.0"
  leave_out "osc-server-bom/root/$bin/default-data"
  commit 'Version 0.8.0' VERSION=0.8.0 SDN_API_VERSION=2.0.0 MGR_API_VERSION=2.0.0 NOT_IN_BUNDLE="${not_in_bundle#,}"
  tag v0.8.0
  file_of=()
  lay "$1"
  local -a snapshot=(VERSION=1.0.0-SNAPSHOT SDN_API_VERSION=2.0.0-SNAPSHOT MGR_API_VERSION=2.0.0 NOT_IN_BUNDLE=)
  commit 'Changing version to 1.0.0-SNAPSHOT' "${snapshot[@]}"
  tag v1.0.0-SNAPSHOT
  commit 'A first change after the tag' "${snapshot[@]}"
  commit 'A second change after the tag' "${snapshot[@]}"
}

make_repository() {
  local name=$1 history=$2
  sample_git init --quiet --bare --template= "$new/$name.git"
  sample_git --git-dir="$new/$name.git" symbolic-ref HEAD refs/heads/master
  "$history" "$fixtures/$name" | sample_git --git-dir="$new/$name.git" fast-import --quiet --date-format=raw
}

# ---- Making DEST ----

digest() {
  {
    cat "$script"
    for name in osc-core osc-core-v0.8.0 sdn-controller-api security-mgr-api; do
      echo "$name"
      files_of "$fixtures/$name" | (cd "$fixtures/$name" && tr '\n' '\0' | xargs -0 sha256sum)
    done
  } | sha256sum | cut -d ' ' -f 1
}

# stamp FOLDER: what the repositories there are made of, and all their refs.
stamp() {
  echo "made of $made_of"
  for name in osc-core sdn-controller-api security-mgr-api; do
    sample_git --git-dir="$1/$name.git" for-each-ref --format="%(objectname) $name %(refname)"
  done
}

is_right() {
  [[ -f $1/.sample-stamp ]] && [[ $(stamp "$1" 2>/dev/null) == "$(cat "$1/.sample-stamp")" ]]
}

[[ $# -eq 1 && $1 != -* && -n $1 ]] || fail 'usage: make-sample.sh DEST'
for program in git sha256sum; do
  command -v "$program" >/dev/null || fail "$program is missing."
done

script=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/$(basename "${BASH_SOURCE[0]}")
fixtures=$(cd "$(dirname "$script")/../fixtures/sample" && pwd)
mkdir -p "$(dirname "$1")"
dest=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
made_of=$(digest)

if is_right "$dest"; then exit 0; fi
if [[ -e $dest && ! -f $dest/.sample-stamp && -n $(ls -A "$dest") ]]; then
  fail "$dest holds something else; give another folder."
fi

work=$(mktemp -d "$dest.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
new=$work/new
mkdir "$new"
make_repository sdn-controller-api library
make_repository security-mgr-api library
make_repository osc-core core
stamp "$new" >"$new/.sample-stamp"

if [[ -e $dest ]]; then mv -T "$dest" "$work/old" || true; fi
# Another run of this script may have been quicker; what it made is the same.
mv -T "$new" "$dest" 2>/dev/null || is_right "$dest" || fail "cannot put $dest in place."
