# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by osc_start: a password of the operator's for OSC's own two stores and the keys in them, in place of those that
# OSC ships. OSC reads them in a resource of osc-server.jar and in its https configuration: both are put right in copies.

configure_stores() {
    [ -n "${OSC_KEYSTORE_PASSWORD:-}" ] || return 0
    for name in api ui; do
        property "$OSC_WORK/bin/config/org.apache.felix.http-$name.cfg" org.apache.felix.https.keystore.password \
            "$OSC_KEYSTORE_PASSWORD"
    done
    link_jars
    export OSC_KEYSTORE_PASSWORD OSC_KEYSTORE_PASSWORD_OLD
    said=$("$jjs" -scripting "$lib/stores.js" -- "$OSC_BIN/jar/osc-server.jar" "$OSC_WORK/bin/jar/osc-server.jar" \
        "$OSC_DATA/osctrustore.jks" "$OSC_DATA/mainKeyStore.p12" "$OSC_WORK/stores" 2>&1 </dev/null) || fail "$said"
    # in this order: with the first alone, a start without the parameter ends with a sentence
    for store in osctrustore.jks mainKeyStore.p12; do
        [ -e "$OSC_WORK/stores/$store" ] || continue
        put "$OSC_WORK/stores/$store" "$OSC_DATA/$store"
        say "$OSC_DATA/$store is locked with OSC_KEYSTORE_PASSWORD from now on"
    done
    rm -r "$OSC_WORK/stores"
    unset OSC_KEYSTORE_PASSWORD OSC_KEYSTORE_PASSWORD_OLD
}

# Links to all jars but the one that is changed, and a folder for stores that are.
link_jars() {
    if ! { rm "$OSC_WORK/bin/jar" && mkdir "$OSC_WORK/bin/jar" "$OSC_WORK/stores" &&
        ln -s "$OSC_BIN"/jar/* "$OSC_WORK/bin/jar/" && rm "$OSC_WORK/bin/jar/osc-server.jar"; } 2>/dev/null; then
        fail "cannot write in $OSC_WORK: is it full?"
    fi
}
