#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Upstream's way, as its `ant dockerimage`: a clean build, one layer on a plain base, the image saved into a zip with the
# bundle. Upstream's base and JRE can no longer be had: Debian's stand for them. The libraries came from a repository: they
# are built where they are not there.
#
#   SOURCE LIBRARIES WORK BASE TAG upstream.sh
set -euo pipefail
# shellcheck source=maven.sh
. "$(dirname "${BASH_SOURCE[0]}")/maven.sh"
: "${BASE:?the base image}" "${TAG:?of the image}"

if [[ ! -d $HOME_OF_MAVEN/.m2/repository/org/osc/api ]]; then
  library sdn-controller-api v2.0.0~1
  library security-mgr-api v2.0.0
fi
bnd_launcher
osc_core
unpack "$WORK/context"
cat >"$WORK/context/Dockerfile" <<DOCKERFILE
FROM $BASE
RUN apt-get update && apt-get -y install --no-install-recommends default-jre-headless graphviz iproute2
COPY opt /opt
WORKDIR /opt/vmidc/bin
CMD ["/opt/vmidc/bin/vmidc.sh", "--console", "--start"]
DOCKERFILE
timed docker build --network host --tag "osc-kolla-bench-upstream:$TAG" "$WORK/context"
rm -f "$WORK/osc.tar" "$WORK/osc.zip"
docker image save --output "$WORK/osc.tar" "osc-kolla-bench-upstream:$TAG"
cp "$WORK/osc-core/target/serverUpgradeBundle.zip" "$WORK/"
(cd "$WORK" && jar cfM osc.zip osc.tar serverUpgradeBundle.zip)
