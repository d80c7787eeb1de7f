# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by osc_start: the data folder, which outlives the container.

# What OSC writes in its first minutes, with room to spare, in kB.
OSC_DATA_NEEDS=20480

# The lock belongs to the open file: it goes on through every exec, and ends with the JVM, however that ends.
take_data() {
    if ! { mkdir -p "$OSC_DATA" && [ -w "$OSC_DATA" ]; } 2>/dev/null; then
        fail "$(id -un) cannot write in $OSC_DATA: give a volume there that belongs to uid $(id -u)."
    fi
    free=$(df -Pk "$OSC_DATA" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$OSC_DATA_NEEDS" ] ||
        fail "there are $free kB left on the file system of $OSC_DATA; OSC needs $OSC_DATA_NEEDS to start."
    [ ! -e "$OSC_DATA/.lock" ] || [ -w "$OSC_DATA/.lock" ] ||
        fail "$(id -un) cannot write $OSC_DATA/.lock: the data belong to another user."
    exec 9>>"$OSC_DATA/.lock"
    flock --nonblock 9 || fail "another container works on $OSC_DATA: OSC must be the only one on its data."
    # of an OSC that was killed; nobody else is here
    rm -f "$OSC_DATA/vmiDCDB.lock.db"
}

# Under another name until it is whole: what a kill leaves here would be taken for the real thing.
put() {
    if ! { cp "$1" "$2.new" && mv "$2.new" "$2"; } 2>/dev/null; then
        fail "cannot write $2: is the file system full, or does the file belong to another user?"
    fi
}

# A first start begins with what OSC ships. OSC truncates these files before it writes them.
fill_data() {
    mkdir -p "$OSC_DATA/plugins" || fail "cannot make $OSC_DATA/plugins."
    if [ -e "$OSC_DATA/mainKeyStore.p12" ] && [ ! -s "$OSC_DATA/mainKeyStore.p12" ]; then
        fail "$OSC_DATA/mainKeyStore.p12 is empty, and with it the database's password is lost: restore the data from a backup."
    fi
    for file in mainKeyStore.p12 osctrustore.jks vmidcServer.conf plugins/*; do
        [ -f "$OSC_BIN/default-data/$file" ] || continue
        [ ! -s "$OSC_DATA/$file" ] || continue
        [ ! -e "$OSC_DATA/$file" ] || say "$OSC_DATA/$file is empty; it begins anew with what OSC ships."
        put "$OSC_BIN/default-data/$file" "$OSC_DATA/$file"
    done
}

# property FILE KEY VALUE: what a Java properties file says of a key. The value may be a password: it is no argument.
property() {
    if ! { value=$3 awk -v key="$2" '
            index($0, key "=") == 1 { if (!said++) print key "=" ENVIRON["value"]; next }
            { print }
            END { if (!said) print key "=" ENVIRON["value"] }' "$1" >"$1.new" && mv "$1.new" "$1"; } 2>/dev/null; then
        fail "cannot write $1: is the file system full, or does the file belong to another user?"
    fi
}

# server.reboots is 1 after a failed start, and then OSC would hang after the next one instead of ending.
configure_data() {
    property "$OSC_DATA/vmidcServer.conf" server.port "$OSC_API_PORT"
    property "$OSC_DATA/vmidcServer.conf" server.reboots 0
}
