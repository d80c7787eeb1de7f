# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What both scripts that the tool is compared with do with git and Maven. No stamp files: git and Maven are asked.

: "${SOURCE:?the repository of osc-core}" "${LIBRARIES:?the folder of the two libraries}" "${WORK:?a folder}"
HOME_OF_MAVEN=$WORK/maven
LOG=$WORK/log
mkdir -p "$WORK" "$HOME_OF_MAVEN"
: >"$WORK/seconds"

# Runs a program with its output in the log, and notes its seconds.
timed() {
  local TIMEFORMAT=%R
  { time "$@" >>"$LOG" 2>&1; } 2>>"$WORK/seconds"
}

# checkout NAME URL REVISION
checkout() {
  local tree=$WORK/$1
  if [[ -d $tree/.git ]]; then
    git -C "$tree" fetch --quiet --tags --force origin
  else
    git clone --quiet "$2" "$tree"
  fi
  git -C "$tree" checkout --quiet --force --detach "$3"
  git -C "$tree" clean -ffdxq
}

# maven FOLDER ARGUMENT...
maven() {
  local folder=$1
  shift
  (cd "$folder" && HOME=$HOME_OF_MAVEN timed mvn -B -ntp "-Duser.home=$HOME_OF_MAVEN" \
    "-Dmaven.repo.local=$HOME_OF_MAVEN/.m2/repository" "$@")
}

install() { maven "$WORK/$1" clean package install:install -DskipTests -P '!java-jre-get'; }

# library NAME REVISION: builds it, and gives it the tag that its version needs.
library() {
  checkout "$1" "$LIBRARIES/$1.git" "$2"
  if [[ $2 == *~1 ]]; then
    git -C "$WORK/$1" -c user.name=bench -c user.email=bench@osc.invalid tag --force -a -m bench "${2%~1}-SNAPSHOT" >/dev/null
  fi
  install "$1"
}

# bnd looks for its launcher in a cache, and finds it nowhere else.
bnd_launcher() {
  local folder=$HOME_OF_MAVEN/.bnd/default-ws/cnf/cache/3.3.0/bnd-cache/biz.aQute.launcher
  [[ ! -f $folder/biz.aQute.launcher-3.3.0.jar ]] || return 0
  mkdir -p "$folder"
  maven "$WORK" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
    -Dartifact=biz.aQute.bnd:biz.aQute.launcher:3.3.0 "-DoutputDirectory=$folder"
}

osc_core() {
  checkout osc-core "$SOURCE" origin/master
  install osc-core
}

# unpack FOLDER: the distribution, at FOLDER/opt/vmidc.
unpack() {
  rm -rf "$1"
  mkdir -p "$1"
  unzip -q "$WORK/osc-core/target/serverUpgradeBundle.zip" 'opt/*' -d "$1"
  chmod 0755 "$1/opt/vmidc/bin/vmidc.sh"
}
