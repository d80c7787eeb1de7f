#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same job as `osc-kolla image`, by hand: a good shell script, without stamp files. What git, Maven's local repository and
# the engine's cache can spare it, they do: one archive whose bytes depend on its content alone, its digest in its name.
#
#   SOURCE LIBRARIES WORK KOLLA_BUILD TEMPLATES by-hand.sh KOLLA-OPTION...
set -euo pipefail
# shellcheck source=maven.sh
. "$(dirname "${BASH_SOURCE[0]}")/maven.sh"
: "${KOLLA_BUILD:?the program}" "${TEMPLATES:?the folder of the Dockerfile templates}"

context() {
  local folder=$WORK/kolla file digest
  rm -rf "$folder"
  mkdir -p "$folder"
  cp -r "$TEMPLATES" "$folder/docker"
  (cd "$WORK/root" && find opt -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) >"$WORK/payload.sha256"
  mv "$WORK/payload.sha256" "$WORK/root/opt/vmidc/payload.sha256"
  tar -C "$WORK/root" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@315532800 --mode=go-w \
    -cf "$WORK/payload.tar" opt
  digest=$(sha256sum "$WORK/payload.tar" | cut -c1-32)
  file=payload-$digest.tar
  mv "$WORK/payload.tar" "$folder/docker/osc-base/$file"
  printf '%s\n' '{% extends parent_template %}' '{% block osc_base_payload %}' "ADD $file /" '{% endblock %}' \
    >"$folder/overrides.j2"
  printf '%s\n' '[DEFAULT]' "docker_dir = $folder/docker" "template_override = $folder/overrides.j2" \
    '[profiles]' 'osc = ^osc-base$,^osc$' >"$folder/kolla-build.conf"
}

library sdn-controller-api v2.0.0~1
library security-mgr-api v2.0.0
bnd_launcher
osc_core
unpack "$WORK/root"
context
# or BuildKit may take an old Dockerfile
docker buildx prune --force --filter type=source.local >>"$LOG" 2>&1
rm -rf "$WORK/kolla-work"
timed "$KOLLA_BUILD" --config-file "$WORK/kolla/kolla-build.conf" --profile osc --base debian --retries 0 \
  --work-dir "$WORK/kolla-work" "$@"
