# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by osc_start: the working folder. OSC reads and writes relative to it: its configuration, which it rewrites,
# server.pid, temporary files. So it is one of its own: links to the distribution, which nobody changes, and copies of
# what is changed for this start.

make_work() {
    if ! { rm -rf "$OSC_WORK" && mkdir -m 0700 "$OSC_WORK" && mkdir "$OSC_WORK/bin" "$OSC_WORK/tmp"; } 2>/dev/null; then
        fail "$(id -un) cannot make $OSC_WORK: give a tmpfs at /tmp that everybody may write in."
    fi
    ln -s /opt/vmidc/jre "$OSC_WORK/jre"
    for path in "$OSC_BIN"/*; do
        case ${path##*/} in
        config | logback.xml) cp -R "$path" "$OSC_WORK/bin/" || fail "cannot write in $OSC_WORK: is it full?" ;;
        server.pid | tmp) ;;
        *) ln -s "$path" "$OSC_WORK/bin/" ;;
        esac
    done
    chmod -R u+w "$OSC_WORK/bin/config" "$OSC_WORK/bin/logback.xml"
}

configure_ports() {
    http=$OSC_WORK/bin/config/org.apache.felix.http
    property "$http-api.cfg" org.osgi.service.http.port.secure "$OSC_API_PORT"
    property "$http-ui.cfg" org.osgi.service.http.port.secure "$OSC_UI_PORT"
    property "$http-redirect.cfg" org.osgi.service.http.port "$OSC_REDIRECT_PORT"
}

# OSC's log is logback's: one root logger, one appender, a file in the data folder.
configure_log() {
    logback=$OSC_WORK/bin/logback.xml
    sed -i "s/<root level=\"[^\"]*\"/<root level=\"$OSC_LOG_LEVEL\"/" "$logback"
    [ "$OSC_LOG_STDOUT" = false ] || sed -i \
        -e '/<root /i\  <appender name="stdout" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d [%-5p| %t| %c{1}]: %m%n</pattern></encoder></appender>' \
        -e '/<root /a\    <appender-ref ref="stdout"/>' "$logback"
}

# H2's own server listens on the host's address, and needs the host's name to resolve, unless it is told where. The 68 MB
# that each start leaves in Java's temporary folder go with the working folder.
configure_java() {
    JAVA_OPTS="${JAVA_OPTS:-} -Dh2.bindAddress=127.0.0.1 -Djava.io.tmpdir=$OSC_WORK/tmp"
    [ -z "$OSC_HEAP" ] || JAVA_OPTS="$JAVA_OPTS -Xms$OSC_HEAP -Xmx$OSC_HEAP"
    export JAVA_OPTS
}
