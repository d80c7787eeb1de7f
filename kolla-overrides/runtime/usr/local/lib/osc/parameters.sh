# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by osc_start and osc_healthcheck: where things are, and the parameters that both read.

# shellcheck disable=SC2034 # used by those that source this
OSC_BIN=/opt/vmidc/bin OSC_DATA=/opt/vmidc/bin/data
# shellcheck disable=SC2034 # the working folder of a running OSC; each start makes it anew
OSC_WORK=/tmp/osc

say() {
    echo "osc: $1"
}

# what a container says that cannot start: 78 is sysexits' EX_CONFIG
fail() {
    echo "osc: $1" >&2
    exit 78
}

# value_of NAME: the variable's value, nothing where it is unset
value_of() {
    eval "printf '%s' \"\${$1:-}\""
}

# readable NAME: the variable names a file that is there
readable() {
    if [ ! -f "$(value_of "$1")" ] || [ ! -r "$(value_of "$1")" ]; then
        fail "$1 names $(value_of "$1"), which is no file that $(id -un) can read."
    fi
}

# secret NAME: puts what the file NAME_FILE holds into NAME, without the line break at its end
secret() {
    secret_file=$(value_of "${1}_FILE")
    [ -n "$secret_file" ] || return 0
    [ -z "$(value_of "$1")" ] || fail "$1 and ${1}_FILE are both set: give one of them."
    readable "${1}_FILE"
    eval "$1=\$(cat \"\$secret_file\")"
    [ -n "$(value_of "$1")" ] || fail "${1}_FILE names $secret_file, which is empty."
}

port() {
    case $(value_of "$1") in
    '' | *[!0-9]* | 0* | ??????*) ;;
    *) [ "$(value_of "$1")" -gt 65535 ] || return 0 ;;
    esac
    fail "$1 is \"$(value_of "$1")\"; a port is a number from 1 to 65535."
}

# The image sets the three, and the container's environment overrides them.
read_ports() {
    port OSC_API_PORT
    port OSC_UI_PORT
    port OSC_REDIRECT_PORT
    if [ "$OSC_API_PORT" = "$OSC_UI_PORT" ] || [ "$OSC_API_PORT" = "$OSC_REDIRECT_PORT" ] ||
        [ "$OSC_UI_PORT" = "$OSC_REDIRECT_PORT" ]; then
        fail "OSC_API_PORT, OSC_UI_PORT and OSC_REDIRECT_PORT are $OSC_API_PORT, $OSC_UI_PORT and $OSC_REDIRECT_PORT; they must differ."
    fi
}

# The login by which the health check asks for the database.
read_login() {
    secret OSC_HEALTH_PASSWORD
    if [ -n "${OSC_HEALTH_USER:-}" ] && [ -z "${OSC_HEALTH_PASSWORD:-}" ]; then
        fail "OSC_HEALTH_USER needs OSC_HEALTH_PASSWORD, or OSC_HEALTH_PASSWORD_FILE."
    fi
}
