#!/usr/bin/env bash
# Installs what Python packages need from the system, where it is missing. Without an argument for the
# page and its tests: a browser (Debian's Chromium, for tests alone) and a font with Chinese
# characters (for PNG files and tests). With the argument spark: Java 17, which runs Spark. With the
# argument postgresql: a PostgreSQL server, which make bench-peers compares with.
set -euo pipefail

has_browser() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
} >/dev/null

has_font() {
    command -v fc-list >/dev/null && [ -n "$(fc-list ':family=Noto Sans CJK SC')" ]
}

# the oldest Java that Spark 4 runs on
has_java() {
    local java=${JAVA_HOME:+$JAVA_HOME/bin/}java version
    version=$("$java" -version 2>&1) && [[ $version =~ version\ \"([0-9]+) ]] &&
        [ "${BASH_REMATCH[1]}" -ge 17 ]
}

# Debian keeps the server out of PATH
has_postgresql() {
    command -v /usr/lib/postgresql/15/bin/postgres || command -v postgres
} >/dev/null

missing=()
case "${1:-}" in
"")
    has_browser || missing+=(chromium)
    has_font || missing+=(fonts-noto-cjk fontconfig)
    here="A browser and a font with Chinese characters are here."
    elsewhere="Chromium or Chrome, and the font Noto Sans CJK SC"
    ;;
spark)
    has_java || missing+=(openjdk-17-jre-headless)
    here="Java is here."
    elsewhere="a Java of version 17 or 21"
    ;;
postgresql)
    has_postgresql || missing+=(postgresql-15)
    here="PostgreSQL is here."
    elsewhere="a PostgreSQL server of version 15"
    ;;
*)
    echo "Usage: $0 [spark | postgresql]" >&2
    exit 64
    ;;
esac
if [ ${#missing[@]} -eq 0 ]; then
    echo "$here"
    exit 0
fi
root=()
if [ "$(id -u)" -ne 0 ]; then
    root=(sudo -n)
fi
if ! command -v apt-get >/dev/null || ! "${root[@]}" true 2>/dev/null; then
    echo "Missing: ${missing[*]}. They are installed with apt-get by root (or sudo), which is not" \
        "to be had here. On Debian and Ubuntu: sudo apt-get install ${missing[*]}; elsewhere" \
        "install $elsewhere." >&2
    exit 69
fi
echo "Installing ${missing[*]} ..."
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
