#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Maven that trusts the certificate authorities of a PEM file: the host's, mounted where OSC_BUILD_CA says. Java reads
# them from a truststore only.
set -eu

if [ -n "${OSC_BUILD_CA:-}" ]; then
    # not in TMPDIR: mvn splits MAVEN_OPTS at blanks
    truststore=$(mktemp -d /tmp/osc-build.XXXXXX)/truststore.p12
    openssl pkcs12 -export -nokeys -jdktrust anyExtendedKeyUsage -passout pass:changeit \
        -in "$OSC_BUILD_CA" -out "$truststore"
    trust="-Djavax.net.ssl.trustStore=$truststore -Djavax.net.ssl.trustStoreType=PKCS12"
    MAVEN_OPTS="$trust -Djavax.net.ssl.trustStorePassword=changeit ${MAVEN_OPTS:-}"
    export MAVEN_OPTS
fi
exec mvn "$@"
