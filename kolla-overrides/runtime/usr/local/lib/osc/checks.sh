# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by osc_start: parameters that only a start needs, and whether this container can give what they ask for.

read_parameters() {
    read_ports
    read_login
    : "${OSC_LOG_LEVEL:=info}" "${OSC_LOG_STDOUT:=true}" "${OSC_TLS:=own}" "${OSC_HEAP:=}"
    case $OSC_LOG_LEVEL in
    error | warn | info | debug | trace) ;;
    *) fail "OSC_LOG_LEVEL is \"$OSC_LOG_LEVEL\"; it is one of error, warn, info, debug and trace." ;;
    esac
    case $OSC_LOG_STDOUT in
    true | false) ;;
    *) fail "OSC_LOG_STDOUT is \"$OSC_LOG_STDOUT\"; it is true or false." ;;
    esac
    case $OSC_TLS in
    own | shipped) ;;
    *) fail "OSC_TLS is \"$OSC_TLS\"; it is own or shipped (a given key is named by OSC_TLS_KEYSTORE)." ;;
    esac
    case $OSC_HEAP in
    '') ;;
    *[!0-9]*[mg] | [mg] | 0* | *[!mg]) fail "OSC_HEAP is \"$OSC_HEAP\"; it is a number with m or g behind it, as in 2048m." ;;
    esac
    read_time_zone
    read_store_password
    for name in OSC_TLS_KEYSTORE OSC_TRUSTSTORE; do
        secret "${name}_PASSWORD"
        [ -n "$(value_of "$name")" ] || continue
        readable "$name"
        [ -n "$(value_of "${name}_PASSWORD")" ] || fail "$name needs ${name}_PASSWORD, or ${name}_PASSWORD_FILE."
    done
}

# It stands as it is in files that Java and Felix read, and is all that a copy of the data is locked with.
read_store_password() {
    secret OSC_KEYSTORE_PASSWORD
    secret OSC_KEYSTORE_PASSWORD_OLD
    case ${OSC_KEYSTORE_PASSWORD:-} in
    '') [ -z "${OSC_KEYSTORE_PASSWORD_OLD:-}" ] || fail "OSC_KEYSTORE_PASSWORD_OLD needs OSC_KEYSTORE_PASSWORD, the new one." ;;
    *[!A-Za-z0-9+/=_.,:@%-]*) fail "OSC_KEYSTORE_PASSWORD has other characters than letters, digits and + / = _ . , : @ % -." ;;
    ????????????*) ;;
    *) fail "OSC_KEYSTORE_PASSWORD is too short: it needs 12 characters." ;;
    esac
}

# Java takes a zone that it does not know for GMT, and says nothing.
read_time_zone() {
    [ -n "${TZ:-}" ] || return 0
    case $TZ in
    /* | *..* | *[!A-Za-z0-9_/+-]*) ;;
    *) [ ! -f "/usr/share/zoneinfo/$TZ" ] || return 0 ;;
    esac
    fail "TZ is \"$TZ\"; it is a time zone's name, as in Europe/Berlin."
}

check_java() {
    PATH=${JAVA_HOME:-/opt/vmidc/jre}/bin:$PATH
    java=$(command -v java) || fail "there is no java in JAVA_HOME, /opt/vmidc/jre or PATH."
    said=$("$java" -version 2>&1) || fail "$java does not run: $said"
    version=$(printf '%s\n' "$said" | sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p')
    case $OSC_JAVA_VERSION in
    any | "$version") ;;
    *) fail "OSC needs Java $OSC_JAVA_VERSION, and $java is Java $version: OSC would hang on it with no port open." ;;
    esac
    jjs=$(dirname "$(readlink -f "$java")")/jjs
    [ -z "${OSC_KEYSTORE_PASSWORD:-}" ] || [ -x "$jjs" ] ||
        fail "OSC_KEYSTORE_PASSWORD needs the program jjs of Java 8, and beside $java there is none."
}

# By /proc, as nothing here needs more of it.
check_ports() {
    first_free=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
    capabilities=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
    for name in OSC_API_PORT OSC_UI_PORT OSC_REDIRECT_PORT; do
        number=$(value_of "$name")
        # CAP_NET_BIND_SERVICE is bit 10
        if [ "$number" -lt "$first_free" ] && [ $(((0x$capabilities >> 10) & 1)) = 0 ]; then
            fail "$name is $number, and $(id -un) may not listen below $first_free here: choose a higher port, or see \"User and ports\" in docs/runtime.md."
        fi
        if cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
            grep -q "^ *[0-9]*: [0-9A-F]*:$(printf '%04X' "$number") [0-9A-F]*:0000 0A "; then
            fail "$name is $number, and something else listens there: choose another port, or stop it."
        fi
    done
}
