# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by osc_start: the key that OSC's https shows, and whom OSC trusts. Both are in one keystore of OSC's, whose
# password stands in OSC's configuration. Passwords reach keytool by its environment, never as arguments.

# What OSC calls its own key.
OSC_ALIAS=internal

configure_keys() {
    open_store
    if [ -n "${OSC_TLS_KEYSTORE:-}" ]; then
        give_key
        kind="the one in $OSC_TLS_KEYSTORE"
    elif [ "$OSC_TLS" = shipped ]; then
        [ "$own" = "$shipped" ] || copy_key "$OSC_SHIPPED_STORE" OSC_SHIPPED_PASSWORD "$OSC_ALIAS"
        kind="the one that OSC ships, which everybody has: for trials only"
    elif [ -z "$own" ] || [ "$own" = "$shipped" ]; then
        make_key
        kind="one of its own, made now"
    else
        kind="the one in $OSC_STORE"
    fi
    [ -z "${OSC_TRUSTSTORE:-}" ] || give_trust
    if ! cmp -s "$next" "$OSC_STORE"; then
        own=$(fingerprint "$(list "$next" OSC_STORE_PASSWORD)")
        put "$next" "$OSC_STORE"
    fi
    say "https key: $kind (SHA-256 $own)"
    rm "$next"
    unset OSC_STORE_PASSWORD OSC_SHIPPED_PASSWORD OSC_TLS_KEYSTORE_PASSWORD OSC_TRUSTSTORE_PASSWORD
}

# Sets own and shipped, the fingerprints of the two keys, and next, the copy of OSC's store that is worked on.
open_store() {
    OSC_STORE=$OSC_BIN/$(https_property "$OSC_BIN" keystore)
    OSC_SHIPPED_STORE=$OSC_BIN/default-data/${OSC_STORE##*/}
    OSC_SHIPPED_PASSWORD=$(https_property "$OSC_BIN" keystore.password)
    OSC_STORE_PASSWORD=$(https_property "$OSC_WORK/bin" keystore.password)
    export OSC_STORE_PASSWORD OSC_SHIPPED_PASSWORD
    next=$OSC_WORK/store
    cp "$OSC_STORE" "$next" || fail "cannot write $next: is /tmp full?"
    said=$(list "$next" OSC_STORE_PASSWORD) ||
        fail "$OSC_STORE does not open with the password that OSC ships (was there an OSC_KEYSTORE_PASSWORD?): $(cause "$said")"
    own=$(fingerprint "$said")
    shipped=$own
    cmp -s "$OSC_STORE" "$OSC_SHIPPED_STORE" ||
        shipped=$(fingerprint "$(list "$OSC_SHIPPED_STORE" OSC_SHIPPED_PASSWORD)")
}

# https_property BIN NAME: what OSC's configuration says there of https; its lines end as on Windows.
https_property() {
    tr -d '\r' <"$1/config/org.apache.felix.http-api.cfg" | sed -n "s/^org.apache.felix.https.$2=//p"
}

# list STORE PASSWORD_NAME: what is in it, and in the end what keytool says of it
list() {
    LC_ALL=C keytool -list -keystore "$1" -storepass:env "$2" 2>&1
}

# What keytool says went wrong.
cause() {
    printf '%s\n' "$1" | sed -n 's/^keytool error: [A-Za-z.]*: //p'
}

# The SHA-256 fingerprint of the certificate of OSC's own key in what keytool lists; nothing where there is none.
fingerprint() {
    printf '%s\n' "$1" | sed -n "/^$OSC_ALIAS, /{n;s/.*(SHA[-0-9]*): *//p;}"
}

drop_key() {
    [ -n "$own" ] || return 0
    said=$(keytool -delete -keystore "$next" -storepass:env OSC_STORE_PASSWORD -alias "$OSC_ALIAS" 2>&1) ||
        fail "cannot replace the key in $OSC_STORE: $(cause "$said")"
}

# Where the host's name cannot stand in a certificate, it does without.
make_key() {
    drop_key
    for names in "dns:$(hostname),dns:localhost,ip:127.0.0.1" dns:localhost,ip:127.0.0.1; do
        said=$(keytool -genkeypair -keystore "$next" -storepass:env OSC_STORE_PASSWORD -keypass:env OSC_STORE_PASSWORD \
            -alias "$OSC_ALIAS" -keyalg RSA -keysize 2048 -validity 3650 -dname CN=osc -ext "san=$names" 2>&1) && return
    done
    fail "cannot make a key: $(cause "$said")"
}

# copy_key STORE PASSWORD_NAME ALIAS: makes that key OSC's own
copy_key() {
    drop_key
    said=$(keytool -importkeystore -noprompt -srckeystore "$1" -srcstorepass:env "$2" -srcalias "$3" \
        -destkeystore "$next" -deststorepass:env OSC_STORE_PASSWORD -destkeypass:env OSC_STORE_PASSWORD \
        -destalias "$OSC_ALIAS" 2>&1 </dev/null) || fail "cannot take the key $3 out of $1: $(cause "$said")"
}

give_key() {
    export OSC_TLS_KEYSTORE_PASSWORD
    said=$(list "$OSC_TLS_KEYSTORE" OSC_TLS_KEYSTORE_PASSWORD) ||
        fail "OSC_TLS_KEYSTORE names $OSC_TLS_KEYSTORE, which does not open with the password given: $(cause "$said")"
    aliases=$(printf '%s\n' "$said" | sed -n 's/, [^,]*, [0-9]*, PrivateKeyEntry.*//p')
    [ "$(printf '%s' "$aliases" | grep -c '')" = 1 ] ||
        fail "OSC_TLS_KEYSTORE names $OSC_TLS_KEYSTORE, which must hold one private key, not $(printf '%s' "$aliases" | grep -c '')."
    copy_key "$OSC_TLS_KEYSTORE" OSC_TLS_KEYSTORE_PASSWORD "$aliases"
}

# Its certificates are added to those that OSC trusts; OSC's own ones stay.
give_trust() {
    export OSC_TRUSTSTORE_PASSWORD
    said=$(list "$OSC_TRUSTSTORE" OSC_TRUSTSTORE_PASSWORD) ||
        fail "OSC_TRUSTSTORE names $OSC_TRUSTSTORE, which does not open with the password given: $(cause "$said")"
    case $said in
    *PrivateKeyEntry* | *SecretKeyEntry*) fail "OSC_TRUSTSTORE names $OSC_TRUSTSTORE, which holds a key; give one with certificates alone." ;;
    *trustedCertEntry*) ;;
    *) fail "OSC_TRUSTSTORE names $OSC_TRUSTSTORE, which holds no trusted certificate." ;;
    esac
    if printf '%s\n' "$said" | grep -q "^$OSC_ALIAS, "; then
        fail "OSC_TRUSTSTORE names $OSC_TRUSTSTORE, which has an entry called $OSC_ALIAS: that is what OSC calls its own key."
    fi
    said=$(keytool -importkeystore -noprompt -srckeystore "$OSC_TRUSTSTORE" -srcstorepass:env OSC_TRUSTSTORE_PASSWORD \
        -destkeystore "$next" -deststorepass:env OSC_STORE_PASSWORD 2>&1 </dev/null) ||
        fail "cannot take the certificates out of $OSC_TRUSTSTORE: $(cause "$said")"
}
