# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034 # what is set here is read by the others
# The container engine: one that answers already, or a private dockerd.

# A Unix socket's path has 107 bytes, containerd's (below exec-root) included,
# and a checkout may lie deep; so these stand under /run, told apart by a hash.
RUN_DIR="/run/osc-kolla-$(printf %s "$ROOT" | sha256sum | cut -c1-10)"
PID_FILE="$RUN_DIR/docker.pid"
ENGINE_ENDPOINT="unix://$RUN_DIR/docker.sock"
ENGINE_DIR="$WORK/engine"
ENGINE_LOG="$ENGINE_DIR/dockerd.log"

# Ours, exported by somebody for his shell, is no choice of another engine.
[[ ${DOCKER_HOST:-} != "$ENGINE_ENDPOINT" ]] || unset DOCKER_HOST

# The endpoint in use: "" is whatever the docker command takes by itself.
ENGINE=none

docker_at() {
  local endpoint=$1
  shift
  # 9: a docker command that hangs must not keep the lock.
  if [[ -n $endpoint ]]; then docker -H "$endpoint" "$@" 9>&-; else docker "$@" 9>&-; fi
}
dk() { docker_at "$ENGINE" "$@"; }

answers() {
  have docker || return 1
  local host=()
  [[ -z $1 ]] || host=(-H "$1")
  timeout 10 docker "${host[@]}" version --format '{{.Server.Version}}' >/dev/null 2>&1 9>&-
}

# A pid may long belong to somebody else: only a process that has our pid file
# among its arguments is ours.
engine_pid() {
  local pid
  pid=$(cat "$PID_FILE" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ ]] || return 1
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -xF -- "$PID_FILE" >/dev/null || return 1
  printf '%s\n' "$pid"
}

# What a dockerd that was killed leaves behind: its containers' keepers, which
# name its folder. (From a file, or grep would find the pattern in its own arguments.)
has_leftovers() { grep -qsF -f <(printf '%s\n' "$RUN_DIR/exec/") /proc/[0-9]*/cmdline; }

engine_running() { engine_pid >/dev/null && answers "$ENGINE_ENDPOINT"; }
engine_exists() { [[ -d $ENGINE_DIR/data ]]; }

# No bridge, no iptables, no TCP: nothing on the machine's network changes;
# builds and containers use the host's network (kolla's default for builds). A
# configuration file of its own, since /etc/docker/daemon.json may hold what
# contradicts these; names of its own in case a containerd of the system is up.
spawn_dockerd() {
  local name
  name=$(basename "$RUN_DIR")
  DOCKER_HOST='' setsid nohup dockerd --config-file "$ENGINE_DIR/daemon.json" \
    --data-root "$ENGINE_DIR/data" --exec-root "$RUN_DIR/exec" -p "$PID_FILE" \
    -H "$ENGINE_ENDPOINT" --containerd-namespace "$name" --containerd-plugins-namespace "$name-plugins" \
    --bridge=none --iptables=false --ip6tables=false \
    </dev/null >"$ENGINE_LOG" 2>&1 9>&- &
}

# Waits until the private engine answers; with a child's pid, no longer than that lives.
await_engine() {
  local child=${1:-} try
  for ((try = 0; try < 120; try++)); do
    answers "$ENGINE_ENDPOINT" && return 0
    if [[ -n $child ]] && ! kill -0 "$child" 2>/dev/null; then return 1; fi
    sleep 0.5
  done
  [[ -z $child ]] || kill "$child" 2>/dev/null || true
  return 1
}

engine_launch() {
  mkdir -p "$ENGINE_DIR/data"
  install -d -m 0711 "$RUN_DIR"
  # dockerd refuses to start over a pid file whose number is in use again.
  rm -f "$PID_FILE" "$RUN_DIR/docker.sock"
  printf '{}\n' | write_file "$ENGINE_DIR/daemon.json"
  [[ ! -f $ENGINE_LOG ]] || mv -f "$ENGINE_LOG" "$ENGINE_LOG.1"
  spawn_dockerd
  await_engine "$!"
}

# Starts the private engine where it isn't up. 0: it answers; ENGINE_STARTED
# says whether that is our doing.
ENGINE_STARTED=no
engine_start() {
  engine_running && return 0
  if ! is_root || ! have dockerd; then
    say "the private engine needs root and the command dockerd"
    return 1
  fi
  if engine_pid >/dev/null; then
    await_engine && return 0
  else
    # Twice: right after a dockerd was killed, the next one may still see its
    # dying containerd, count on it and give up.
    ENGINE_STARTED=yes
    engine_launch || engine_launch && return 0
    ENGINE_STARTED=no
  fi
  say "the private engine does not answer; the last lines of $ENGINE_LOG:"
  tail -n 12 "$ENGINE_LOG" | sed 's/^/    /' >&2
  return 1
}

engine_stop() {
  local pid try
  if ! engine_pid >/dev/null && has_leftovers; then
    # One that is started anew knows them, and ends them.
    say "dockerd was killed; starting it once more, so that it can clear up"
    engine_start || true
  fi
  pid=$(engine_pid) || { ! has_leftovers; return; }
  kill -TERM "$pid"
  for ((try = 0; try < 120; try++)); do
    if [[ $(engine_pid) != "$pid" ]] && ! has_leftovers; then return 0; fi
    sleep 0.5
  done
  say "the private engine (process $pid) or one of its containers does not end"
  return 1
}

# Chooses ENGINE. An engine named by DOCKER_HOST comes first, then a private one
# that was made before (a machine's choice should not change by itself), then
# the default socket's, then a new private one.
ensure_engine() {
  have docker || return 1 # already said
  if [[ -n ${DOCKER_HOST:-} ]]; then
    if answers ""; then
      ENGINE=""
      return 0
    fi
    miss "the engine that DOCKER_HOST names does not answer: start it, or unset DOCKER_HOST"
    return 1
  fi
  if ! engine_exists && answers ""; then
    ENGINE=""
    return 0
  fi
  if ! is_root && ! engine_running; then
    miss "a container engine: none answers (start docker and join its group, or run make setup as root for a private one)"
    return 1
  fi
  engine_running || say "starting a private container engine (about 5 s) ..."
  if engine_start; then
    ENGINE=$ENGINE_ENDPOINT
    return 0
  fi
  have dockerd && miss "a container engine: a private dockerd does not run here (its log is $ENGINE_LOG)"
  return 1
}
