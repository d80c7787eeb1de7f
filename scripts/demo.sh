#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make demo: the whole main job on the sample, from source to answers from both ports of the running image.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

config=fixtures/demo.yaml
api=https://127.0.0.1:8090/api/server/v1/serverManagement/status
ui=https://127.0.0.1:443/

say() { printf 'demo: %s\n' "$*" >&2; }
osc_kolla() { node bin/osc-kolla.js "$@" --config "$config"; }
result() { node -p "JSON.parse(require('fs').readFileSync('build/demo/result.json'))$1"; }
setting() { osc_kolla config --json | node -p "JSON.parse(require('fs').readFileSync(0)).settings['$1'].value ?? ''"; }

# Without an engine: all that needs none, and in the end what is missing.
without_engine() {
  say "no container engine: going as far as none is needed"
  osc_kolla context
  osc_kolla tarball
  local kolla work
  kolla=$(setting kolla.command)
  work=$(mktemp -d)
  "$kolla" --config-file build/demo/kolla/kolla-build.conf --profile osc --base debian --template-only --work-dir "$work"
  say "rendered by kolla-build: $(wc -l <"$work/docker/osc-base/Dockerfile") lines of Dockerfile for osc-base"
  rm -rf "$work"
  say "what is missing: a container engine; \`make setup\` says what it needs"
  exit 3
}

# Asks from inside: on a network of its own nothing of this machine is in the way, and nothing here is reachable.
ask() { docker exec "$container" curl --disable --silent --insecure --max-time 5 "$@"; }

wait_until_ready() {
  local deadline=$((SECONDS + 120))
  until ask --fail --output /dev/null "$api"; do
    if ((SECONDS > deadline)) || [[ $(docker inspect --format '{{.State.Running}}' "$container") != true ]]; then
      docker logs --tail 20 "$container" >&2
      say "the image does not answer"
      exit 7
    fi
    sleep 1
  done
}

say "about 6 minutes on a fresh machine, a few seconds when everything is there"
scripts/setup.sh || [[ $? == 3 ]]
make --no-print-directory checkout
endpoint=$(setting engine.endpoint)
if [[ -n $endpoint ]]; then export DOCKER_HOST=$endpoint; fi
docker version >/dev/null 2>&1 || without_engine

osc_kolla image
image=$(result '.results.images.images.at(-1).name')
container=osc-kolla-demo-$$
trap 'docker rm --force "$container" >/dev/null 2>&1 || true' EXIT
say "starting $image"
docker run --detach --name "$container" --network none --tmpfs /tmp "$image" >/dev/null
wait_until_ready
say "8090 answers: $(ask "$api")"
say "443 answers:  $(ask --output /dev/null --write-out '%{http_code} (%{content_type})' "$ui")"
docker stop --time 20 "$container" >/dev/null
code=$(docker inspect --format '{{.State.ExitCode}}' "$container")
say "stopped with exit code $code"
[[ $code == 0 ]] || exit 7
say "done; the images stay in the engine. \`make teardown\` undoes what setup made"
